import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useFlows } from '../../api/queries';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from '../create/draft';
import { createRequest } from '../create/request';
import {
  dropChoices,
  initialChoices,
  saveChoices,
  withCreateTables,
  type Choices,
} from './choices';
import { objectNameOf } from './copy';
import { NamesRegion } from './NamesRegion';
import { commonStart } from './names';
import { ObjectsRegion } from './ObjectsRegion';
import { PreviewRegion } from './PreviewRegion';
import { pickedObjects } from './sourceObjects';
import { texts } from './texts';
import { useCreateCopies } from './useCreateCopies';
import { isReady, stateOf, usePreview } from './usePreview';
import { useSourceObjects } from './useSourceLevels';

export function Copies({
  template: flow,
  canCreateTables,
  kept,
  levels,
}: {
  /** The flow that is copied. */
  template: FlowDraft;
  canCreateTables: boolean;
  /** What was said before, in this tab. */
  kept: Choices | undefined;
  /** Those down to the flow's own object. */
  levels: string[];
}) {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const own = objectNameOf(flow.source);
  const [choices, setChoices] = useState(() => kept ?? initialChoices(flow, own, levels));
  const change = (part: Partial<Choices>) => {
    const changed = { ...choices, ...part };
    setChoices(changed);
    saveChoices(flow.flowName, changed);
  };
  const { createsTables } = choices;
  const template = useMemo(
    () => (canCreateTables ? withCreateTables(flow, createsTables) : flow),
    [flow, canCreateTables, createsTables],
  );
  const flows = useFlows();
  const taken = useMemo(
    () => new Set(flows.data?.map(({ flowName }) => flowName!)),
    [flows.data],
  );
  const { outcomes, progress, create, forget } = useCreateCopies();
  const isCreating = progress !== undefined;
  const objects = useSourceObjects(template.source, choices.opened);
  const picked = pickedObjects(objects, choices, own);
  const rows = usePreview(
    template,
    picked,
    choices,
    canCreateTables && createsTables,
    taken,
    outcomes,
  );

  const ready = rows.filter(isReady);
  const inState = (...states: string[]) => rows.filter((row) => states.includes(stateOf(row)));
  const created = inState('created');
  const failed = inState('failed');
  const unready = inState('wrong', 'unreadable', 'reading');
  const changeRow = (object: string, part: Choices['rows'][string]) => {
    forget(object);
    change({ rows: { ...choices.rows, [object]: { ...choices.rows[object], ...part } } });
  };
  const createReady = async () => {
    const isAll = unready.length === 0;
    const areMade = await create(
      ready.map(({ object, copy, sourceFields }) => ({
        object: object.name,
        request: createRequest(copy!.draft, sourceFields),
      })),
      choices.runs,
    );
    if (isAll && areMade) dropChoices(flow.flowName);
  };
  const leave = () => {
    dropChoices(flow.flowName);
    navigate(`/details/${encodeURIComponent(flow.flowName)}`);
  };
  const names = created.map(({ flowName }) => flowName);

  return (
    <ContentLayout
      header={
        <Header variant="h1" description={t.intro(flow.flowName)}>
          {t.title(flow.flowName)}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <ObjectsRegion
          side={template.source}
          template={own}
          choices={choices}
          picked={picked}
          onChange={change}
        />
        <NamesRegion
          template={template}
          choices={choices}
          canCreateTables={canCreateTables}
          onChange={change}
        />
        {flows.isError && (
          <ErrorAlert
            error={flows.error}
            header={t.namesUnknown}
            onRetry={() => void flows.refetch()}
          />
        )}
        <PreviewRegion
          template={template}
          rows={rows}
          canCreateTables={canCreateTables}
          onEdit={({ object }, what, value) => changeRow(object.name, { [what]: value })}
          onInclude={(included) =>
            change({
              rows: {
                ...choices.rows,
                ...Object.fromEntries(
                  Object.entries(included).map(([object, isIn]) => [
                    object,
                    { ...choices.rows[object], isOff: !isIn },
                  ]),
                ),
              },
            })
          }
        />
        {progress && (
          <ProgressBar
            value={(100 * progress.done) / progress.all}
            label={t.creating(progress.done, progress.all)}
          />
        )}
        {!isCreating && created.length > 0 && (
          <Alert
            type="success"
            action={
              <Button href={`#/list?find=${encodeURIComponent(commonStart(names))}`}>
                {t.showList}
              </Button>
            }
          >
            {t.created(created.length)}
          </Alert>
        )}
        {!isCreating && failed.length > 0 && <Alert type="error">{t.notCreated(failed.length)}</Alert>}
        <Checkbox
          checked={choices.runs}
          disabled={isCreating}
          onChange={({ detail }) => change({ runs: detail.checked })}
        >
          {t.runs}
        </Checkbox>
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs" alignItems="center">
            {unready.length > 0 && (
              <Box color="text-body-secondary">{t.notReady(unready.length)}</Box>
            )}
            <Button variant="link" disabled={isCreating} onClick={leave}>
              {t.cancel}
            </Button>
            <Button
              variant="primary"
              loading={isCreating}
              disabled={ready.length === 0}
              disabledReason={t.nothingReady}
              onClick={() => void createReady()}
            >
              {t.create(ready.length)}
            </Button>
          </SpaceBetween>
        </Box>
      </SpaceBetween>
    </ContentLayout>
  );
}
