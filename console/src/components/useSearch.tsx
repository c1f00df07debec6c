import { useCollection, type UseCollectionOptions } from '@cloudscape-design/collection-hooks';
import Button from '@cloudscape-design/components/button';
import Pagination from '@cloudscape-design/components/pagination';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { ReactNode } from 'react';
import { defineTexts, useTexts } from '../i18n/texts';
import { EmptyState } from './EmptyState';

const texts = defineTexts(
  {
    noMatch: 'No matches',
    clear: 'Clear filter',
    matches: (count: number) => (count === 1 ? '1 match' : `${count} matches`),
  },
  {
    noMatch: '没有匹配项',
    clear: '清除筛选',
    matches: (count: number) => `${count} 个匹配项`,
  },
);

/** What a Table or Cards take to be searched, sorted and turned page by page. */
export function useSearch<T>(
  items: readonly T[],
  {
    find,
    textOf,
    empty,
    noMatchText,
    pageSize,
    ...options
  }: Pick<UseCollectionOptions<T>, 'sorting' | 'selection'> & {
    /** The search's name and placeholder. */
    find: string;
    /** What is searched. */
    textOf: (item: T) => string;
    empty: ReactNode;
    noMatchText?: string;
    pageSize: number;
  },
) {
  const t = useTexts(texts);
  const collection = useCollection(items, {
    ...options,
    filtering: {
      filteringFunction: (item, text) => textOf(item).toLowerCase().includes(text.toLowerCase()),
      empty,
      noMatch: (
        <EmptyState
          title={t.noMatch}
          text={noMatchText}
          action={<Button onClick={() => collection.actions.setFiltering('')}>{t.clear}</Button>}
        />
      ),
    },
    pagination: { pageSize },
  });
  return {
    ...collection.collectionProps,
    items: collection.items,
    filter: (
      <TextFilter
        {...collection.filterProps}
        filteringPlaceholder={find}
        filteringAriaLabel={find}
        countText={t.matches(collection.filteredItemsCount ?? 0)}
      />
    ),
    pagination: <Pagination {...collection.paginationProps} />,
  };
}
