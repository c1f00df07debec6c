import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useMemo } from 'react';
import type { FieldChanges } from '../../api/sluice';
import { useTexts } from '../../i18n/texts';
import { changedFields, type ChangedField } from './fieldChanges';
import { texts } from './texts';

/** What has become of the fields on both sides of a flow. */
export function FieldChangesTable({ changes }: { changes: FieldChanges }) {
  const t = useTexts(texts);
  const items = useMemo(() => changedFields(changes), [changes]);
  const before = ({ kind, type, typeBefore }: ChangedField) =>
    kind === 'added' ? t.notThere : (kind === 'changed' ? typeBefore : type) ?? '-';
  const now = ({ kind, type, isUsed }: ChangedField) =>
    kind === 'removed' ? (
      <StatusIndicator type={isUsed ? 'error' : 'info'}>{t.removed}</StatusIndicator>
    ) : kind === 'changed' && isUsed ? (
      <StatusIndicator type="warning">{type}</StatusIndicator>
    ) : (
      type
    );
  return (
    <Table
      items={items}
      trackBy="id"
      variant="embedded"
      wrapLines
      ariaLabels={{ tableLabel: t.title }}
      columnDefinitions={[
        { id: 'side', header: t.side, cell: ({ side }) => t[side], minWidth: 100 },
        {
          id: 'field',
          header: t.field,
          isRowHeader: true,
          minWidth: 100,
          cell: ({ label, name }) => (
            <>
              <div>{label}</div>
              {name !== label && (
                <Box variant="small" color="text-body-secondary">
                  {name}
                </Box>
              )}
            </>
          ),
        },
        { id: 'before', header: t.before, cell: before, minWidth: 100 },
        { id: 'now', header: t.now, cell: now, minWidth: 110 },
        { id: 'used', header: t.isUsed, cell: ({ isUsed }) => (isUsed ? t.yes : t.no), minWidth: 80 },
      ]}
    />
  );
}
