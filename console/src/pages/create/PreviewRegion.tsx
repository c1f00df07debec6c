import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { previewRecords, type PreviewedRecord } from '../../api/sluice';
import { ErrorAlert } from '../../components/ErrorAlert';
import { EmptyState } from '../../components/EmptyState';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from './draft';
import { hasMapping } from './mapping';
import { mappingTexts } from './mappingTexts';
import { PreviewedValues } from './PreviewedValues';
import { Region } from './Region';
import { destinationFlowConfig, sourceFlowConfig } from './request';
import { tasksOfDraft } from './tasks';

const RECORDS = 5;

function requestOf(draft: FlowDraft, sourceFields: ConnectorEntityField[]) {
  return {
    sourceFlowConfig: sourceFlowConfig(draft),
    destinationFlowConfigList: [destinationFlowConfig(draft)],
    tasks: tasksOfDraft(draft, sourceFields),
    tags: Object.fromEntries(draft.tags.map(({ key, value }) => [key, value])),
    maxRecords: RECORDS,
  };
}

function Outcome({ record }: { record: PreviewedRecord }) {
  const t = useTexts(mappingTexts);
  const { outcome = 'Mapped', message, field } = record;
  const type = { Mapped: 'success', Filtered: 'stopped', Refused: 'error' } as const;
  return (
    <>
      <StatusIndicator type={type[outcome]}>{t[outcome]}</StatusIndicator>
      {message && <Box variant="p">{message}</Box>}
      {field && <Box color="text-body-secondary">{t.refusedField(field)}</Box>}
    </>
  );
}

/** Real records, before and after. */
export function PreviewRegion({
  draft,
  sourceFields,
}: {
  draft: FlowDraft;
  sourceFields: ConnectorEntityField[];
}) {
  const t = useTexts(mappingTexts);
  const abort = useRef<AbortController>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const preview = useMutation({
    mutationFn: async (request: ReturnType<typeof requestOf>) => {
      abort.current = new AbortController();
      return previewRecords(request, abort.current.signal);
    },
  });
  const request = requestOf(draft, sourceFields);
  const isOutdated =
    !preview.isPending &&
    preview.variables !== undefined &&
    JSON.stringify(preview.variables) !== JSON.stringify(request);
  const labels = new Map(preview.data?.sourceFields.map(({ name, label }) => [name, label]));
  const run = () => preview.mutate(request);

  return (
    <Region
      title={t.preview}
      description={t.previewText}
      actions={
        <Button
          onClick={run}
          loading={preview.isPending}
          loadingText={t.previewing}
          disabled={!hasMapping(draft)}
          disabledReason={t.mapFirst}
        >
          {t.previewRecords}
        </Button>
      }
    >
      {preview.isError && (
        <ErrorAlert error={preview.error} header={t.previewFailed} onRetry={run} />
      )}
      {isOutdated && <Alert type="info">{t.outdated}</Alert>}
      {preview.data && (
        <Table
          variant="borderless"
          wrapLines
          ariaLabels={{ tableLabel: t.preview }}
          items={preview.data.records.map((record, index) => ({ record, index }))}
          empty={<EmptyState title={t.noRecords} text={t.noRecordsText} />}
          columnDefinitions={[
            {
              id: 'source',
              header: t.sourceRecord,
              width: '38%',
              minWidth: 180,
              verticalAlign: 'top',
              cell: ({ record }) => <PreviewedValues json={record.source} labels={labels} />,
            },
            {
              id: 'destination',
              header: t.destinationRecord,
              width: '38%',
              minWidth: 180,
              verticalAlign: 'top',
              cell: ({ record }) =>
                record.destination === undefined ? (
                  '-'
                ) : (
                  <PreviewedValues json={record.destination} />
                ),
            },
            {
              id: 'outcome',
              header: t.outcome,
              minWidth: 180,
              verticalAlign: 'top',
              cell: ({ record }) => <Outcome record={record} />,
            },
          ]}
        />
      )}
    </Region>
  );
}
