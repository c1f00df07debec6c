import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useMemo, type ReactNode } from 'react';
import { useTexts } from '../../i18n/texts';
import type { MappedField } from '../../pages/create/draft';
import { fieldsByName } from './fieldTypes';
import { mappedFieldColumns, textOf } from './mappedFieldColumns';
import { mappedFieldView } from './mappedFieldView';
import { SearchableTable } from './SearchableTable';
import { texts } from './texts';

/** Fields that are not known (yet) may be left out; then they are shown by their names alone. */
export function MappedFieldsTable({
  rows,
  sourceFields,
  destinationFields,
  actions,
}: {
  rows: MappedField[];
  sourceFields: ConnectorEntityField[];
  destinationFields: ConnectorEntityField[];
  actions?: ReactNode;
}) {
  const t = useTexts(texts);
  const views = useMemo(() => {
    const [source, destination] = [fieldsByName(sourceFields), fieldsByName(destinationFields)];
    return rows.map((row) => mappedFieldView(row, source, destination));
  }, [rows, sourceFields, destinationFields]);
  const columns = useMemo(() => mappedFieldColumns(t), [t]);
  return (
    <SearchableTable
      title={t.mappedFields}
      find={t.findMappings}
      items={views}
      textOf={(view) => textOf(view, t)}
      columns={columns}
      empty={{ title: t.noMappings, text: t.noMappingsText }}
      actions={actions}
    />
  );
}
