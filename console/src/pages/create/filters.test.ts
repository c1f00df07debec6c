import type { ConnectorEntityField, Operator } from '@aws-sdk/client-appflow';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { emptyDraft, type FilterDraft } from './draft';
import { filterProblems } from './filterProblems';
import {
  dayValue,
  filterableFields,
  kindOf,
  localParts,
  mayHaveMore,
  momentValue,
  newFilter,
  operatorsFor,
  valueFault,
  withDataType,
  withField,
  withMoreCriteria,
  withOperator,
  zoneAt,
} from './filters';

function field(
  identifier: string,
  fieldType: string,
  filterOperators: Operator[] = ['NOT_EQUAL_TO', 'EQUAL_TO'],
): ConnectorEntityField {
  return {
    identifier,
    supportedFieldTypeDetails: { v1: { fieldType, filterOperators } },
    sourceProperties: { isQueryable: true },
  };
}

const filter = (part: Partial<FilterDraft>): FilterDraft => ({
  ...newFilter([]),
  field: 'a',
  ...part,
});

describe('what can be filtered', () => {
  it('is what the source can look for', () => {
    const hidden = { ...field('b', 'int'), sourceProperties: { isQueryable: false } };
    const fields = filterableFields([field('a', 'int'), hidden, field('c', 'blob', [])]);
    expect(fields.map(({ identifier }) => identifier)).toEqual(['a']);
  });

  it('is asked by the field’s own conditions, the first one first', () => {
    const chosen = withField(newFilter([]), field('a', 'Integer', ['LESS_THAN', 'EQUAL_TO']));
    expect(chosen).toEqual({ id: '1', field: 'a', operator: 'LESS_THAN', values: [''] });
  });

  it.each<[string, string]>([
    ['double', 'number'],
    ['bigint(20) unsigned', 'number'],
    ['boolean', 'boolean'],
    ['tinyint(1)', 'boolean'],
    ['date', 'date'],
    ['timestamp', 'datetime'],
    ['picklist', 'text'],
    ['json', 'text'],
  ])('has values of its kind: %s', (type, kind) => {
    expect(kindOf(filter({}), field('a', type))).toBe(kind);
  });

  it('is text of a file, compared as something else', () => {
    const text = field('a', 'String', ['EQUAL_TO', 'NOT_EQUAL_TO']);
    const asTime = withDataType(filter({ operator: 'NOT_EQUAL_TO' }), 'DateTime', text);
    expect(kindOf(asTime, text)).toBe('datetime');
    expect(asTime.operator).toBe('EQUAL_TO'); // Times know no NOT_EQUAL_TO by default.
    expect(operatorsFor(asTime, text)).toContain('BETWEEN');
    expect(operatorsFor(withDataType(asTime, 'String', text), text)).toEqual([
      'EQUAL_TO',
      'NOT_EQUAL_TO',
    ]);
  });
});

describe('values', () => {
  it('are two between bounds and one elsewhere', () => {
    const between = withOperator(filter({ values: ['1'] }), 'BETWEEN', 'number');
    expect(between.values).toEqual(['1', '']);
    expect(withOperator(between, 'LESS_THAN', 'number').values).toEqual(['1']);
  });

  it('are alternatives where texts are equal', () => {
    expect(mayHaveMore('EQUAL_TO', 'text')).toBe(true);
    expect(mayHaveMore('NOT_EQUAL_TO', 'boolean')).toBe(true);
    expect(mayHaveMore('EQUAL_TO', 'number')).toBe(false);
    expect(mayHaveMore('CONTAINS', 'text')).toBe(false);
    const two = withMoreCriteria(filter({ values: ['a'] }), 'text');
    expect(two.values).toEqual(['a', '']);
    expect(withOperator(two, 'NOT_EQUAL_TO', 'text').values).toHaveLength(2);
  });

  it.each<
    [Partial<FilterDraft>, number, 'text' | 'number' | 'date' | 'datetime', string | undefined]
  >([
    [{ values: [''] }, 0, 'text', 'Missing'],
    [{ values: ['a,b'] }, 0, 'text', undefined],
    [{ values: ['a,b', 'c'] }, 0, 'text', 'Comma'],
    [{ values: ['-0.50'] }, 0, 'number', undefined],
    [{ values: ['1e3'] }, 0, 'number', undefined],
    [{ values: ['+5'] }, 0, 'number', 'NotANumber'],
    [{ values: ['007'] }, 0, 'number', 'NotANumber'],
    [{ values: ['1,000'] }, 0, 'number', 'NotANumber'],
    [{ values: ['1704067200000'] }, 0, 'date', undefined],
    [{ values: ['2024-01-01T00:00:00Z'] }, 0, 'datetime', undefined],
    [{ values: ['soon'] }, 0, 'datetime', 'NotADate'],
    [{ operator: 'BETWEEN', values: ['9', '10'] }, 1, 'number', undefined],
    [{ operator: 'BETWEEN', values: ['10', '9'] }, 1, 'number', 'Order'],
    [{ operator: 'BETWEEN', values: ['200', '100'] }, 1, 'datetime', 'Order'],
    [{ operator: 'BETWEEN', values: ['b,c', 'a'] }, 0, 'text', undefined],
  ])('%j at %i as %s: %s', (part, index, kind, fault) => {
    expect(valueFault(filter(part), index, kind)).toBe(fault);
  });
});

describe('moments', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('are entered in the reader’s zone and kept in milliseconds', () => {
    vi.stubEnv('TZ', 'Asia/Shanghai');
    expect(momentValue('2026-01-31', '09:05:07')).toBe(String(Date.UTC(2026, 0, 31, 1, 5, 7)));
    expect(momentValue('2026-01-31', '')).toBe(String(Date.UTC(2026, 0, 30, 16)));
    expect(momentValue('', '09:00:00')).toBe('');
    expect(localParts(String(Date.UTC(2026, 0, 31, 1, 5, 7)))).toEqual({
      date: '2026-01-31',
      time: '09:05:07',
    });
    expect(zoneAt(new Date(0))).toEqual({ zone: 'Asia/Shanghai', offset: '+08:00' });
  });

  it('that were written as text are shown as well', () => {
    vi.stubEnv('TZ', 'UTC');
    expect(localParts('2026-01-31T09:05:07Z')).toEqual({ date: '2026-01-31', time: '09:05:07' });
    expect(localParts('soon')).toEqual({ date: '', time: '' });
  });

  it('may be typed bit by bit', () => {
    vi.stubEnv('TZ', 'UTC');
    expect(momentValue('2026-01-31', '09')).toBe(momentValue('2026-01-31', '09:00:00'));
    expect(momentValue('2026-01-31', '09:3')).toBe('2026-01-31');
    expect(momentValue('2026-13-', '')).toBe('2026-13-');
  });

  it('of days have no zone', () => {
    vi.stubEnv('TZ', 'America/Los_Angeles');
    expect(dayValue('2026-01-31')).toBe(String(Date.UTC(2026, 0, 31)));
    expect(dayValue('')).toBe('');
  });
});

describe('a filter’s problems', () => {
  const fields = [field('a', 'Integer'), field('t', 'String', ['EQUAL_TO'])];
  const problems = (filters: FilterDraft[]) =>
    filterProblems({ ...emptyDraft(), filters }, fields, 'en').map(({ control }) => control);

  it('name their controls', () => {
    expect(problems([filter({ values: ['1'] })])).toEqual([]);
    expect(problems([filter({ field: '' }), filter({ id: '2', values: ['x'] })])).toEqual([
      'filter-1-field',
      'filter-2-value-0',
    ]);
    expect(problems([filter({ field: 'gone', values: ['1'] })])).toEqual(['filter-1-field']);
    expect(problems([filter({ operator: 'CONTAINS', values: ['1'] })])).toEqual([
      'filter-1-condition',
    ]);
    expect(problems([filter({ field: 't', operator: 'EQUAL_TO', values: ['a', ''] })])).toEqual([
      'filter-1-value-1',
    ]);
  });
});
