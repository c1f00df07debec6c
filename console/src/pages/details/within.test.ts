import { describe, expect, it, vi } from 'vitest';
import { within } from './within';

describe('within', () => {
  it('has what comes in time', async () => {
    expect(await within(1_000, Promise.resolve('answer'))).toBe('answer');
  });
  it('has nothing of what fails', async () => {
    expect(await within(1_000, Promise.reject(new Error('no')))).toBeUndefined();
  });
  it('waits no longer than that', async () => {
    vi.useFakeTimers();
    const waiting = within(2_000, new Promise<string>(() => undefined));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await waiting).toBeUndefined();
    vi.useRealTimers();
  });
});
