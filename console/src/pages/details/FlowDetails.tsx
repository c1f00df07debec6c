import type { DescribeFlowCommandOutput } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import Popover from '@cloudscape-design/components/popover';
import { texts as flowTexts } from '../../components/flow/texts';
import { FlowStatus } from '../../components/FlowStatus';
import { RunStatus } from '../../components/RunStatus';
import { triggerTexts } from '../../components/statusTexts';
import { Time } from '../../components/Time';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft, SideDraft } from '../create/draft';
import { addressOf } from '../create/endpoints';
import { nameOfSide, objectOfSide } from './sides';
import { texts } from './texts';

export function FlowDetails({ flow, draft }: { flow: DescribeFlowCommandOutput; draft: FlowDraft }) {
  const t = useTexts(texts);
  const tf = useTexts(flowTexts);
  const triggers = useTexts(triggerTexts);
  const { source, destination, errorHandling, mapping } = draft;
  const editPath = `#/edit/${encodeURIComponent(draft.flowName)}/2`;
  const trigger = flow.triggerConfig?.triggerType;
  const lastRun = flow.lastRunExecutionDetails;

  const connection = (label: string, { connectorType, connectorProfileName }: SideDraft) =>
    connectorType === 'S3'
      ? []
      : [
          {
            label,
            value: (
              <>
                <div>{connectorProfileName ?? '-'}</div>
                <Link href={editPath} ariaLabel={t.selectConnectionLabel(label)}>{t.selectConnection}</Link>
              </>
            ),
          },
        ];
  const version = (label: string, { apiVersion }: SideDraft) =>
    apiVersion ? [{ label, value: apiVersion }] : [];
  const place = (side: SideDraft, object: string, folder: string) => ({
    label: side.connectorType === 'S3' ? folder : object,
    value: objectOfSide(side),
  });
  const handling: KeyValuePairsProps.Pair[] =
    destination.connectorType === 'S3'
      ? []
      : [
          {
            label: t.writeOperation,
            value: (
              <>
                {t.writes(mapping.writeOperation)}
                {mapping.idFields.length > 0 && (
                  <Box color="text-body-secondary">{t.foundBy(mapping.idFields.join(', '))}</Box>
                )}
              </>
            ),
          },
          {
            label: t.errorHandling,
            value: (
              <>
                {errorHandling.stopOnFirstError ? t.stop : t.ignore}
                {errorHandling.bucketName && (
                  <Box color="text-body-secondary">
                    {t.failedTo(addressOf(errorHandling.bucketName, errorHandling.bucketPrefix))}
                  </Box>
                )}
              </>
            ),
          },
        ];

  return (
    <Container header={<Header variant="h2">{t.details}</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          {
            type: 'group',
            items: [
              {
                label: t.flowName,
                value: (
                  <Popover
                    header={t.arn}
                    content={
                      <CopyToClipboard
                        variant="inline"
                        textToCopy={flow.flowArn!}
                        copyButtonAriaLabel={t.copyArn}
                        copySuccessText={t.copied}
                        copyErrorText={t.notCopied}
                      />
                    }
                  >
                    {flow.flowName}
                  </Popover>
                ),
              },
              { label: t.description, value: flow.description || '-' },
              { label: t.kms, value: flow.kmsArn ?? t.ownKey },
              { label: t.createdAt, value: <Time at={flow.createdAt} /> },
              { label: t.changedAt, value: <Time at={flow.lastUpdatedAt} /> },
            ],
          },
          {
            type: 'group',
            items: [
              { label: t.sourceName, value: nameOfSide(source) },
              place(source, t.sourceObject, t.sourceFolder),
              ...connection(t.sourceConnection, source),
              ...version(t.sourceVersion, source),
            ],
          },
          {
            type: 'group',
            items: [
              { label: t.destinationName, value: nameOfSide(destination) },
              place(destination, t.destinationObject, t.destinationFolder),
              ...connection(t.destinationConnection, destination),
              ...handling,
              ...version(t.destinationVersion, destination),
            ],
          },
          {
            type: 'group',
            items: [
              { label: t.status, value: <FlowStatus status={flow.flowStatus} /> },
              { label: t.trigger, value: trigger ? triggers[trigger] : '-' },
              { label: tf.retry, value: tf.retryFor(draft.retryMinutes) },
              {
                label: t.lastRun,
                value: lastRun ? (
                  <>
                    <div><Time at={lastRun.mostRecentExecutionTime} /></div>
                    <RunStatus status={lastRun.mostRecentExecutionStatus} />
                  </>
                ) : (
                  '-'
                ),
              },
            ],
          },
        ]}
      />
    </Container>
  );
}
