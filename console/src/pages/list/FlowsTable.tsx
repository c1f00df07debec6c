import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { memo, startTransition, useCallback, useMemo, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useOpenHelp } from '../../app/page';
import { DeleteFlowDialog } from '../../components/DeleteFlowDialog';
import { EmptyState } from '../../components/EmptyState';
import { ErrorAlert } from '../../components/ErrorAlert';
import { FlowStatus } from '../../components/FlowStatus';
import { RunStatus } from '../../components/RunStatus';
import { triggerTexts } from '../../components/statusTexts';
import { Time } from '../../components/Time';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { found, sorted, type Column, type FlowRow } from './flowRows';
import { FlowSearch } from './FlowSearch';
import { texts } from './texts';
import { useTablePreferences } from './useTablePreferences';

const COLUMNS: readonly Column[] = [
  'name', 'source', 'destination', 'trigger', 'status', 'createdAt', 'createdBy', 'lastRun', 'runStatus',
];
const NOTHING: readonly FlowRow[] = [];

export const FlowsTable = memo(function FlowsTable({
  find: searchedFirst,
  rows,
  hasMore,
  isFetching,
  error,
  refresh,
}: {
  /** What is searched from the beginning. */
  find: string;
  /** Those that are there so far; undefined before the first. */
  rows: readonly FlowRow[] | undefined;
  /** More are on their way. */
  hasMore: boolean;
  isFetching: boolean;
  error: unknown;
  refresh: () => void;
}) {
  const t = useTexts(texts);
  const triggers = useTexts(triggerTexts);
  const format = useFormats();
  const navigate = useNavigate();
  const openHelp = useOpenHelp();
  const [preferences, changePreferences] = useTablePreferences('flows', COLUMNS);
  const [search, setSearch] = useState(searchedFirst);
  const [searches, setSearches] = useState(0);
  const [order, setOrder] = useState<{ column: Column; isDescending: boolean }>({
    column: 'createdAt',
    isDescending: true,
  });
  const [page, setPage] = useState(1);
  const [selectedName, setSelectedName] = useState<string>();
  const [isDeleting, setDeleting] = useState(false);

  const inOrder = useMemo(
    () => sorted(rows ?? NOTHING, order.column, order.isDescending),
    [rows, order],
  );
  const matches = useMemo(() => found(inOrder, search), [inOrder, search]);
  const { pageSize } = preferences;
  const pages = Math.max(1, Math.ceil(matches.length / pageSize));
  const shownPage = Math.min(page, pages);
  const items = useMemo(
    () => matches.slice((shownPage - 1) * pageSize, shownPage * pageSize),
    [matches, shownPage, pageSize],
  );
  const selected = rows?.find(({ name }) => name === selectedName);

  const find = useCallback((text: string) => {
    setSearch(text);
    setPage(1);
  }, []);
  const clear = () => {
    find('');
    setSearches((count) => count + 1);
  };
  const toDetails = (name: string) => `/details/${encodeURIComponent(name)}`;

  const columns = useMemo<TableProps.ColumnDefinition<FlowRow>[]>(() => {
    const cells: Record<Column, (row: FlowRow) => React.ReactNode> = {
      name: ({ name }) => <Link href={`#${toDetails(name)}`}>{name}</Link>,
      source: ({ source }) => source,
      destination: ({ destination }) => destination,
      trigger: ({ trigger }) => (trigger ? triggers[trigger] : '-'),
      status: ({ status }) => <FlowStatus status={status} />,
      createdAt: ({ createdAt }) => <Time at={createdAt} dateOnly />,
      createdBy: ({ createdBy }) => createdBy,
      lastRun: ({ lastRun }) => <Time at={lastRun} />,
      runStatus: ({ runStatus }) => <RunStatus status={runStatus} />,
    };
    return COLUMNS.map((id) => ({
      id,
      header: t[id],
      cell: cells[id],
      sortingField: id,
      isRowHeader: id === 'name',
    }));
  }, [t, triggers]);

  const all = rows?.length ?? 0;
  const needsFlow = { disabled: !selected, disabledReason: t.chooseFirst };
  const empty = search ? (
    <EmptyState
      title={t.noMatches}
      text={t.noMatchesText}
      action={<Button onClick={clear}>{t.clear}</Button>}
    />
  ) : error ? (
    <ErrorAlert error={error} header={t.failed} onRetry={refresh} />
  ) : (
    <EmptyState
      title={t.none}
      text={t.noneText}
      action={
        <Box display="inline-block">
          <SpaceBetween size="xs" direction="horizontal">
            <Button href="#/gallery">{t.register}</Button>
            <Button href="#/create/1">{t.create}</Button>
          </SpaceBetween>
        </Box>
      }
    />
  );

  return (
    <>
      {error !== null && all > 0 && <ErrorAlert error={error} header={t.failedMore} onRetry={refresh} />}
      <Table
        variant="full-page"
        stickyHeader
        columnDefinitions={columns}
        columnDisplay={preferences.contentDisplay}
        wrapLines={preferences.wrapLines}
        items={items}
        trackBy="name"
        loading={isFetching && !rows}
        loadingText={t.loading}
        empty={empty}
        sortingColumn={{ sortingField: order.column }}
        sortingDescending={order.isDescending}
        onSortingChange={({ detail }) =>
          startTransition(() =>
            setOrder({
              column: detail.sortingColumn.sortingField as Column,
              isDescending: detail.isDescending ?? false,
            }),
          )
        }
        selectionType="single"
        selectedItems={selected ? [selected] : []}
        onSelectionChange={({ detail }) => setSelectedName(detail.selectedItems[0]?.name)}
        ariaLabels={{
          tableLabel: t.title,
          selectionGroupLabel: t.selection,
          itemSelectionLabel: (_, { name }) => t.select(name),
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={rows && `(${format.count(all)}${hasMore ? '+' : ''})`}
            info={<Link variant="info" onFollow={openHelp}>{t.info}</Link>}
            actions={
              <SpaceBetween size="xs" direction="horizontal">
                <Button iconName="refresh" ariaLabel={t.refresh} loading={isFetching} onClick={refresh} />
                <Button {...needsFlow} onClick={() => navigate(toDetails(selected!.name))}>{t.viewDetails}</Button>
                <Button {...needsFlow} onClick={() => setDeleting(true)}>{t.delete}</Button>
                <Button {...needsFlow} onClick={() => navigate(`/edit/${encodeURIComponent(selected!.name)}/2`)}>{t.edit}</Button>
                <ButtonDropdown
                  {...needsFlow}
                  ariaLabel={t.copyOtherwise}
                  mainAction={{
                    ...needsFlow,
                    text: t.copy,
                    onClick: () => navigate(`/create/1?copy=${encodeURIComponent(selected!.name)}`),
                  }}
                  items={[{ id: 'copies', text: t.copies }]}
                  onItemClick={() => navigate(`/copies/${encodeURIComponent(selected!.name)}`)}
                />
                <Button variant="primary" onClick={() => navigate('/create/1')}>{t.create}</Button>
              </SpaceBetween>
            }
          >
            {t.title}
          </Header>
        }
        filter={
          <FlowSearch
            key={searches}
            initial={searches === 0 ? searchedFirst : ''}
            countText={t.matches(format.count(matches.length), matches.length === 1)}
            onSearch={find}
          />
        }
        pagination={
          <Pagination
            currentPageIndex={shownPage}
            pagesCount={pages}
            onChange={({ detail }) => startTransition(() => setPage(detail.currentPageIndex))}
          />
        }
        preferences={
          <CollectionPreferences
            preferences={preferences}
            onConfirm={({ detail }) => changePreferences(detail)}
            pageSizePreference={{ options: [10, 25, 50].map((value) => ({ value, label: t.perPage(value) })) }}
            wrapLinesPreference={{ label: t.wrap, description: t.wrapText }}
            contentDisplayPreference={{
              title: t.columns,
              options: COLUMNS.map((id) => ({ id, label: t[id], alwaysVisible: id === 'name' })),
            }}
          />
        }
        footer={
          hasMore && all > 0 && (
            <Box textAlign="center">
              <StatusIndicator type="loading">{t.loadingMore(format.count(all))}</StatusIndicator>
            </Box>
          )
        }
      />
      {isDeleting && selected && (
        <DeleteFlowDialog
          flowName={selected.name}
          isRunning={selected.runStatus === 'InProgress'}
          onDeleted={() => setDeleting(false)}
          onDismiss={() => setDeleting(false)}
        />
      )}
    </>
  );
});
