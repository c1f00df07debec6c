import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useMemo, type ReactNode } from 'react';
import { useTexts } from '../../i18n/texts';
import type { FilterDraft } from '../../pages/create/draft';
import { Time } from '../Time';
import { fieldsByName, labelOf, typeNameOf } from './fieldTypes';
import { dayOf, momentOf, operatorLabel, valueKindOfName, type ValueKind } from './filterValues';
import { SearchableTable } from './SearchableTable';
import { texts } from './texts';

function Value({ value, kind }: { value: string; kind: ValueKind }) {
  const moment = kind === 'datetime' ? momentOf(value) : undefined;
  if (moment) return <Time at={moment} />;
  return <>{kind === 'date' ? dayOf(value) : value}</>;
}

export function FiltersTable({
  filters,
  sourceFields,
  actions,
}: {
  filters: FilterDraft[];
  sourceFields: ConnectorEntityField[];
  actions?: ReactNode;
}) {
  const t = useTexts(texts);
  const items = useMemo(() => {
    const fields = fieldsByName(sourceFields);
    return filters.map((filter) => {
      const field = fields.get(filter.field);
      const kind = valueKindOfName(filter.dataType ?? typeNameOf(field));
      return {
        id: filter.id,
        field: field ? labelOf(field) : filter.field,
        condition: operatorLabel(filter.operator, kind, t),
        values: filter.values,
        kind,
      };
    });
  }, [filters, sourceFields, t]);
  const most = Math.max(2, ...filters.map(({ values }) => values.length));
  return (
    <SearchableTable
      title={t.filters}
      find={t.findFilters}
      items={items}
      textOf={({ field, condition, values }) => [field, condition, ...values].join('\n')}
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
        ...Array.from({ length: most }, (_, i) => ({
          id: `criteria${i}`,
          header: t.criteria(i + 1),
          cell: ({ values, kind }: (typeof items)[number]) =>
            values[i] === undefined ? '-' : <Value value={values[i]} kind={kind} />,
        })),
      ]}
      empty={{ title: t.noFilters, text: t.noFiltersText }}
      actions={actions}
    />
  );
}
