import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useMemo, type ReactNode } from 'react';
import { useTexts } from '../../i18n/texts';
import type { ValidationDraft } from '../../pages/create/draft';
import { fieldsByName, labelOf } from './fieldTypes';
import { SearchableTable } from './SearchableTable';
import { texts } from './texts';

export function ValidationsTable({
  validations,
  sourceFields,
  actions,
}: {
  validations: ValidationDraft[];
  sourceFields: ConnectorEntityField[];
  actions?: ReactNode;
}) {
  const t = useTexts(texts);
  const items = useMemo(() => {
    const fields = fieldsByName(sourceFields);
    return validations.map(({ field, condition, action }, i) => {
      const known = fields.get(field);
      return {
        id: String(i),
        field: known ? labelOf(known) : field,
        condition: t.conditions[condition],
        action: t.actions[action],
      };
    });
  }, [validations, sourceFields, t]);
  return (
    <SearchableTable
      title={t.validations}
      find={t.findValidations}
      items={items}
      textOf={({ field, condition, action }) => [field, condition, action].join('\n')}
      columns={[
        {
          id: 'field',
          header: t.fieldName,
          cell: ({ field }) => field,
          sortingField: 'field',
          isRowHeader: true,
        },
        {
          id: 'condition',
          header: t.condition,
          cell: ({ condition }) => condition,
          sortingField: 'condition',
        },
        { id: 'action', header: t.action, cell: ({ action }) => action, sortingField: 'action' },
      ]}
      empty={{ title: t.noValidations, text: t.noValidationsText }}
      actions={actions}
    />
  );
}
