import type { SelectProps } from '@cloudscape-design/components/select';
import type { UseQueryResult } from '@tanstack/react-query';
import { toServiceError } from '../../api/errors';

type Status = Pick<
  SelectProps,
  'statusType' | 'loadingText' | 'errorText' | 'recoveryText' | 'onLoadItems' | 'noMatch'
>;

/** How a select shows that its options are on their way, or why they are not there. */
export function statusOf(
  query: UseQueryResult,
  t: { retry: string; offline: string; noMatches: string },
  loadingText: string,
): Status {
  return {
    statusType: query.isFetching && !query.data ? 'loading' : query.isError ? 'error' : 'finished',
    loadingText,
    errorText: query.isError ? toServiceError(query.error, t.offline).message : undefined,
    recoveryText: t.retry,
    noMatch: t.noMatches,
    // The same page again: Retry was chosen.
    onLoadItems: ({ detail }) => void (detail.samePage && query.isError && query.refetch()),
  };
}
