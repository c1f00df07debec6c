import { describe, expect, it } from 'vitest';
import { RETRY_TAG, retryChoices, retryTag, withoutRetryTag } from './retryPolicy';

const team = { key: 'team', value: 'sales' };

describe('how long a run tries again', () => {
  it.each([0, 1, 45, 1440])('is a tag, and no tag to the reader: %d minutes', (retryMinutes) => {
    const [[key, value]] = Object.entries(retryTag(retryMinutes)) as [[string, string]];
    expect(key).toBe(RETRY_TAG);
    expect(withoutRetryTag([{ key, value }, team])).toEqual({ retryMinutes, tags: [team] });
  });

  it('may be left to the service', () => {
    expect(retryTag(undefined)).toEqual({});
    expect(withoutRetryTag([team])).toEqual({ tags: [team] });
  });

  it.each(['', ' ', '-1', '1441', '1.5', '1e3', '007', 'soon', 'NaN'])('is a tag like any other: “%s”', (value) => {
    const tags = [team, { key: RETRY_TAG, value }];
    expect(withoutRetryTag(tags)).toEqual({ tags });
  });

  it('can be what it was', () => {
    expect(retryChoices(undefined)).toEqual([0, 30, 120, 720, 1440]);
    expect(retryChoices(45, 30)).toEqual([0, 30, 45, 120, 720, 1440]);
  });
});
