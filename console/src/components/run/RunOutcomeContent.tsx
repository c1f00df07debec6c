import type { DescribeFlowCommandOutput } from '@aws-sdk/client-appflow';
import type { RunDetails } from '../../api/sluice';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { titleOf } from '../connect/connectors';
import { outcomeOf } from './outcome';
import { appliedFilters, folderOf, sourceObjectOf } from './places';
import { RunLines } from './RunLines';
import { texts, tutorialTexts } from './texts';

/** What there is to say of a run that has ended. */
export function RunOutcomeContent({ run, flow }: { run: RunDetails; flow: DescribeFlowCommandOutput }) {
  const t = useTexts(texts);
  const format = useFormats();
  const outcome = outcomeOf(run);
  const folder = folderOf(flow);
  const written = run.recordsProcessed - run.recordsFiltered - run.recordsRefused;
  return (
    <>
      <RunLines run={run} />
      {folder && written > 0 && <div>{tutorialTexts.viewData}{folder}</div>}
      {run.recordsRefused > 0 && <div>{t.failedRecords}{format.count(run.recordsRefused)}</div>}
      {(outcome === 'Failed' || outcome === 'PartlyRefused') && run.message && <div>{run.message}</div>}
      {outcome === 'Failed' && run.recordsRefused > 0 && (
        <div>{t.stopped(written, format.count(written))}</div>
      )}
      {outcome === 'MatchedNothing' && <LookedAt run={run} flow={flow} />}
    </>
  );
}

/** Where nothing matched: what was looked at, and what kept it back. */
export function LookedAt({ run, flow }: { run: RunDetails; flow: DescribeFlowCommandOutput }) {
  const t = useTexts(texts);
  const format = useFormats();
  const { connectorType, connectorProfileName } = flow.sourceFlowConfig ?? {};
  const connector = connectorProfileName ?? titleOf({ connectorType });
  const object = t.object(sourceObjectOf(flow), connector);
  const filters = appliedFilters(flow.tasks ?? [], run.filters);
  return (
    <>
      <div>
        {run.recordsProcessed > 0
          ? t.nothingLeft(format.count(run.recordsProcessed), object)
          : t.nothingRead(object)}
      </div>
      {filters.length === 0 ? (
        <div>{t.noFilters}</div>
      ) : (
        <>
          <div>{t.filters}</div>
          <ul>
            {filters.map(({ text, records }) => (
              <li key={text}>
                {text} – {records === undefined ? t.atSource : t.tookOut(format.count(records))}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
