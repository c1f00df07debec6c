import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatCount, formatDuration, formatRecordRate, formatSize } from './formats';

// English as the reader's browser has it.
beforeAll(() => void vi.stubGlobal('navigator', { language: 'en-US' }));
afterAll(() => void vi.unstubAllGlobals());

describe('a duration', () => {
  it.each([
    [0, '0 seconds'],
    [0.004, '0 seconds'],
    [0.126, '0.13 seconds'],
    [1, '1 second'],
    [16.44, '16.44 seconds'],
    [59.99, '59.99 seconds'],
    [59.996, '1 minute'],
    [96.6, '1.61 minutes'],
    [3599.9, '1 hour'],
    [5400, '1.5 hours'],
    [4_000_000, '1,111.11 hours'],
  ])('of %d s is "%s"', (seconds, shown) => {
    expect(formatDuration(seconds, 'en')).toBe(shown);
  });

  it('is Chinese in Chinese', () => {
    expect(formatDuration(16.44, 'zh')).toBe('16.44 秒');
    expect(formatDuration(96.6, 'zh')).toBe('1.61 分钟');
    expect(formatDuration(5400, 'zh')).toBe('1.5 小时');
  });
});

describe('a size', () => {
  it.each([
    [0, '0 KB'],
    [1, '0.001 KB'],
    [1869, '1.869 KB'],
    [1900, '1.9 KB'],
    [999_999, '999.999 KB'],
    [1_000_000, '1 MB'],
    [999_999_999, '1 GB'],
    [2_345_678_901, '2.346 GB'],
    [7_000_000_000_000_000, '7,000 TB'],
  ])('of %d bytes is "%s"', (bytes, shown) => {
    expect(formatSize(bytes, 'en')).toBe(shown);
  });
});

describe('a rate', () => {
  it('has a digit after the point only where it is slow', () => {
    expect(formatRecordRate(0.42, 'en')).toBe('0.4 records/s');
    expect(formatRecordRate(12_345.6, 'en')).toBe('12,346 records/s');
    expect(formatRecordRate(12, 'zh')).toBe('12 条记录/秒');
  });
});

it('a count is grouped', () => {
  expect(formatCount(1_234_567, 'en')).toBe('1,234,567');
});
