import type { ExecutionRecord } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { progressOf } from '../../api/followRun';
import type { useRuns } from '../../api/queries';
import { ErrorAlert } from '../../components/ErrorAlert';
import { EmptyState } from '../../components/EmptyState';
import { secondsOf } from '../../components/run/outcome';
import { runPath } from '../../components/run/runPath';
import { useCancelRuns } from '../../components/run/useRunWatch';
import { RunStatus } from '../../components/RunStatus';
import { Time } from '../../components/Time';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

const PAGE_SIZE = 20;

const toRow = (record: ExecutionRecord) => ({ id: record.executionId!, ...progressOf(record) });

export function RunsTable({
  flowName,
  runs,
  onRetry,
  isGoing,
}: {
  flowName: string;
  runs: ReturnType<typeof useRuns>;
  onRetry: () => void;
  isGoing: boolean;
}) {
  const t = useTexts(texts);
  const format = useFormats();
  const cancel = useCancelRuns(flowName);
  const [selectedId, setSelectedId] = useState<string>();
  const [page, setPage] = useState(1);
  const rows = (runs.data ?? []).map(toRow);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
  const shown = Math.min(page, pages);
  const selected = rows.find(({ id }) => id === selectedId);
  const canRetry = selected?.executionStatus === 'Error' || selected?.executionStatus === 'Canceled';
  const canCancel = selected?.executionStatus === 'InProgress';

  if (runs.isError && !runs.data) {
    return <ErrorAlert error={runs.error} header={t.runsFailed} onRetry={() => void runs.refetch()} />;
  }
  return (
    <Table
      items={rows.slice((shown - 1) * PAGE_SIZE, shown * PAGE_SIZE)}
      trackBy="id"
      loading={runs.isPending}
      loadingText={t.loadingRuns}
      selectionType="single"
      selectedItems={selected ? [selected] : []}
      onSelectionChange={({ detail }) => setSelectedId(detail.selectedItems[0]?.id)}
      ariaLabels={{
        tableLabel: t.runs,
        selectionGroupLabel: t.selectRuns,
        itemSelectionLabel: (_, { id }) => t.selectRun(id),
      }}
      header={
        <Header
          variant="h2"
          counter={runs.data && `(${format.count(rows.length)})`}
          description={rows.length >= 1000 ? t.latestRuns(format.count(rows.length)) : undefined}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                iconName="refresh"
                ariaLabel={t.refreshRuns}
                loading={runs.isFetching}
                onClick={() => void runs.refetch()}
              />
              <Button
                disabled={!canCancel}
                disabledReason={t.cancelReason}
                loading={cancel.isPending}
                onClick={() => cancel.mutate([selected!.id])}
              >
                {t.cancelRun}
              </Button>
              <Button
                disabled={!canRetry || isGoing}
                disabledReason={isGoing ? t.isRunning : t.retryReason}
                onClick={onRetry}
              >
                {t.retry}
              </Button>
            </SpaceBetween>
          }
        >
          {t.runs}
        </Header>
      }
      pagination={
        <Pagination
          currentPageIndex={shown}
          pagesCount={pages}
          onChange={({ detail }) => setPage(detail.currentPageIndex)}
        />
      }
      columnDefinitions={[
        {
          id: 'id',
          header: t.executionId,
          cell: ({ id }) => <Link href={runPath(flowName, id)}><Box variant="code">{id.slice(0, 8)}</Box></Link>,
          isRowHeader: true,
        },
        { id: 'start', header: t.startTime, cell: ({ startedAt }) => <Time at={new Date(startedAt * 1000)} /> },
        { id: 'duration', header: t.duration, cell: (run) => format.duration(secondsOf(run)) },
        { id: 'status', header: t.runStatus, cell: (run) => <RunStatus status={run.executionStatus} /> },
        { id: 'records', header: t.recordsProcessed, cell: (run) => format.count(run.recordsProcessed) },
        { id: 'size', header: t.transferSize, cell: (run) => format.size(run.bytesProcessed) },
        { id: 'failed', header: t.failedRecords, cell: (run) => format.count(run.recordsRefused) },
        { id: 'message', header: t.message, cell: ({ message }) => message ?? '-', minWidth: 240 },
      ]}
      empty={<EmptyState title={t.noRuns} text={t.noRunsText} />}
    />
  );
}
