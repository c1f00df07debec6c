import { describe, expect, it } from 'vitest';
import type { FieldChange, FieldChanges } from '../../api/sluice';
import { calmChanges, changedFields, needsDecision } from './fieldChanges';

const field = (name: string, isUsed = false): FieldChange => ({
  name,
  label: name,
  type: 'text',
  isUsed,
});
const nothing = { added: [], removed: [], changed: [] };
const changes = (part: Partial<FieldChanges>): FieldChanges => ({
  source: nothing,
  destination: nothing,
  ...part,
});

describe('changedFields', () => {
  it('has what the flow uses first, then the source, then what is gone', () => {
    const all = changedFields(
      changes({
        source: { added: [field('a')], removed: [field('b')], changed: [field('c', true)] },
        destination: { ...nothing, removed: [field('a', true)] },
      }),
    );
    expect(all.map(({ id, kind }) => [id, kind])).toEqual([
      ['source c', 'changed'],
      ['destination a', 'removed'],
      ['source b', 'removed'],
      ['source a', 'added'],
    ]);
  });
});

describe('needsDecision', () => {
  it('wants one where a used field is gone or of another type', () => {
    expect(needsDecision(changes({ source: { ...nothing, removed: [field('a', true)] } }))).toBe(true);
    expect(needsDecision(changes({ destination: { ...nothing, changed: [field('a', true)] } }))).toBe(true);
  });
  it('wants one where a run would fail for another reason', () => {
    expect(needsDecision(changes({ message: 'kind must not be null' }))).toBe(true);
  });
  it('wants none for what is new or not used', () => {
    expect(
      needsDecision(
        changes({
          source: { added: [field('a', true)], removed: [field('b')], changed: [field('c')] },
        }),
      ),
    ).toBe(false);
    expect(needsDecision(changes({}))).toBe(false);
  });
});

describe('calmChanges', () => {
  it('tells what is mapped by itself from what is not', () => {
    expect(
      calmChanges(
        changes({
          source: {
            added: [field('a'), field('b'), field('c', true)],
            removed: [field('d')],
            changed: [field('e', true)],
          },
          destination: { added: [field('f')], removed: [], changed: [field('g')] },
        }),
      ),
    ).toEqual({ newInSource: 2, newInDestination: 1, takenAlong: 1, unused: 2 });
  });
});
