import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { logs } from './clients';

/** Of one look at a log. */
const MOST_EVENTS = 1_000;

export function useLogGroups() {
  return useQuery({
    queryKey: ['logGroups'],
    queryFn: async () => {
      const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
      const names: string[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await (await logs()).send(new DescribeLogGroupsCommand({ nextToken }));
        names.push(...(answer.logGroups ?? []).map(({ logGroupName }) => logGroupName!));
        nextToken = answer.nextToken;
      } while (nextToken);
      return names;
    },
  });
}

export interface LogQuery {
  group: string;
  /** Milliseconds since 1970; the beginning of the log where there is none. */
  from?: number;
  to?: number;
  /** Words, all of which an event has, and "quoted phrases". */
  pattern?: string;
}

export interface FoundEvents {
  /** Newest last: the last ones of all that were found. */
  events: FilteredLogEvent[];
  /** How many were found before those. */
  before: number;
}

export async function findEvents(query: LogQuery, abortSignal: AbortSignal): Promise<FoundEvents> {
  const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = await logs();
  let events: FilteredLogEvent[] = [];
  let before = 0;
  let nextToken: string | undefined;
  do {
    const answer = await client.send(
      new FilterLogEventsCommand({
        logGroupName: query.group,
        startTime: query.from,
        endTime: query.to,
        filterPattern: query.pattern || undefined,
        nextToken,
      }),
      { abortSignal },
    );
    events.push(...(answer.events ?? []));
    before += Math.max(0, events.length - MOST_EVENTS);
    events = events.slice(-MOST_EVENTS);
    nextToken = answer.nextToken;
  } while (nextToken);
  return { events, before };
}

/** `ask` says what is looked for when it is: "the last hour" moves on. */
export function useLogEvents(key: readonly unknown[], ask: (() => LogQuery) | undefined, isTailing: boolean) {
  return useQuery({
    queryKey: ['logEvents', ...key],
    queryFn: ({ signal }) => findEvents(ask!(), signal),
    enabled: ask !== undefined,
    refetchInterval: isTailing ? 2_000 : false,
    placeholderData: keepPreviousData,
  });
}
