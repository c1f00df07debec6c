import Box from '@cloudscape-design/components/box';
import Popover from '@cloudscape-design/components/popover';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TableProps } from '@cloudscape-design/components/table';
import type { Modification } from '../../pages/create/draft';
import { FieldName } from './FieldName';
import type { MappedFieldView } from './mappedFieldView';
import { texts } from './texts';

type FlowTexts = (typeof texts)['en'];

export function modificationText(modification: Modification, t: FlowTexts): string {
  switch (modification.kind) {
    case 'MaskAll':
      return t.maskAll;
    case 'MaskFirst':
      return t.maskFirst(modification.length);
    case 'MaskLast':
      return t.maskLast(modification.length);
    case 'Truncate':
      return t.truncate(modification.length);
  }
}

/** What a person calls the row's source: "Account ID". */
export function sourceLabel({ row, sources }: MappedFieldView, t: FlowTexts): string {
  if (!row.all) return sources.map(({ label }) => label).join(', ');
  return row.all.excluded.length ? t.allFieldsBut(row.all.excluded) : t.allFields;
}

function modificationsText({ row }: MappedFieldView, t: FlowTexts): string {
  return row.modifications.map((each) => modificationText(each, t)).join(', ');
}

/** Everything that can be read in a row, for searching. */
export function textOf(view: MappedFieldView, t: FlowTexts): string {
  const fields = [...view.sources, ...(view.destination ? [view.destination] : [])];
  return [
    ...fields.flatMap(({ label, name }) => [label, name]),
    sourceLabel(view, t),
    view.formula,
    modificationsText(view, t),
  ].join('\n');
}

function FitWarning({ view, t }: { view: MappedFieldView; t: FlowTexts }) {
  if (!view.fit || view.fit.fit === 'fits') return null;
  const { fit, from, to } = view.fit;
  const isError = fit === 'impossible';
  const short = isError ? t.cantFit : t.mayNotFit;
  return (
    <Popover header={short} content={t.fit[fit](from, to)} size="medium">
      <StatusIndicator type={isError ? 'error' : 'warning'}>{short}</StatusIndicator>
    </Popover>
  );
}

export function mappedFieldColumns(t: FlowTexts): TableProps.ColumnDefinition<MappedFieldView>[] {
  const by = (text: (view: MappedFieldView) => string) => ({
    sortingComparator: (a: MappedFieldView, b: MappedFieldView) => text(a).localeCompare(text(b)),
  });
  return [
    {
      id: 'source',
      header: t.sourceField,
      minWidth: 180,
      isRowHeader: true,
      ...by((view) => sourceLabel(view, t)),
      cell: (view) =>
        view.row.all ? (
          sourceLabel(view, t)
        ) : (
          <SpaceBetween size="xxs">
            {view.sources.map((field, i) => (
              <FieldName key={i} field={field} missing={t.missingSource} />
            ))}
          </SpaceBetween>
        ),
    },
    {
      id: 'arrow',
      header: <span aria-hidden />,
      width: 50,
      cell: () => (
        <Box color="text-status-inactive">
          <span aria-hidden>→</span>
        </Box>
      ),
    },
    {
      id: 'destination',
      header: t.destinationField,
      minWidth: 180,
      ...by(({ destination }) => destination?.label ?? ''),
      cell: (view) =>
        view.destination ? (
          <>
            <FieldName field={view.destination} missing={t.missingDestination} />
            <FitWarning view={view} t={t} />
          </>
        ) : (
          t.ownNames
        ),
    },
    {
      id: 'formula',
      header: t.formula,
      minWidth: 130,
      ...by(({ formula }) => formula),
      cell: ({ formula }) => formula || '-',
    },
    {
      id: 'modifications',
      header: t.modifications,
      minWidth: 160,
      ...by((view) => modificationsText(view, t)),
      cell: (view) => modificationsText(view, t) || '-',
    },
  ];
}
