/** Where the log page shows a part of a log. */
export function logsPath({ group, from, to }: { group: string; from?: number; to?: number }): string {
  const query = new URLSearchParams({ group });
  if (from !== undefined) query.set('from', String(from));
  if (to !== undefined) query.set('to', String(to));
  return `#/logs?${query}`;
}
