import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { EmptyState } from '../EmptyState';
import { useSearch } from '../useSearch';

export const PAGE_SIZE = 10;

/** A read-only table with a search and pages of ten. */
export function SearchableTable<T extends { id: string }>({
  title,
  find,
  items,
  textOf,
  columns,
  empty,
  actions,
}: {
  title: string;
  /** The search's placeholder. */
  find: string;
  items: readonly T[];
  /** What is searched. */
  textOf: (item: T) => string;
  columns: TableProps.ColumnDefinition<T>[];
  empty: { title: string; text: string };
  actions?: ReactNode;
}) {
  const table = useSearch(items, {
    find,
    textOf,
    empty: <EmptyState {...empty} />,
    sorting: {},
    pageSize: PAGE_SIZE,
  });
  return (
    <Table
      {...table}
      columnDefinitions={columns}
      trackBy="id"
      variant="container"
      wrapLines
      ariaLabels={{ tableLabel: title }}
      header={
        <Header variant="h2" counter={`(${items.length})`} actions={actions}>
          {title}
        </Header>
      }
    />
  );
}
