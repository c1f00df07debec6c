import { describe, expect, it } from 'vitest';
import { outcomeOf, secondsOf, type Outcome } from './outcome';
import type { ExecutionStatus } from '../../api/sluice';

const of = (executionStatus: ExecutionStatus, recordsProcessed = 0, recordsFiltered = 0, recordsRefused = 0) =>
  outcomeOf({ executionStatus, recordsProcessed, recordsFiltered, recordsRefused });

describe('the outcome of a run', () => {
  it.each<[string, Outcome, Outcome]>([
    ['that moved records', of('Successful', 13), 'Succeeded'],
    ['that moved some of the records', of('Successful', 13, 5), 'Succeeded'],
    ['that read nothing', of('Successful'), 'MatchedNothing'],
    ['whose filters took out all', of('Successful', 13, 13), 'MatchedNothing'],
    ['that refused some', of('Successful', 13, 0, 2), 'PartlyRefused'],
    ['that refused all', of('Successful', 2, 0, 2), 'PartlyRefused'],
    ['that failed', of('Error', 13, 0, 1), 'Failed'],
    ['that was canceled', of('Canceled'), 'Canceled'],
    ['that goes on', of('InProgress'), 'Running'],
    ['that is being canceled', of('CancelStarted'), 'Running'],
  ])('%s', (_, outcome, expected) => expect(outcome).toBe(expected));
});

it('a run never takes less than no time', () => {
  expect(secondsOf({ startedAt: 10, lastUpdatedAt: 12.5 })).toBe(2.5);
  expect(secondsOf({ startedAt: 10, lastUpdatedAt: 9 })).toBe(0);
});
