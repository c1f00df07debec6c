import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/queries';
import { listRefusedRecords, type RefusedRecord, type RunDetails } from '../../api/sluice';
import { useNotifications } from '../../app/notifications';
import { ErrorAlert } from '../../components/ErrorAlert';
import { ErrorText } from '../../components/ErrorText';
import { EmptyState } from '../../components/EmptyState';
import { runPath } from '../../components/run/runPath';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { allRefused, lineOf } from './refusedRecords';
import { texts } from './runTexts';
import { SendAgainDialog } from './SendAgainDialog';

const PAGE_SIZE = 20;
/** Of a run; the service keeps no more. */
const MOST_KEPT = 10_000;

export function RefusedRecordsTable({ run }: { run: RunDetails }) {
  const t = useTexts(texts);
  const format = useFormats();
  const { notify } = useNotifications();
  const { flowName, executionId } = run;
  const [page, setPage] = useState(1);
  const [selected, setSelected] = useState<readonly RefusedRecord[]>([]);
  const [isSending, setSending] = useState(false);

  const query = useInfiniteQuery({
    queryKey: keys.run(flowName, executionId, 'refused'),
    queryFn: ({ pageParam }) => listRefusedRecords(flowName, executionId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextToken }) => nextToken,
  });
  const records = query.data?.pages.flatMap(({ refusedRecords }) => refusedRecords) ?? [];
  const pages = Math.max(1, Math.ceil(records.length / PAGE_SIZE));

  const download = useMutation({
    mutationFn: () => allRefused(flowName, executionId),
    onSuccess: (all) =>
      save(`${flowName}-${executionId}.jsonl`, all.map((each) => `${lineOf(each)}\n`).join('')),
    onError: (error) =>
      notify({ type: 'error', header: t.refusedFailed, content: <ErrorText error={error} /> }),
  });

  async function turnTo(wanted: number) {
    if (wanted > pages && query.hasNextPage) await query.fetchNextPage();
    setPage(wanted);
  }

  if (query.isError && records.length === 0) {
    return (
      <ErrorAlert error={query.error} header={t.refusedFailed} onRetry={() => void query.refetch()} />
    );
  }
  return (
    <>
      <Table
        items={records.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)}
        trackBy="id"
        loading={query.isPending || (query.isFetchingNextPage && page > pages)}
        loadingText={t.loadingRefused}
        wrapLines
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        isItemDisabled={({ replayedBy }) => replayedBy !== undefined}
        ariaLabels={{
          tableLabel: t.refusedTitle,
          selectionGroupLabel: t.selectRecords,
          allItemsSelectionLabel: () => t.selectAll,
          itemSelectionLabel: (_, { id }) => t.selectRecord(id),
        }}
        header={
          <Header
            variant="h2"
            counter={`(${selected.length > 0 ? `${format.count(selected.length)}/` : ''}${format.count(run.recordsRefused)})`}
            description={
              run.recordsRefused > MOST_KEPT ? t.refusedText(format.count(MOST_KEPT)) : undefined
            }
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="download" loading={download.isPending} onClick={() => download.mutate()}>
                  {t.download}
                </Button>
                <Button
                  disabled={selected.length === 0}
                  disabledReason={t.correctReason}
                  onClick={() => setSending(true)}
                >
                  {t.correct}
                </Button>
              </SpaceBetween>
            }
          >
            {t.refusedTitle}
          </Header>
        }
        pagination={
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            openEnd={query.hasNextPage}
            onChange={({ detail }) => void turnTo(detail.currentPageIndex)}
          />
        }
        columnDefinitions={[
          { id: 'code', header: t.code, cell: ({ errorCode }) => errorCode },
          { id: 'place', header: t.place, cell: ({ place }) => place ?? '-' },
          { id: 'field', header: t.field, cell: ({ field }) => field ?? '-' },
          { id: 'reason', header: t.reason, cell: ({ errorMessage }) => errorMessage, minWidth: 240, isRowHeader: true },
          {
            id: 'record',
            header: t.record,
            cell: ({ record }) => (
              <Box variant="code">
                <span style={{ overflowWrap: 'anywhere' }}>{record}</span>
              </Box>
            ),
            minWidth: 240,
          },
          {
            id: 'replayedBy',
            header: t.sentAgain,
            cell: ({ replayedBy }) =>
              replayedBy ? <Link href={runPath(flowName, replayedBy)}>{replayedBy.slice(0, 8)}</Link> : '-',
          },
        ]}
        empty={<EmptyState title={t.noRefused} />}
      />
      {isSending && (
        <SendAgainDialog
          flowName={flowName}
          executionId={executionId}
          records={selected}
          onSent={() => {
            setSending(false);
            setSelected([]);
          }}
          onDismiss={() => setSending(false)}
        />
      )}
    </>
  );
}

/** Hands a file to the browser, as if it came from the service. */
function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
