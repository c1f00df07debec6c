/** Where the console shows one run. */
export function runPath(flowName: string, executionId: string): string {
  return `#/details/${encodeURIComponent(flowName)}/runs/${encodeURIComponent(executionId)}`;
}
