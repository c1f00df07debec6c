import type { RunDetails } from '../../api/sluice';

type Counts = Pick<
  RunDetails,
  'executionStatus' | 'recordsProcessed' | 'recordsFiltered' | 'recordsRefused'
>;

/** How a run came out, which is more than its status says. */
export type Outcome = 'Succeeded' | 'MatchedNothing' | 'PartlyRefused' | 'Failed' | 'Canceled' | 'Running';

export function outcomeOf(run: Counts): Outcome {
  switch (run.executionStatus) {
    case 'Error':
      return 'Failed';
    case 'Canceled':
      return 'Canceled';
    case 'InProgress':
    case 'CancelStarted':
      return 'Running';
    case 'Successful':
      if (run.recordsRefused > 0) return 'PartlyRefused';
      return run.recordsProcessed === run.recordsFiltered ? 'MatchedNothing' : 'Succeeded';
  }
}

export function secondsOf({ startedAt, lastUpdatedAt }: { startedAt: number; lastUpdatedAt: number }): number {
  return Math.max(0, lastUpdatedAt - startedAt);
}
