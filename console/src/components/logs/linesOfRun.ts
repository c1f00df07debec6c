import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';

const REQUEST_ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/**
 * Of what a connector wrote while a run went on: what it wrote for that run. That is what names the
 * execution, and what names a request that does (Lambda's START, END and REPORT). A connector that
 * doesn't name executions has written it all for the run, as far as one can tell.
 */
export function linesOfRun(
  events: readonly FilteredLogEvent[],
  executionId: string,
): readonly FilteredLogEvent[] {
  const requests = new Set(
    events
      .filter(({ message }) => message!.includes(executionId))
      .flatMap(({ message }) => message!.match(REQUEST_ID) ?? []),
  );
  if (requests.size === 0) return events;
  return events.filter(({ message }) => message!.match(REQUEST_ID)?.some((id) => requests.has(id)));
}
