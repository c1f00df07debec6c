/** Where the fields of a flow are mapped. */
export function editFieldsPath(flowName: string): string {
  return `#/edit/${encodeURIComponent(flowName)}/3`;
}
