import type { ConnectorEntity } from '@aws-sdk/client-appflow';
import Badge from '@cloudscape-design/components/badge';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import { entitiesQuery } from '../../api/queries';
import { EmptyState } from '../../components/EmptyState';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useSearch } from '../../components/useSearch';
import { useTexts } from '../../i18n/texts';
import type { SideDraft } from '../create/draft';
import { Region } from '../create/Region';
import type { Choices } from './choices';
import { isReadable, ownerName, type SourceObject } from './sourceObjects';
import { texts } from './texts';
import { entitiesOf } from './useSourceLevels';

const PAGE_SIZE = 10;
const NOTHING: ConnectorEntity[] = [];
const nameOf = ({ name }: ConnectorEntity) => name;

/** The source's objects, level by level: those that get flows are picked here. */
export function ObjectsRegion({
  side,
  template,
  choices,
  picked,
  onChange,
}: {
  side: SideDraft;
  /** The object of the flow that is copied. */
  template: string;
  choices: Choices;
  picked: SourceObject[];
  onChange(part: Partial<Choices>): void;
}) {
  const t = useTexts(texts);
  const { levels, pattern, byHand } = choices;
  const path = levels.at(-1) ?? '';
  const isS3 = side.connectorType === 'S3';
  const entities = useQuery(entitiesQuery(entitiesOf(side), path));
  const names = new Set(picked.map(({ name }) => name));
  const goTo = (to: string[]) => {
    const at = to.at(-1) ?? '';
    onChange({ levels: to, opened: [...new Set([...choices.opened, at])] });
  };
  const table = useSearch(entities.data ?? NOTHING, {
    find: t.find,
    textOf: ({ name, label }) => `${label}\n${name}`,
    empty: <EmptyState title={t.noObjects} text={t.noObjectsText} />,
    pageSize: PAGE_SIZE,
  });
  const hasLevels = levels.length > 0 || entities.data?.some((each) => each.hasNestedEntities);
  const hasLabels = entities.data?.some(({ name, label }) => label && label !== name);
  return (
    <Region title={t.objects} hasInfo>
      <FormField
        label={t.pattern}
        description={t.patternText}
        constraintText={
          <LiveRegion tagName="span">{picked.length > 0 ? t.patternCount(picked.length) : ''}</LiveRegion>
        }
        controlId="copies-pattern"
      >
        <Input
          value={pattern}
          placeholder={t.patternExample}
          spellcheck={false}
          autoComplete={false}
          onChange={({ detail }) => onChange({ pattern: detail.value })}
        />
      </FormField>
      {hasLevels && (
        <BreadcrumbGroup
          ariaLabel={t.levels}
          items={['', ...levels].map((level) => ({
            text: level === '' ? t.firstLevel : ownerName(level),
            href: `#${level}`,
          }))}
          onFollow={(event) => {
            event.preventDefault();
            const level = event.detail.href.slice(1);
            goTo(levels.slice(0, levels.indexOf(level) + 1));
          }}
        />
      )}
      {entities.isError ? (
        <ErrorAlert
          error={entities.error}
          header={t.levelsFailed}
          onRetry={() => void entities.refetch()}
        />
      ) : (
        <Table
          {...table}
          variant="borderless"
          trackBy={({ name }) => name!}
          loading={entities.isPending}
          loadingText={t.loadingObjects}
          wrapLines
          selectionType="multi"
          selectedItems={table.items.filter(({ name }) => names.has(name!))}
          isItemDisabled={(entity) => !isReadable(entity, isS3)}
          onSelectionChange={({ detail }) => {
            const chosen = new Set(detail.selectedItems.map(({ name }) => name));
            const changed = table.items
              .filter((entity) => isReadable(entity, isS3))
              .filter(({ name }) => chosen.has(name) !== names.has(name!))
              .map(({ name }) => [name, chosen.has(name)] as const);
            onChange({ byHand: { ...byHand, ...Object.fromEntries(changed) } });
          }}
          ariaLabels={{
            tableLabel: t.objectsTable,
            selectionGroupLabel: t.selection,
            allItemsSelectionLabel: () => t.pickAll,
            itemSelectionLabel: (_, { name }) => t.pick(name!),
          }}
          columnDefinitions={[
            {
              id: 'object',
              header: t.object,
              isRowHeader: true,
              cell: ({ name, label, hasNestedEntities }) => (
                <SpaceBetween direction="horizontal" size="xs" alignItems="center">
                  {hasNestedEntities ? (
                    <Button
                      variant="inline-link"
                      ariaLabel={t.open(label || name!)}
                      onClick={() => goTo([...levels, name!])}
                    >
                      {label || name}
                    </Button>
                  ) : (
                    label || name
                  )}
                  {name === template && <Badge color="blue">{t.isTemplate}</Badge>}
                </SpaceBetween>
              ),
            },
            ...(hasLabels ? [{ id: 'name', header: t.apiName, cell: nameOf }] : []),
          ]}
          header={
            <Header
              variant="h3"
              counter={entities.data && `(${names.size}/${entities.data.length})`}
            >
              {t.objectsTable}
            </Header>
          }
        />
      )}
    </Region>
  );
}
