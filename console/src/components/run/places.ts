import type { DescribeFlowCommandOutput, Task } from '@aws-sdk/client-appflow';
import type { RunDetails } from '../../api/sluice';

/** The object that a flow reads: "Account", "s3://inbox/orders". */
export function sourceObjectOf(flow: DescribeFlowCommandOutput): string {
  const { sourceConnectorProperties = {} } = flow.sourceFlowConfig ?? {};
  return objectOf(sourceConnectorProperties);
}

/** The object that a flow writes to; of S3, the folder. */
export function destinationObjectOf(flow: DescribeFlowCommandOutput): string {
  return objectOf(flow.destinationFlowConfigList?.[0]?.destinationConnectorProperties ?? {});
}

/** Where the files are that a flow writes; undefined where it writes none. */
export function folderOf(flow: DescribeFlowCommandOutput): string | undefined {
  const s3 = flow.destinationFlowConfigList?.[0]?.destinationConnectorProperties?.S3;
  return s3 && s3Address(s3);
}

function s3Address({ bucketName, bucketPrefix }: { bucketName?: string; bucketPrefix?: string }) {
  return `s3://${bucketName}${bucketPrefix ? `/${bucketPrefix}` : ''}`;
}

function objectOf(properties: object): string {
  for (const [connector, of] of Object.entries(properties) as [string, Record<string, string> | undefined][]) {
    if (!of) continue;
    if (connector === 'S3') return s3Address(of);
    const name = of.entityName ?? of.object;
    if (name) return name;
  }
  return '-';
}

export interface AppliedFilter {
  text: string;
  /** How many records it took out; undefined where the source did, uncounted. */
  records?: number;
}

/** Everything that can have kept records back in a run. */
export function appliedFilters(tasks: readonly Task[], counted: RunDetails['filters']): AppliedFilter[] {
  const bySource = tasks.flatMap((task): AppliedFilter[] => {
    const operator = Object.values(task.connectorOperator ?? {})[0];
    if (task.taskType !== 'Filter' || operator === 'PROJECTION') return [];
    const start = `Filter ${task.sourceFields?.join(', ')} ${operator}`;
    if (counted.some(({ filter }) => filter.startsWith(start))) return [];
    const { VALUE, VALUES, LOWER_BOUND, UPPER_BOUND } = task.taskProperties ?? {};
    const value = VALUE ?? VALUES ?? [LOWER_BOUND, UPPER_BOUND].filter(Boolean).join(', ');
    return [{ text: `${start} ${value}`.trim() }];
  });
  return [...counted.map(({ filter, records }) => ({ text: filter, records })), ...bySource];
}
