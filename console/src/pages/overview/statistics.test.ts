import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../api/sluice';
import { byDay, failing, firstDay, slowest, totalsOf } from './statistics';

const NOW = new Date(2026, 2, 31, 15, 30); // In the month in which clocks change in many places.

let runs = 0;
function run(flowName: string, startedAt: Date, more: Partial<RunSummary> = {}, seconds = 1): RunSummary {
  return {
    flowName,
    executionId: `run-${++runs}`,
    executionStatus: 'Successful',
    startedAt: startedAt.getTime() / 1000,
    lastUpdatedAt: startedAt.getTime() / 1000 + seconds,
    recordsProcessed: 10,
    recordsRefused: 0,
    bytesProcessed: 100,
    ...more,
  };
}

describe('days', () => {
  it('are whole days of the reader, today the last', () => {
    expect(firstDay(7, NOW)).toEqual(new Date(2026, 2, 25));
    const days = byDay([], 30, NOW);
    expect(days).toHaveLength(30);
    expect(days[0]!.start).toEqual(new Date(2026, 2, 2));
    expect(days.at(-1)!.start).toEqual(new Date(2026, 2, 31));
    expect(days.every(({ start }) => start.getHours() === 0)).toBe(true);
  });

  it('have the runs that began in them', () => {
    const days = byDay(
      [
        run('a', NOW),
        run('a', new Date(2026, 2, 31, 0, 0)),
        run('b', new Date(2026, 2, 30, 23, 59), { executionStatus: 'Error' }),
        run('b', new Date(2026, 2, 30, 12), { recordsRefused: 1 }),
        run('b', new Date(2026, 2, 20)), // Before the first day.
      ],
      7,
      NOW,
    );
    expect(days.at(-1)).toMatchObject({ runs: { succeeded: 2, failed: 0 }, records: 20 });
    expect(days.at(-2)).toMatchObject({ runs: { succeeded: 0, partly: 1, failed: 1 }, records: 20 });
    expect(days[0]).toMatchObject({ runs: { succeeded: 0 }, records: 0 });
  });
});

it('totals count each kind', () => {
  const all = [run('a', NOW), run('a', NOW, { executionStatus: 'InProgress' }), run('b', NOW, { executionStatus: 'Canceled' })];
  expect(totalsOf(all)).toMatchObject({ all: 3, records: 30, bytes: 300, runs: { succeeded: 1, running: 1, canceled: 1 } });
});

describe('the slowest flows', () => {
  it('are those whose runs take longest on average', () => {
    const slow = slowest([run('a', NOW, {}, 2), run('a', NOW, {}, 4), run('b', NOW, {}, 30), run('c', NOW, {}, 1)], 2);
    expect(slow.map(({ flowName }) => flowName)).toEqual(['b', 'a']);
    expect(slow[1]).toMatchObject({ runs: 2, averageSeconds: 3 });
    expect(slow[1]!.longest.lastUpdatedAt - slow[1]!.longest.startedAt).toBe(4);
  });

  it('are not those whose runs broke off or go on', () => {
    expect(slowest([run('a', NOW, { executionStatus: 'Error' }, 60), run('b', NOW, { executionStatus: 'InProgress' }, 60)], 5)).toEqual([]);
  });
});

it('failing flows are those with most failures, with the latest of them', () => {
  const latest = run('b', NOW, { executionStatus: 'Error', message: 'latest' });
  const found = failing(
    [latest, run('b', NOW, { executionStatus: 'Error' }), run('b', NOW), run('a', NOW, { recordsRefused: 3 }), run('c', NOW)],
    5,
  );
  expect(found).toMatchObject([
    { flowName: 'b', runs: 3, failures: 2, last: latest },
    { flowName: 'a', runs: 1, failures: 1 },
  ]);
});
