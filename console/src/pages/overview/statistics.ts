import type { RunSummary } from '../../api/sluice';
import { secondsOf } from '../../components/run/outcome';

export type Kind = 'succeeded' | 'partly' | 'failed' | 'canceled' | 'running';

export const KINDS: readonly Kind[] = ['succeeded', 'partly', 'failed', 'canceled', 'running'];

export function kindOf({ executionStatus, recordsRefused }: RunSummary): Kind {
  switch (executionStatus) {
    case 'Error':
      return 'failed';
    case 'Canceled':
      return 'canceled';
    case 'Successful':
      return recordsRefused > 0 ? 'partly' : 'succeeded';
    default:
      return 'running';
  }
}

export interface Day {
  /** Its beginning, where the reader is. */
  start: Date;
  runs: Record<Kind, number>;
  records: number;
}

/** The beginning of the first of `count` days, of which `now` is in the last. */
export function firstDay(count: number, now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - count + 1);
}

/** Runs by the day on which they began; days without one, too. */
export function byDay(runs: readonly RunSummary[], count: number, now: Date): Day[] {
  const first = firstDay(count, now);
  const days = Array.from({ length: count }, (_, i): Day => ({
    start: new Date(first.getFullYear(), first.getMonth(), first.getDate() + i),
    runs: { succeeded: 0, partly: 0, failed: 0, canceled: 0, running: 0 },
    records: 0,
  }));
  for (const run of runs) {
    const at = run.startedAt * 1000;
    const day = days.findLast(({ start }) => start.getTime() <= at);
    if (!day) continue;
    ++day.runs[kindOf(run)];
    day.records += run.recordsProcessed;
  }
  return days;
}

export interface Totals {
  runs: Record<Kind, number>;
  all: number;
  records: number;
  bytes: number;
}

export function totalsOf(runs: readonly RunSummary[]): Totals {
  const totals: Totals = {
    runs: { succeeded: 0, partly: 0, failed: 0, canceled: 0, running: 0 },
    all: runs.length,
    records: 0,
    bytes: 0,
  };
  for (const run of runs) {
    ++totals.runs[kindOf(run)];
    totals.records += run.recordsProcessed;
    totals.bytes += run.bytesProcessed;
  }
  return totals;
}

function byFlow(runs: readonly RunSummary[]): Map<string, RunSummary[]> {
  const flows = new Map<string, RunSummary[]>();
  for (const run of runs) {
    const others = flows.get(run.flowName);
    if (others) others.push(run);
    else flows.set(run.flowName, [run]);
  }
  return flows;
}

export interface SlowFlow {
  flowName: string;
  runs: number;
  averageSeconds: number;
  longest: RunSummary;
}

/** By how long a run takes on average, of those that came to their end. */
export function slowest(runs: readonly RunSummary[], count: number): SlowFlow[] {
  const ended = runs.filter(({ executionStatus }) => executionStatus === 'Successful');
  return [...byFlow(ended)]
    .map(([flowName, ofFlow]) => ({
      flowName,
      runs: ofFlow.length,
      averageSeconds: ofFlow.reduce((sum, run) => sum + secondsOf(run), 0) / ofFlow.length,
      longest: ofFlow.reduce((a, b) => (secondsOf(b) > secondsOf(a) ? b : a)),
    }))
    .sort((a, b) => b.averageSeconds - a.averageSeconds)
    .slice(0, count);
}

export interface FailingFlow {
  flowName: string;
  runs: number;
  failures: number;
  last: RunSummary;
}

/** By how many runs failed, in whole or in part. `runs` are newest first. */
export function failing(runs: readonly RunSummary[], count: number): FailingFlow[] {
  return [...byFlow(runs)]
    .flatMap(([flowName, ofFlow]) => {
      const bad = ofFlow.filter((run) => ['failed', 'partly'].includes(kindOf(run)));
      const last = bad[0];
      return last ? [{ flowName, runs: ofFlow.length, failures: bad.length, last }] : [];
    })
    .sort((a, b) => b.failures - a.failures)
    .slice(0, count);
}
