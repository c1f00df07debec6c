import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import Box from '@cloudscape-design/components/box';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import { useState, type ReactNode } from 'react';
import { defineTexts, localeOf, useLanguage, useTexts } from '../../i18n/texts';

const texts = defineTexts(
  { time: 'Time', message: 'Message' },
  { time: '时间', message: '消息' },
);

const PAGE_SIZE = 100;

// Long lines break, wherever they can.
const AS_WRITTEN = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } as const;

/** Lines of a log as they were written, newest last; the last page is shown first. */
export function LogLines({
  events,
  title,
  header,
  filter,
  loading = false,
  loadingText,
  empty,
  footer,
}: {
  events: readonly FilteredLogEvent[];
  title: string;
  header: ReactNode;
  filter?: ReactNode;
  loading?: boolean;
  loadingText?: string;
  empty: ReactNode;
  footer?: ReactNode;
}) {
  const t = useTexts(texts);
  // Undefined: the last, whichever that is.
  const [page, setPage] = useState<number>();
  const pages = Math.max(1, Math.ceil(events.length / PAGE_SIZE));
  const shown = Math.min(page ?? pages, pages);
  return (
    <Table
      items={events.slice((shown - 1) * PAGE_SIZE, shown * PAGE_SIZE)}
      trackBy={({ eventId }) => eventId!}
      loading={loading}
      loadingText={loadingText}
      wrapLines
      contentDensity="compact"
      ariaLabels={{ tableLabel: title }}
      header={header}
      filter={filter}
      footer={footer}
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={shown}
            pagesCount={pages}
            onChange={({ detail: { currentPageIndex } }) =>
              setPage(currentPageIndex === pages ? undefined : currentPageIndex)
            }
          />
        )
      }
      empty={empty}
      columnDefinitions={[
        {
          id: 'time',
          header: t.time,
          cell: ({ timestamp }) => <LogTime at={new Date(timestamp!)} />,
          width: 210,
          verticalAlign: 'top',
        },
        {
          id: 'message',
          header: t.message,
          cell: ({ message }) => <Box variant="code"><span style={AS_WRITTEN}>{message!.trimEnd()}</span></Box>,
          isRowHeader: true,
          minWidth: 360,
        },
      ]}
    />
  );
}

/** To the millisecond, in the reader's own zone; UTC in the tooltip. */
function LogTime({ at }: { at: Date }) {
  const locale = localeOf(useLanguage());
  const shown = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(at);
  return (
    <time dateTime={at.toISOString()} title={at.toISOString()}>
      {shown}
    </time>
  );
}
