import { describe, expect, it } from 'vitest';
import { ServiceError } from './errors';
import { follow, progressOf, type Sources } from './followRun';
import type { ExecutionStatus, RunProgress } from './sluice';

const at = (recordsProcessed: number, executionStatus: ExecutionStatus = 'InProgress'): RunProgress => ({
  executionStatus,
  recordsProcessed,
  recordsRefused: 0,
  recordsFiltered: 0,
  bytesProcessed: 0,
  bytesWritten: 0,
  startedAt: 0,
  lastUpdatedAt: 0,
});

async function* stream(...steps: (RunProgress | Error)[]) {
  for (const step of steps) {
    if (step instanceof Error) throw step;
    yield step;
  }
}

/** What is followed: the records told, then how it ended; and how long was waited. */
async function followed(watched: (RunProgress | Error)[], answers: (RunProgress | Error | undefined)[]) {
  const told: number[] = [];
  const waits: number[] = [];
  const sources: Sources = {
    watch: () => stream(...watched),
    ask: async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    wait: async (milliseconds) => void waits.push(milliseconds),
  };
  let end = 'ended';
  try {
    for await (const progress of follow(sources)) {
      told.push(progress.recordsProcessed);
    }
  } catch (thrown) {
    end = (thrown as Error).name;
  }
  return { told, waits, end };
}

describe('a run that is followed', () => {
  it('is told to its end without asking', async () => {
    const { told, waits, end } = await followed([at(1), at(5), at(9, 'Successful')], [at(0)]);
    expect(told).toEqual([1, 5, 9]);
    expect(waits).toEqual([]);
    expect(end).toBe('ended');
  });

  it('is asked for where watching breaks off, less and less often', async () => {
    const running = Array.from({ length: 9 }, (_, n) => at(n + 2));
    const { told, waits } = await followed([at(1)], [...running, at(99, 'Error')]);
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99]);
    expect(waits[0]).toBe(2000);
    expect(waits.at(-1)).toBe(10_000);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
  });

  it('is asked for where watching fails, and may have no record at first', async () => {
    const { told } = await followed([new TypeError('network')], [undefined, at(3), at(4, 'Canceled')]);
    expect(told).toEqual([3, 4]);
  });

  it('goes on when the service comes back', async () => {
    const { told } = await followed([at(1)], [new TypeError('network'), at(4, 'Successful')]);
    expect(told).toEqual([1, 4]);
  });

  it('is given up where there is no record for long', async () => {
    expect((await followed([], [])).end).toBe('RunNotFound');
  });

  it('ends with the error of the service', async () => {
    const gone = new ServiceError('no such flow', 'ResourceNotFoundException', undefined);
    expect((await followed([at(1)], [gone])).end).toBe('ResourceNotFoundException');
  });
});

it("AppFlow's record of a run is progress", () => {
  const startedAt = new Date(1_000_000);
  const record = { executionStatus: 'InProgress' as const, startedAt, lastUpdatedAt: startedAt };
  expect(progressOf(record)).toMatchObject({ executionStatus: 'InProgress', recordsProcessed: 0, startedAt: 1000 });
  const executionResult = {
    recordsProcessed: 5,
    bytesProcessed: 7,
    errorInfo: { putFailuresCount: 2, executionMessage: 'Two.' },
  };
  expect(progressOf({ ...record, executionResult })).toMatchObject({ recordsRefused: 2, message: 'Two.', bytesProcessed: 7 });
});
