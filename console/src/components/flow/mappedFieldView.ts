import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import type { MappedField } from '../../pages/create/draft';
import { dataTypeOf, labelOf, typeNameOf } from './fieldTypes';
import { typeFit, type Fit } from './typeFit';

export type FieldsByName = ReadonlyMap<string, ConnectorEntityField>;

/** A field, as a row shows it. */
export interface FieldView {
  name: string;
  label: string;
  /** In its system's own words; unknown where nothing is known of the field. */
  type?: string;
  /** The system has others, but not this one. */
  isMissing: boolean;
}

export interface MappedFieldView {
  id: string;
  row: MappedField;
  sources: FieldView[];
  /** Nothing where all fields are mapped. */
  destination?: FieldView;
  formula: string;
  /** What is written, and into what; unknown where one of the two is. */
  fit?: { fit: Fit; from: string; to: string };
}

/** Whether it may be what a task made: such names are those of the parts. */
const mayBeMade = (name: string) => name.includes(',');

function fieldView(name: string, fields: FieldsByName): FieldView {
  const field = fields.get(name);
  return {
    name,
    label: field ? labelOf(field) : name,
    type: typeNameOf(field),
    isMissing: fields.size > 0 && !field && !mayBeMade(name),
  };
}

const SIGNS = { Add: '+', Subtract: '−', Multiply: '×', Divide: '÷' };

/** What a row calculates: "Subtract: Price − Discount". */
export function formulaText({ formula, sources }: MappedField): string {
  if (!formula) return '';
  if (formula.kind !== 'Concatenate') {
    return `${formula.kind}: ${sources.join(` ${SIGNS[formula.kind]} `)}`;
  }
  const format = formula.format ?? sources.map((name) => `\${${name}}`).join(formula.separator);
  return `${formula.kind}: ${format}`;
}

const isMask = ({ kind }: MappedField['modifications'][number]) => kind !== 'Truncate';

/** The type of what a row writes; unknown where that of its source is. */
export function outputType(row: MappedField, source: FieldsByName): string | undefined {
  if (row.modifications.some(isMask) || row.formula?.kind === 'Concatenate') return 'String';
  if (row.formula) return 'BigDecimal';
  return typeNameOf(source.get(row.sources[0]));
}

function fitOf(row: MappedField, source: FieldsByName, destination: FieldsByName) {
  const from = outputType(row, source);
  const to = typeNameOf(destination.get(row.destination));
  if (from === undefined || to === undefined) return undefined;
  // What is masked is text of no number's or date's form.
  const isMasked = row.modifications.some(isMask);
  const fit = typeFit(dataTypeOf(from), dataTypeOf(to));
  return { fit: isMasked && fit === 'mayRefuse' ? ('impossible' as const) : fit, from, to };
}

export function mappedFieldView(
  row: MappedField,
  source: FieldsByName,
  destination: FieldsByName,
): MappedFieldView {
  return {
    id: row.id,
    row,
    sources: row.sources.map((name) => fieldView(name, source)),
    destination: row.all ? undefined : fieldView(row.destination, destination),
    formula: formulaText(row),
    fit: row.all ? undefined : fitOf(row, source, destination),
  };
}
