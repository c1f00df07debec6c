import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from '../create/draft';
import { texts } from './texts';

/** How the files of an S3 destination are divided and how large they become. */
export function PartitionTab({ draft }: { draft: FlowDraft }) {
  const t = useTexts(texts);
  const { partition, aggregation } = draft.mapping;
  const { byDate, byExecutionId, byFields } = partition;
  const parts = [
    ...(byDate ? [t.byDate(t.precisions(byDate))] : []),
    ...(byExecutionId ? [t.byRun] : []),
    ...(byFields.length > 0 ? [t.byFields(byFields.join(', '))] : []),
  ];
  const { s3OutputFormatConfig } =
    draft.original?.destinationFlowConfigList?.[0]?.destinationConnectorProperties?.S3 ?? {};
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<Button href={`#/edit/${encodeURIComponent(draft.flowName)}/3`}>{t.editFields}</Button>}
        >
          {t.tabPartition}
        </Header>
      }
    >
      <KeyValuePairs
        columns={3}
        items={[
          {
            label: t.partition,
            value:
              parts.length === 0 ? (
                t.noPartition
              ) : (
                <>
                  {t.partitionBy}
                  <ul>{parts.map((part) => <li key={part}>{part}</li>)}</ul>
                </>
              ),
          },
          {
            label: t.aggregation,
            value: (
              <>
                <div>{t.aggregations(aggregation.type)}</div>
                {aggregation.targetFileSizeMb !== undefined && (
                  <div>{t.targetSize(aggregation.targetFileSizeMb)}</div>
                )}
              </>
            ),
          },
          { label: t.fileType, value: s3OutputFormatConfig?.fileType ?? 'CSV' },
        ]}
      />
    </Container>
  );
}
