import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { EmptyState } from '../../components/EmptyState';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

export function PairsTable({
  title,
  keyTitle,
  pairs,
  empty,
  emptyText,
}: {
  title: string;
  keyTitle: string;
  pairs: readonly { key: string; value: string }[];
  empty: string;
  emptyText?: string;
}) {
  const t = useTexts(texts);
  return (
    <Table
      items={pairs}
      trackBy="key"
      wrapLines
      ariaLabels={{ tableLabel: title }}
      header={<Header variant="h2" counter={`(${pairs.length})`}>{title}</Header>}
      columnDefinitions={[
        { id: 'key', header: keyTitle, cell: ({ key }) => key, isRowHeader: true },
        { id: 'value', header: t.value, cell: ({ value }) => value || '-' },
      ]}
      empty={<EmptyState title={empty} text={emptyText} />}
    />
  );
}
