import type { DescribeFlowCommandOutput } from '@aws-sdk/client-appflow';
import Alert from '@cloudscape-design/components/alert';
import type { RunDetails } from '../../api/sluice';
import { outcomeOf } from '../../components/run/outcome';
import { LookedAt } from '../../components/run/RunOutcomeContent';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { texts } from './runTexts';

/** What a person should know of a run that didn't go as it should. */
export function RunFindings({
  run,
  flow,
}: {
  run: RunDetails;
  flow: DescribeFlowCommandOutput | undefined;
}) {
  const t = useTexts(texts);
  const format = useFormats();
  switch (outcomeOf(run)) {
    case 'Failed':
      return run.recordsRefused > 0 ? (
        <Alert type="error" header={t.stoppedTitle}>
          <div>{run.message}</div>
          <div>{t.stopped(format.count(run.recordsProcessed))}</div>
          <div>{t.correctHint}</div>
        </Alert>
      ) : (
        <Alert type="error" header={t.failedTitle}>{run.message}</Alert>
      );
    case 'PartlyRefused':
      return (
        <Alert
          type="warning"
          header={t.continuedTitle(format.count(run.recordsRefused), format.count(run.recordsProcessed))}
        >
          <div>{run.message}</div>
          <div>{t.correctHint}</div>
        </Alert>
      );
    case 'MatchedNothing':
      return (
        <Alert type="warning" header={t.nothingTitle}>
          {flow && <LookedAt run={run} flow={flow} />}
        </Alert>
      );
    default:
      return null;
  }
}
