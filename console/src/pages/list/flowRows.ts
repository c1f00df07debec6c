import type { ExecutionStatus, FlowDefinition, FlowStatus, TriggerType } from '@aws-sdk/client-appflow';
import { titleOf } from '../../components/connect/connectors';

/** A flow as the list has it. */
export interface FlowRow {
  name: string;
  source: string;
  destination: string;
  trigger: TriggerType | undefined;
  status: FlowStatus | undefined;
  createdAt: Date | undefined;
  createdBy: string;
  lastRun: Date | undefined;
  runStatus: ExecutionStatus | undefined;
  /** What a search looks into. */
  text: string;
}

export type Column = Exclude<keyof FlowRow, 'text'>;

export function rowOf(flow: FlowDefinition): FlowRow {
  const connector = (type: typeof flow.sourceConnectorType, label: string | undefined) =>
    titleOf({ connectorType: type, connectorLabel: label }) || '-';
  const name = flow.flowName!;
  const source = connector(flow.sourceConnectorType, flow.sourceConnectorLabel);
  const destination = connector(flow.destinationConnectorType, flow.destinationConnectorLabel);
  const lastRun = flow.lastRunExecutionDetails;
  return {
    name,
    source,
    destination,
    trigger: flow.triggerType,
    status: flow.flowStatus,
    createdAt: flow.createdAt,
    // "arn:aws:iam::000000000000:root" says little more than its end does.
    createdBy: flow.createdBy?.replace(/^arn:[^/]*:/, '') ?? '-',
    lastRun: lastRun?.mostRecentExecutionTime,
    runStatus: lastRun?.mostRecentExecutionStatus,
    text: [name, source, destination, flow.description ?? ''].join('\n').toLowerCase(),
  };
}

/** Those that have every word of `search`. */
export function found(rows: readonly FlowRow[], search: string): readonly FlowRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => words.every((word) => row.text.includes(word)));
}

/** By one column, and among equals by name; what has no value comes last, whichever way. */
export function sorted(
  rows: readonly FlowRow[],
  column: Column,
  isDescending: boolean,
): readonly FlowRow[] {
  const direction = isDescending ? -1 : 1;
  // The keys are made once, not for each comparison.
  const keyed = rows.map((row) => ({ row, key: keyOf(row, column), name: row.name.toLowerCase() }));
  keyed.sort((a, b) => {
    if (a.key === b.key) return compare(a.name, b.name);
    if (a.key === undefined) return 1;
    if (b.key === undefined) return -1;
    return direction * compare(a.key, b.key);
  });
  return keyed.map(({ row }) => row);
}

function keyOf(row: FlowRow, column: Column): string | number | undefined {
  const value = row[column];
  return value instanceof Date ? value.getTime() : value?.toLowerCase();
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
