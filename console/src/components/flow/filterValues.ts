import type { Operator } from '@aws-sdk/client-appflow';
import { dataTypeOf, isNumber, type DataType } from './fieldTypes';

/** What a filter's values are: how they are entered, shown and compared. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'date' | 'datetime';

export function valueKindOf(type: DataType): ValueKind {
  if (isNumber(type)) return 'number';
  if (type === 'Boolean') return 'boolean';
  if (type === 'Date') return 'date';
  return type === 'DateTime' ? 'datetime' : 'text';
}

/** Of a type's name: the field's own, or the one that the filter compares as. */
export const valueKindOfName = (name: string | undefined): ValueKind =>
  name === undefined ? 'text' : valueKindOf(dataTypeOf(name));

/** Dates come in milliseconds since 1970, or as people write them. */
export function momentOf(value: string): Date | undefined {
  const isEpoch = /^-?\d+$/.test(value);
  const moment = new Date(isEpoch ? Number(value) : value);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** "2026-01-31", in UTC: a date has no zone. */
export function dayOf(value: string): string {
  return momentOf(value)?.toISOString().slice(0, 10) ?? value;
}

export const NUMBER_PATTERN = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;

/** What the condition is called, for values of that kind. */
export function operatorLabel(
  operator: Operator,
  kind: ValueKind,
  t: {
    operators: Record<string, string>;
    textOperators: Record<string, string>;
    timeOperators: Record<string, string>;
  },
): string {
  const special =
    kind === 'date' || kind === 'datetime'
      ? t.timeOperators
      : kind === 'number'
        ? {}
        : t.textOperators;
  return special[operator] ?? t.operators[operator] ?? operator;
}
