/** How long a run tries again is said by a tag: AppFlow has no word for it (docs/operating.md). */
export const RETRY_TAG = 'sluice:retryMinutes';

const MOST_MINUTES = 24 * 60;
const CHOICES = [0, 30, 2 * 60, 12 * 60, MOST_MINUTES];

type Tag = { key: string; value: string };

/** Takes the policy out of a flow's tags. What the service would refuse stays a tag. */
export function withoutRetryTag(tags: Tag[]): { retryMinutes?: number; tags: Tag[] } {
  const value = tags.find(({ key }) => key === RETRY_TAG)?.value ?? '';
  const retryMinutes = Number(value);
  if (String(retryMinutes) !== value || !Number.isInteger(retryMinutes)) return { tags };
  if (retryMinutes < 0 || retryMinutes > MOST_MINUTES) return { tags };
  return { retryMinutes, tags: tags.filter(({ key }) => key !== RETRY_TAG) };
}

export function retryTag(retryMinutes: number | undefined): Record<string, string> {
  return retryMinutes === undefined ? {} : { [RETRY_TAG]: String(retryMinutes) };
}

/** What can be chosen: the usual, and what the flow has already. */
export function retryChoices(...others: (number | undefined)[]): number[] {
  const had = others.filter((minutes) => minutes !== undefined);
  return [...new Set([...CHOICES, ...had])].sort((a, b) => a - b);
}
