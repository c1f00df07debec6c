import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunProgress } from '../../api/sluice';
import { progressLines } from './progressLines';

// English as the reader's browser has it.
beforeAll(() => void vi.stubGlobal('navigator', { language: 'en-US' }));
afterAll(() => void vi.unstubAllGlobals());

const at = (more: Partial<RunProgress>): RunProgress => ({
  executionStatus: 'InProgress',
  recordsProcessed: 0,
  recordsRefused: 0,
  recordsFiltered: 0,
  bytesProcessed: 0,
  bytesWritten: 0,
  startedAt: 0,
  lastUpdatedAt: 0,
  ...more,
});
const rate = 40_000;
const midway = { recordsProcessed: 120_000, bytesProcessed: 14_000_000, recordsOnTheWay: 45_000, bytesOnTheWay: 5_000_000 };

describe('the progress of a run', () => {
  it('begins with nothing', () => {
    expect(progressLines(undefined, undefined, 'en')).toEqual(['Waiting for the first records.']);
    expect(progressLines(at({}), rate, 'zh')).toEqual(['正在等待第一批记录。']);
  });

  it('tells records on their way before any has arrived', () => {
    const started = at({ recordsOnTheWay: 45_000, bytesOnTheWay: 5_000_000 });
    expect(progressLines(started, rate, 'en')).toEqual(['45,000 records on their way · 5 MB · 40,000 records/s']);
    expect(progressLines(started, undefined, 'zh')).toEqual(['45,000 条记录正在传输 · 5 MB']);
  });

  it('tells those that have arrived, and those that follow', () => {
    expect(progressLines(at(midway), rate, 'en')).toEqual([
      '120,000 records · 14 MB · 40,000 records/s · 45,000 more on their way',
    ]);
    expect(progressLines(at({ ...midway, recordsRefused: 2 }), rate, 'zh')).toEqual([
      '120,000 条记录 · 14 MB · 40,000 条记录/秒 · 另有 45,000 条正在传输 · 目前有 2 条记录失败',
    ]);
  });

  it('knows one record from many', () => {
    expect(progressLines(at({ recordsOnTheWay: 1, bytesOnTheWay: 20 }), undefined, 'en')).toEqual([
      '1 record on its way · 0.02 KB',
    ]);
    expect(progressLines(at({ recordsProcessed: 1, bytesProcessed: 20, recordsOnTheWay: 1 }), undefined, 'en')).toEqual(
      ['1 record · 0.02 KB · 1 more on its way'],
    );
  });

  it('needs nobody to tell what is on its way', () => {
    const { recordsOnTheWay: _, bytesOnTheWay: __, ...arrived } = midway;
    expect(progressLines(at(arrived), undefined, 'en')).toEqual(['120,000 records · 14 MB']);
  });

  it('says first what it waits for, and then has no speed', () => {
    const message = 'Waiting to try again: TiDB is not reachable.';
    expect(progressLines(at({ message }), rate, 'en')).toEqual([message]);
    expect(progressLines(at({ ...midway, message }), rate, 'en')).toEqual([
      message,
      '120,000 records · 14 MB · 45,000 more on their way',
    ]);
  });

  it('ends with its cancellation', () => {
    const canceled = at({ ...midway, executionStatus: 'CancelStarted', message: 'Away.' });
    expect(progressLines(canceled, rate, 'en')).toEqual(['Canceling the run: what is written already stays.']);
  });
});
