import type { ConnectorEntityField, Operator } from '@aws-sdk/client-appflow';
import { dataTypeOf, defaultOperators, typeNameOf } from '../../components/flow/fieldTypes';
import {
  momentOf,
  NUMBER_PATTERN,
  valueKindOfName,
  type ValueKind,
} from '../../components/flow/filterValues';
import type { FilterDraft } from './draft';
import { nextId } from './tasks';

export const MAX_FILTERS = 10;
export const MAX_CRITERIA = 10;

export function operatorsOf(field: ConnectorEntityField | undefined): Operator[] {
  const type = typeNameOf(field);
  return (
    field?.supportedFieldTypeDetails?.v1?.filterOperators ??
    (type === undefined ? [] : defaultOperators(dataTypeOf(type)))
  );
}

/** Only what can stand in a condition. */
export function filterableFields(fields: ConnectorEntityField[]): ConnectorEntityField[] {
  return fields.filter(
    (field) => field.sourceProperties?.isQueryable !== false && operatorsOf(field).length > 0,
  );
}

/**
 * As what text can be compared, in the names that the service knows. Only files have text for
 * everything: elsewhere a field's type says what its values are.
 */
export const COMPARISON_TYPES = ['String', 'BigDecimal', 'DateTime', 'Date', 'Boolean'] as const;

/** The conditions for a field, or for its text compared as another type. */
export function operatorsFor(
  filter: FilterDraft,
  field: ConnectorEntityField | undefined,
): Operator[] {
  if (filter.dataType === undefined || filter.dataType === typeNameOf(field)) {
    return operatorsOf(field);
  }
  return defaultOperators(dataTypeOf(filter.dataType));
}

export function kindOf(filter: FilterDraft, field: ConnectorEntityField | undefined): ValueKind {
  return valueKindOfName(filter.dataType ?? typeNameOf(field));
}

/** How many values a condition has: one, two bounds, or alternatives. */
export function mayHaveMore(operator: Operator, kind: ValueKind): boolean {
  const isEquality = operator === 'EQUAL_TO' || operator === 'NOT_EQUAL_TO';
  return isEquality && (kind === 'text' || kind === 'boolean');
}

const emptyValue = (kind: ValueKind) => (kind === 'boolean' ? 'true' : '');

function emptyValues(operator: Operator, kind: ValueKind): string[] {
  const value = emptyValue(kind);
  return operator === 'BETWEEN' ? [value, value] : [value];
}

export function newFilter(filters: FilterDraft[]): FilterDraft {
  return { id: nextId(filters), field: '', operator: 'EQUAL_TO', values: [''] };
}

/** With another field: its first condition, and values of its kind. */
export function withField(filter: FilterDraft, field: ConnectorEntityField): FilterDraft {
  const { dataType: _, ...others } = filter;
  const [operator] = operatorsOf(field);
  const kind = valueKindOfName(typeNameOf(field));
  return { ...others, field: field.identifier!, operator, values: emptyValues(operator, kind) };
}

/** Values stay, as far as the new condition has them. */
export function withOperator(
  filter: FilterDraft,
  operator: Operator,
  kind: ValueKind,
): FilterDraft {
  const { values } = filter;
  if (operator === 'BETWEEN') return { ...filter, operator, values: [values[0], values[1] ?? ''] };
  return { ...filter, operator, values: mayHaveMore(operator, kind) ? values : values.slice(0, 1) };
}

export function withDataType(
  filter: FilterDraft,
  dataType: string,
  field: ConnectorEntityField | undefined,
): FilterDraft {
  const changed = { ...filter, dataType };
  const operators = operatorsFor(changed, field);
  const operator = operators.includes(filter.operator) ? filter.operator : operators[0];
  return { ...changed, operator, values: emptyValues(operator, valueKindOfName(dataType)) };
}

export function withMoreCriteria(filter: FilterDraft, kind: ValueKind): FilterDraft {
  return { ...filter, values: [...filter.values, emptyValue(kind)] };
}

export type ValueFault = 'Missing' | 'NotANumber' | 'NotADate' | 'Comma' | 'Order';

/** What is wrong with the value at that place. */
export function valueFault(
  filter: FilterDraft,
  index: number,
  kind: ValueKind,
): ValueFault | undefined {
  const { values, operator } = filter;
  const value = values[index];
  if (value === '') return 'Missing';
  if (kind === 'number' && !NUMBER_PATTERN.test(value)) return 'NotANumber';
  const isTime = kind === 'date' || kind === 'datetime';
  if (isTime && !momentOf(value)) return 'NotADate';
  if (operator === 'BETWEEN') {
    return index === 1 && isBefore(value, values[0], kind) ? 'Order' : undefined;
  }
  // The API joins alternatives by commas.
  return values.length > 1 && value.includes(',') ? 'Comma' : undefined;
}

function isBefore(value: string, other: string, kind: ValueKind): boolean {
  if (kind === 'number') return Number(value) < Number(other);
  const [a, b] = [momentOf(value), momentOf(other)];
  return kind !== 'text' && a !== undefined && b !== undefined && a < b;
}

// ---- Moments, as people enter them ----

const two = (number: number) => String(number).padStart(2, '0');

/** In the reader's own zone: what a date picker and a time input show. */
export function localParts(value: string): { date: string; time: string } {
  const moment = value === '' ? undefined : momentOf(value);
  if (!moment) return { date: '', time: '' };
  return {
    date: `${String(moment.getFullYear()).padStart(4, '0')}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`,
    time: `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`,
  };
}

/** Milliseconds since 1970 of a moment in the reader's zone; midnight where no time is said. */
export function momentValue(date: string, time: string): string {
  if (date === '') return '';
  const filled = time === '' ? '00:00:00' : time.padEnd(8, ':00');
  const moment = new Date(`${date}T${filled}`);
  return Number.isNaN(moment.getTime()) ? date : String(moment.getTime());
}

/** Of a day, which has no zone: its midnight in UTC. */
export function dayValue(date: string): string {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(midnight) ? date : String(midnight);
}

/** The reader's zone and its offset from UTC at that moment: "Europe/Berlin", "+01:00". */
export function zoneAt(moment: Date): { zone: string; offset: string } {
  const minutes = -moment.getTimezoneOffset();
  const hours = Math.floor(Math.abs(minutes) / 60);
  return {
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    offset: `${minutes < 0 ? '−' : '+'}${two(hours)}:${two(Math.abs(minutes) % 60)}`,
  };
}
