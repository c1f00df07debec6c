import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useMemo, useState } from 'react';
import { fieldsByName } from '../../components/flow/fieldTypes';
import { mappedFieldColumns, sourceLabel, textOf } from '../../components/flow/mappedFieldColumns';
import { mappedFieldView } from '../../components/flow/mappedFieldView';
import { EmptyState } from '../../components/EmptyState';
import { PAGE_SIZE } from '../../components/flow/SearchableTable';
import { texts as flowTexts } from '../../components/flow/texts';
import { useSearch } from '../../components/useSearch';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft, MappedField } from './draft';
import { FormulaDialog } from './FormulaDialog';
import { isSchemaless, withModifications } from './mapping';
import { mappingTexts } from './mappingTexts';
import { ModifyValuesDialog } from './ModifyValuesDialog';

/** What is mapped so far: to be looked through, changed and removed. */
export function MappingTable({
  draft,
  changeRows,
  sourceFields,
  destinationFields,
}: {
  draft: FlowDraft;
  changeRows: (rows: MappedField[]) => void;
  sourceFields: ConnectorEntityField[];
  destinationFields: ConnectorEntityField[];
}) {
  const t = useTexts(mappingTexts);
  const tf = useTexts(flowTexts);
  const { rows } = draft.mapping;
  const [selectedIds, setSelectedIds] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<'formula' | 'modify'>();

  const isFree = isSchemaless(draft);
  const views = useMemo(() => {
    const source = fieldsByName(sourceFields);
    const destination = fieldsByName(isFree ? [] : destinationFields);
    return rows.map((row) => mappedFieldView(row, source, destination));
  }, [rows, sourceFields, destinationFields, isFree]);
  const columns = useMemo(() => mappedFieldColumns(tf), [tf]);
  const table = useSearch(views, {
    find: tf.findMappings,
    textOf: (view) => textOf(view, tf),
    empty: <EmptyState title={tf.noMappings} text={tf.noMappingsText} />,
    sorting: {},
    pageSize: PAGE_SIZE,
  });

  const selectedViews = views.filter(({ id }) => selectedIds.has(id));
  const selected = selectedViews.map(({ row }) => row);
  const clear = () => setSelectedIds(new Set());
  const areAllSelected = selected.length === rows.length;
  const canModify = selected.length > 0 && selected.every(({ all }) => !all);
  const inputs = [...new Set(selected.flatMap(({ sources }) => sources))];

  const change = (changed: MappedField[]) => {
    changeRows(changed);
    clear();
    setDialog(undefined);
  };

  return (
    <>
      <Table
        {...table}
        columnDefinitions={columns}
        trackBy="id"
        variant="container"
        wrapLines
        selectionType="multi"
        selectedItems={selectedViews}
        onSelectionChange={({ detail }) =>
          setSelectedIds(new Set(detail.selectedItems.map(({ id }) => id)))
        }
        ariaLabels={{
          tableLabel: tf.mappedFields,
          allItemsSelectionLabel: () => t.selectShown,
          itemSelectionLabel: (_, view) => t.select(sourceLabel(view, tf)),
        }}
        header={
          <Header
            variant="h2"
            counter={`(${selected.length}/${rows.length})`}
            info={
              rows.length > 0 && (
                <Link
                  variant="info"
                  onFollow={() =>
                    areAllSelected ? clear() : setSelectedIds(new Set(rows.map(({ id }) => id)))
                  }
                >
                  {areAllSelected ? t.clearSelection : t.selectAll(rows.length)}
                </Link>
              )
            }
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  disabled={inputs.length < 2 || !canModify}
                  disabledReason={t.addFormulaOff}
                  onClick={() => setDialog('formula')}
                >
                  {t.addFormula}
                </Button>
                <Button
                  disabled={!canModify}
                  disabledReason={selected.some(({ all }) => all) ? t.modifyAllOff : t.modifyOff}
                  onClick={() => setDialog('modify')}
                >
                  {t.modify}
                </Button>
                <Button
                  disabled={selected.length === 0}
                  disabledReason={t.removeOff}
                  onClick={() => change(rows.filter(({ id }) => !selectedIds.has(id)))}
                >
                  {t.remove}
                </Button>
              </SpaceBetween>
            }
          >
            {tf.mappedFields}
          </Header>
        }
      />
      {dialog === 'formula' && (
        <FormulaDialog
          draft={draft}
          sources={inputs}
          destination=""
          sourceFields={sourceFields}
          destinationFields={destinationFields}
          onAdd={change}
          onDismiss={() => setDialog(undefined)}
        />
      )}
      {dialog === 'modify' && (
        <ModifyValuesDialog
          rows={selected}
          onSave={(modifications) => change(withModifications(rows, selected, modifications))}
          onDismiss={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
