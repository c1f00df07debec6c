import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Icon from '@cloudscape-design/components/icon';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { EmptyState } from '../../components/EmptyState';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from '../create/draft';
import { addressOf } from '../create/endpoints';
import { Region } from '../create/Region';
import { notesOf, type Note } from './notesOf';
import { RowStatus } from './RowStatus';
import { texts } from './texts';
import { stateOf, type PreviewRow } from './usePreview';

const PAGE_SIZE = 25;

type Editable = 'flowName' | 'destination';

/** What would be made, row by row, before anything is. */
export function PreviewRegion({
  template,
  rows,
  canCreateTables,
  onEdit,
  onInclude,
}: {
  template: FlowDraft;
  rows: PreviewRow[];
  canCreateTables: boolean;
  onEdit(row: PreviewRow, what: Editable, value: string): void;
  /** By the source object's name. */
  onInclude(included: Record<string, boolean>): void;
}) {
  const t = useTexts(texts);
  const isS3 = template.destination.connectorType === 'S3';
  const collection = useCollection(rows, {
    filtering: { empty: <EmptyState title={t.nothingPicked} text={t.nothingPickedText} /> },
    pagination: { pageSize: PAGE_SIZE },
  });
  const isSettled = (row: PreviewRow) => ['waiting', 'creating', 'created'].includes(stateOf(row));
  const editing = (what: Editable, label: string): TableProps.EditConfig<PreviewRow, string> => ({
    ariaLabel: label,
    editIconAriaLabel: t.editable,
    disabledReason: (row) =>
      isSettled(row) ? (stateOf(row) === 'created' ? t.isDone : t.isBusy) : undefined,
    validation: (_, value) => (value?.trim() === '' ? t.empty : undefined),
    editingCell: (row, { currentValue, setValue }: TableProps.CellContext<string>) => (
      <Input
        autoFocus
        value={currentValue ?? row[what]}
        spellcheck={false}
        ariaLabel={label}
        onChange={({ detail }) => setValue(detail.value)}
      />
    ),
  });
  return (
    <Region title={t.preview} description={t.previewText} hasInfo>
      <Table
        {...collection.collectionProps}
        variant="borderless"
        items={collection.items}
        trackBy={({ object }) => object.name}
        wrapLines
        selectionType="multi"
        selectedItems={collection.items.filter((row) => !row.isOff || isSettled(row))}
        isItemDisabled={isSettled}
        onSelectionChange={({ detail }) => {
          const included = new Set(detail.selectedItems.map(({ object }) => object.name));
          onInclude(
            Object.fromEntries(
              collection.items
                .filter((row) => !isSettled(row))
                .map(({ object }) => [object.name, included.has(object.name)]),
            ),
          );
        }}
        submitEdit={(row, column, value) => {
          if (typeof value === 'string') onEdit(row, column.id as Editable, value.trim());
        }}
        ariaLabels={{
          tableLabel: t.rows,
          selectionGroupLabel: t.rows,
          allItemsSelectionLabel: () => t.includeAll,
          itemSelectionLabel: (_, { flowName }) => t.include(flowName),
          activateEditLabel: ({ header }, { object }) => t.edit(String(header), object.name),
          cancelEditLabel: ({ header }) => t.cancelEdit(String(header)),
          submitEditLabel: ({ header }) => t.submitEdit(String(header)),
          successfulEditLabel: () => t.edited,
        }}
        columnDefinitions={[
          {
            id: 'flowName',
            header: t.flowName,
            isRowHeader: true,
            minWidth: 190,
            verticalAlign: 'top',
            cell: (row) =>
              row.outcome?.state === 'created' ? (
                <Link href={`#/details/${encodeURIComponent(row.flowName)}`}>{row.flowName}</Link>
              ) : (
                row.flowName
              ),
            editConfig: editing('flowName', t.flowName),
          },
          {
            id: 'status',
            header: t.status,
            minWidth: 240,
            verticalAlign: 'top',
            cell: (row) => (
              <>
                <RowStatus row={row} canCreateTables={canCreateTables} />
                <Notes row={row} template={template} />
              </>
            ),
          },
          {
            id: 'source',
            header: t.source,
            minWidth: 120,
            verticalAlign: 'top',
            cell: ({ object }) => object.name,
          },
          {
            id: 'destination',
            header: t.destination,
            minWidth: 190,
            verticalAlign: 'top',
            cell: (row) => <Destination row={row} template={template} />,
            ...(isS3 ? {} : { editConfig: editing('destination', t.destination) }),
          },
          {
            id: 'mapped',
            header: t.mapped,
            minWidth: 80,
            verticalAlign: 'top',
            cell: ({ copy }) => copy?.mapped ?? '-',
          },
        ]}
        header={<Header variant="h3" counter={`(${rows.length})`}>{t.rows}</Header>}
        pagination={<Pagination {...collection.paginationProps} />}
      />
    </Region>
  );
}

function Destination({ row, template }: { row: PreviewRow; template: FlowDraft }) {
  const t = useTexts(texts);
  const { connectorType, bucketName, bucketPrefix } = template.destination;
  if (connectorType === 'S3') return addressOf(bucketName, `${bucketPrefix || ''}/${row.flowName}`.replace(/^\//, ''));
  return (
    <>
      {row.destination}
      {row.isToBeMade && (
        <Box variant="small" display="block" color="text-body-secondary">
          {t.toBeMade}
        </Box>
      )}
    </>
  );
}

function Notes({ row, template }: { row: PreviewRow; template: FlowDraft }) {
  const t = useTexts(texts);
  const isOwn = row.destination !== '' && row.destination === template.destination.object;
  const notes: Note[] = [
    ...(row.isShared ? [{ type: 'warning' as const, text: t.isShared }] : []),
    ...(isOwn ? [{ type: 'warning' as const, text: t.isOwnObject }] : []),
    ...(row.copy ? notesOf(row.copy, t) : []),
  ];
  if (row.isOff) return null;
  return notes.map(({ type, text }) => (
    <Box key={text} color={type === 'warning' ? 'text-status-warning' : 'text-status-info'}>
      <Icon name={`status-${type}`} ariaLabel={t.noteTypes[type]} /> {text}
    </Box>
  ));
}
