import { useCollection } from '@cloudscape-design/collection-hooks';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/texts';
import { EmptyState } from '../EmptyState';
import { texts } from './texts';

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
  const t = useTexts(texts);
  const collection = useCollection(items, {
    filtering: {
      filteringFunction: (item, text) => textOf(item).toLowerCase().includes(text.toLowerCase()),
      empty: <EmptyState {...empty} />,
      noMatch: (
        <EmptyState
          title={t.noMatch}
          action={
            <Button onClick={() => collection.actions.setFiltering('')}>{t.clearSearch}</Button>
          }
        />
      ),
    },
    sorting: {},
    pagination: { pageSize: PAGE_SIZE },
  });
  return (
    <Table
      {...collection.collectionProps}
      items={collection.items}
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
      filter={
        <TextFilter
          {...collection.filterProps}
          filteringPlaceholder={find}
          filteringAriaLabel={find}
          countText={t.matches(collection.filteredItemsCount ?? 0)}
        />
      }
      pagination={<Pagination {...collection.paginationProps} />}
    />
  );
}
