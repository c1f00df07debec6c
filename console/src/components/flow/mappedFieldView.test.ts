import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import type { MappedField } from '../../pages/create/draft';
import { fieldsByName } from './fieldTypes';
import { formulaText, mappedFieldView } from './mappedFieldView';

const field = (identifier: string, fieldType: string, label?: string): ConnectorEntityField => ({
  identifier,
  label,
  supportedFieldTypeDetails: { v1: { fieldType, filterOperators: [] } },
});

const source = fieldsByName([field('Id', 'id', 'Account ID'), field('Amount', 'double')]);
const destination = fieldsByName([field('id', 'varchar(18)'), field('amount', 'int')]);
const row = (part: Partial<MappedField>): MappedField => ({
  id: '1',
  sources: ['Id'],
  destination: 'id',
  modifications: [],
  ...part,
});

describe('a row', () => {
  it('shows labels, names and types', () => {
    expect(mappedFieldView(row({}), source, destination)).toMatchObject({
      sources: [{ name: 'Id', label: 'Account ID', type: 'id', isMissing: false }],
      destination: { name: 'id', label: 'id', type: 'varchar(18)', isMissing: false },
      formula: '',
      fit: { fit: 'fits' },
    });
  });

  it('says which field is missing, where fields are known', () => {
    const old = row({ sources: ['Old'], destination: 'old' });
    expect(mappedFieldView(old, source, destination)).toMatchObject({
      sources: [{ label: 'Old', isMissing: true }],
      destination: { isMissing: true },
      fit: undefined,
    });
    expect(mappedFieldView(old, new Map(), new Map()).sources[0].isMissing).toBe(false);
    // What a task made is no field of the source.
    expect(
      mappedFieldView(row({ sources: ['a,b'] }), source, destination).sources[0].isMissing,
    ).toBe(false);
  });

  it('fits by what is written, not by what is read', () => {
    const amount = row({ sources: ['Amount'], destination: 'amount' });
    const fitOf = (part: Partial<MappedField>) =>
      mappedFieldView({ ...amount, ...part }, source, destination).fit;
    expect(fitOf({})).toEqual({ fit: 'mayRefuse', from: 'double', to: 'int' });
    expect(fitOf({ modifications: [{ kind: 'MaskAll', mask: '*' }] })?.fit).toBe('impossible');
    expect(fitOf({ formula: { kind: 'Concatenate', separator: '' } })).toMatchObject({
      from: 'String',
    });
    expect(fitOf({ formula: { kind: 'Add' } })).toMatchObject({ from: 'BigDecimal' });
  });

  it('says what it calculates', () => {
    expect(formulaText(row({ sources: ['a', 'b'], formula: { kind: 'Subtract' } }))).toBe(
      'Subtract: a − b',
    );
    expect(
      formulaText(row({ sources: ['a', 'b'], formula: { kind: 'Concatenate', separator: ', ' } })),
    ).toBe('Concatenate: ${a}, ${b}');
    expect(
      formulaText(row({ formula: { kind: 'Concatenate', separator: '', format: 'Dear ${a}' } })),
    ).toBe('Concatenate: Dear ${a}');
  });
});
