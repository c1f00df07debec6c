import type { DescribeFlowCommandOutput } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useConnector } from '../../api/queries';
import type { RunDetails } from '../../api/sluice';
import { secondsOf } from '../../components/run/outcome';
import { runPath } from '../../components/run/runPath';
import { RunStatus } from '../../components/RunStatus';
import { Time } from '../../components/Time';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { dataTransferApiOf } from './dataTransferApi';
import { texts } from './runTexts';

export function RunSummary({
  run,
  flow,
}: {
  run: RunDetails;
  flow: DescribeFlowCommandOutput | undefined;
}) {
  const t = useTexts(texts);
  const format = useFormats();
  const { stageSeconds, replayOf } = run;
  const source = flow?.sourceFlowConfig;
  const isOfSalesforce = source?.connectorType === 'Salesforce';
  const connector = useConnector({ connectorType: 'Salesforce' }, isOfSalesforce);
  const transfer = dataTransferApiOf(source, connector.data);
  const written = run.recordsProcessed - run.recordsFiltered - run.recordsRefused;
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{t.summary}</Header>}>
        <KeyValuePairs
          columns={4}
          items={[
            {
              type: 'group',
              items: [
                { label: t.status, value: <RunStatus status={run.executionStatus} /> },
                { label: t.message, value: run.message ?? '-' },
                {
                  label: t.guarantee,
                  value: (
                    <>
                      {run.guarantee}
                      <Box color="text-body-secondary">{t.guarantees(run.guarantee)}</Box>
                    </>
                  ),
                },
              ],
            },
            {
              type: 'group',
              items: [
                { label: t.startTime, value: <Time at={new Date(run.startedAt * 1000)} /> },
                { label: t.duration, value: format.duration(secondsOf(run)) },
                { label: t.executionId, value: run.executionId },
                ...(replayOf
                  ? [{ label: t.replayOf, value: <Link href={runPath(run.flowName, replayOf)}>{replayOf}</Link> }]
                  : []),
              ],
            },
            {
              type: 'group',
              items: [
                { label: t.processed, value: format.count(run.recordsProcessed) },
                { label: t.written, value: format.count(written) },
                { label: t.filtered, value: format.count(run.recordsFiltered) },
                { label: t.refused, value: format.count(run.recordsRefused) },
                ...(run.recordsRepeated > 0
                  ? [{ label: t.repeated, value: format.count(run.recordsRepeated) }]
                  : []),
              ],
            },
            {
              type: 'group',
              items: [
                { label: t.transferSize, value: format.size(run.bytesProcessed) },
                { label: t.bytesWritten, value: format.size(run.bytesWritten) },
                ...(transfer
                  ? [
                      {
                        label: t.transferApi,
                        value: (
                          <>
                            {t.apis(transfer.api)}
                            {transfer.isAutomatic && (
                              <Box color="text-body-secondary">{t.isAutomatic}</Box>
                            )}
                          </>
                        ),
                      },
                    ]
                  : []),
              ],
            },
          ]}
        />
      </Container>
      <Container header={<Header variant="h2" description={t.stagesText}>{t.stages}</Header>}>
        <KeyValuePairs
          columns={4}
          items={(['read', 'map', 'write', 'wait'] as const).map((stage) => ({
            label: t[stage],
            value: format.duration(stageSeconds[stage]),
          }))}
        />
      </Container>
    </SpaceBetween>
  );
}
