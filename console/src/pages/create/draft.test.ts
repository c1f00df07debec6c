import { describe, expect, it } from 'vitest';
import { emptyDraft } from './draft';

describe('a draft', () => {
  it('survives being kept as text', () => {
    expect(JSON.parse(JSON.stringify(emptyDraft()))).toEqual(emptyDraft());
  });
});
