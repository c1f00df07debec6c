import type { ConnectorEntityField, DestinationFieldProperties } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { emptyDraft, type MappedField } from './draft';
import {
  defaultIdFields,
  freeDestinations,
  idFieldChoices,
  missingRequired,
  pairsByName,
  withAllFields,
  withFormula,
  withModifications,
  withPairs,
  withPairsOfFile,
  written,
} from './mapping';

function field(
  identifier: string,
  write: DestinationFieldProperties = {},
  isPrimaryKey = false,
): ConnectorEntityField {
  return {
    identifier,
    isPrimaryKey,
    supportedFieldTypeDetails: { v1: { fieldType: 'text', filterOperators: [] } },
    destinationProperties: { isCreatable: true, isUpdatable: true, isUpsertable: true, ...write },
  };
}

const pair = (source: string, destination: string) => ({ source, destination });
const mappedNames = (rows: MappedField[]) =>
  rows.map(({ sources, destination }) => [sources, destination]);

describe('mapping by equal names', () => {
  it('looks at neither case nor underscores', () => {
    expect(
      pairsByName(['Id', 'BillingState', 'Rating'], ['id', 'billing_state', 'other'], []),
    ).toEqual({
      pairs: [pair('Id', 'id'), pair('BillingState', 'billing_state')],
      unmatched: ['Rating'],
    });
  });

  it('prefers the very name, whichever comes first', () => {
    expect(pairsByName(['ID', 'id'], ['id', 'ID'], []).pairs).toEqual([
      pair('ID', 'ID'),
      pair('id', 'id'),
    ]);
    expect(pairsByName(['A_B', 'AB'], ['AB', 'a_b'], []).pairs).toEqual([
      pair('A_B', 'a_b'),
      pair('AB', 'AB'),
    ]);
  });

  it('takes no destination twice', () => {
    expect(pairsByName(['Id', 'I_d'], ['id'], [])).toEqual({
      pairs: [pair('Id', 'id')],
      unmatched: ['I_d'],
    });
    expect(pairsByName(['Id'], ['id'], ['id'])).toEqual({ pairs: [], unmatched: ['Id'] });
  });
});

describe('rows', () => {
  const rows = withPairs([], [pair('A', 'a'), pair('B', 'b')], [field('a')]);

  it('have the destination’s type and ids of their own', () => {
    expect(rows).toEqual([
      { id: '1', sources: ['A'], destination: 'a', destinationType: 'text', modifications: [] },
      { id: '2', sources: ['B'], destination: 'b', modifications: [] },
    ]);
    expect(withPairs(rows.slice(1), [pair('C', 'c')], []).map(({ id }) => id)).toEqual(['2', '3']);
  });

  it('are modified together where their source is the same', () => {
    const more = withPairs(rows, [pair('A', 'c')], []);
    const modifications = [{ kind: 'MaskAll' as const, mask: '*' }];
    const changed = withModifications(more, [more[0]], modifications);
    expect(changed.map((row) => row.modifications.length)).toEqual([1, 0, 1]);
    // And so is one that comes later.
    expect(withPairs(changed, [pair('A', 'd')], []).at(-1)!.modifications).toEqual(modifications);
  });

  it('with a formula are another source', () => {
    const formula = { kind: 'Concatenate' as const, separator: ' ' };
    const more = withFormula(rows, { sources: ['A', 'B'], destination: 'ab', formula }, []);
    const changed = withModifications(more, [more[0]], [{ kind: 'Truncate', length: 3 }]);
    expect(changed.map((row) => row.modifications.length)).toEqual([1, 0, 0]);
  });

  it('of a file replace all but formulas, and keep what was done to their values', () => {
    const masked = withModifications(rows, [rows[0]], [{ kind: 'MaskAll', mask: '*' }]);
    const formula = { kind: 'Add' as const };
    const before = withAllFields(
      withFormula(masked, { sources: ['A', 'B'], destination: 's', formula }, []),
    );
    const after = withPairsOfFile(before, [pair('A', 'x'), pair('C', 'c')], []);
    expect(mappedNames(after)).toEqual([
      [['A'], 'x'],
      [['C'], 'c'],
      [['A', 'B'], 's'],
    ]);
    expect(after[0].modifications).toEqual([{ kind: 'MaskAll', mask: '*' }]);
    expect(new Set(after.map(({ id }) => id)).size).toBe(3);
  });

  it('for all fields are one, and leave alone what has its own', () => {
    const all = withAllFields(withPairs([], [pair('A', 'x')], []));
    expect(withAllFields(all)).toBe(all);
    all[1].all!.excluded = ['C'];
    const names = written(all, [field('A'), field('B'), field('C')]).map(({ name }) => name);
    expect(names).toEqual(['x', 'B']);
  });
});

describe('the destination', () => {
  const { mapping } = emptyDraft();

  it('says which required fields have no value', () => {
    const fields = [
      field('id', { isNullable: false }),
      field('name', { isNullable: false }),
      field('created', { isNullable: false, isDefaultedOnCreate: true }),
      field('note', { isNullable: true }),
      field('computed', { isNullable: false, isCreatable: false }),
    ];
    const rows = withPairs([], [pair('Id', 'id')], fields);
    const missing = (operation: 'INSERT' | 'UPDATE') =>
      missingRequired({ mapping: { ...mapping, rows, writeOperation: operation } }, [], fields).map(
        ({ identifier }) => identifier,
      );
    expect(missing('INSERT')).toEqual(['name']);
    expect(missing('UPDATE')).toEqual([]);
  });

  it('says which fields identify a record, its primary key first', () => {
    const keys = { supportedWriteOperations: ['UPDATE' as const] };
    const fields = [field('id', keys, true), field('mail', keys), field('name')];
    expect(idFieldChoices(fields, 'UPDATE').map(({ identifier }) => identifier)).toEqual([
      'id',
      'mail',
    ]);
    expect(defaultIdFields(fields, 'UPDATE')).toEqual(['id']);
    expect(defaultIdFields(fields, 'INSERT')).toEqual([]);
    // Where it says it of none, any may be.
    expect(idFieldChoices(fields, 'UPSERT')).toHaveLength(3);
  });

  it('offers what is not taken and can be written', () => {
    const fields = [
      field('a'),
      field('b'),
      field('id', { isUpdatable: false }),
      { identifier: 'view' },
    ];
    const rows = withPairs([], [pair('A', 'a')], fields);
    const offered = freeDestinations(
      { mapping: { ...mapping, rows, writeOperation: 'UPDATE', idFields: ['id'] } },
      fields,
    );
    expect(offered.map(({ identifier }) => identifier)).toEqual(['b', 'id']);
  });
});
