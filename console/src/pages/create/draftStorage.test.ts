import { beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyDraft } from './draft';
import { dropDraft, loadDraft, saveDraft } from './draftStorage';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

describe('drafts', () => {
  it('are kept apart by what they are drafts of', () => {
    saveDraft('new', { ...emptyDraft(), flowName: 'one' });
    saveDraft('edit/one', { ...emptyDraft(), flowName: 'other' });
    dropDraft('new');
    expect(loadDraft('new')).toBeUndefined();
    expect(loadDraft('edit/one')?.flowName).toBe('other');
    expect(loadDraft('copy/one')).toBeUndefined();
  });

  it('are found under the one key that the log-out removes', () => {
    saveDraft('new', emptyDraft());
    expect(sessionStorage.getItem('draft')).toContain('flowName');
  });
});
