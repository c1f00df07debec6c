import { useServiceError } from './useServiceError';

/** What went wrong, in the service's own sentence, where an alert is around it already. */
export function ErrorText({ error }: { error: unknown }) {
  return <>{useServiceError(error).message}</>;
}
