import type { DestinationFlowConfig, SourceFlowConfig, Task } from '@aws-sdk/client-appflow';
import { createParser } from 'eventsource-parser';
import { errorOfAnswer, ServiceError } from './errors';
import { CONSOLE_SERVICE, signedFetch } from './signedFetch';
import { whileLoggedIn } from './whileLoggedIn';

/** What AppFlow's API has no words for (docs/operating.md). */
async function call<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
  const answer = await ask({ method: 'POST', path, body }, { service: 'appflow', signal });
  return (await answer.json()) as T;
}

function ask(...request: Parameters<typeof signedFetch>): Promise<Response> {
  return whileLoggedIn(async () => {
    const answer = await signedFetch(...request);
    if (!answer.ok) throw await errorOfAnswer(answer);
    return answer;
  });
}

export interface PreviewedField {
  name: string;
  label: string;
  type: string;
}

export interface PreviewedRecord {
  /** A JSON object, as the source has it. */
  source: string;
  /** Nothing where no tasks were given. */
  outcome?: 'Mapped' | 'Filtered' | 'Refused';
  /** A JSON object, as the destination would get it. */
  destination?: string;
  /** Why it was filtered or refused. */
  message?: string;
  /** The source's field that is to blame, if there is one. */
  field?: string;
}

export interface Preview {
  sourceFields: PreviewedField[];
  records: PreviewedRecord[];
}

/** Reads a few real records and maps them; writes nothing. */
export function previewRecords(
  flow: {
    sourceFlowConfig: SourceFlowConfig;
    destinationFlowConfigList?: DestinationFlowConfig[];
    tasks?: Task[];
    /** The flow's: they may say how files are written. */
    tags?: Record<string, string>;
    maxRecords?: number;
  },
  signal?: AbortSignal,
): Promise<Preview> {
  return call('/preview-records', flow, signal);
}

/** A field of a flow's source or destination that is not as it was when the flow was saved. */
export interface FieldChange {
  name: string;
  label: string;
  /** Of a field whose type has changed. */
  typeBefore?: string;
  /** Nothing where it is gone and was never known. */
  type?: string;
  /** By a task of the flow. */
  isUsed: boolean;
}

export interface SideChanges {
  added: FieldChange[];
  removed: FieldChange[];
  changed: FieldChange[];
}

export interface FieldChanges {
  source: SideChanges;
  destination: SideChanges;
  /** Why a run would fail before it begins. */
  message?: string;
}

/** What has become of the fields on both sides of a flow since it was created or updated. */
export function compareFields(flowName: string, signal?: AbortSignal): Promise<FieldChanges> {
  return call('/compare-fields', { flowName }, signal);
}

export type ExecutionStatus = 'InProgress' | 'Successful' | 'Error' | 'CancelStarted' | 'Canceled';

export interface RunSummary {
  flowName: string;
  executionId: string;
  executionStatus: ExecutionStatus;
  /** Seconds since 1970. */
  startedAt: number;
  lastUpdatedAt: number;
  recordsProcessed: number;
  recordsRefused: number;
  bytesProcessed: number;
  message?: string;
}

/** Runs of all flows, newest first. */
export async function listRuns(startedAfter: Date, signal?: AbortSignal): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  let nextToken: string | undefined;
  do {
    const page: { runs: RunSummary[]; nextToken?: string } = await call(
      '/list-runs',
      { startedAfter: startedAfter.getTime() / 1000, maxResults: 1000, nextToken },
      signal,
    );
    runs.push(...page.runs);
    nextToken = page.nextToken;
  } while (nextToken);
  return runs;
}

export async function listBuckets(): Promise<string[]> {
  return (await call<{ buckets: string[] }>('/list-buckets', {})).buckets;
}

export interface RunDetails {
  flowName: string;
  executionId: string;
  executionStatus: ExecutionStatus;
  guarantee: string;
  replayOf?: string;
  message?: string;
  recordsProcessed: number;
  recordsFiltered: number;
  recordsRefused: number;
  recordsRepeated: number;
  bytesProcessed: number;
  bytesWritten: number;
  filters: { filter: string; records: number }[];
  stageSeconds: { read: number; map: number; write: number; wait: number };
  startedAt: number;
  lastUpdatedAt: number;
}

export function describeRun(flowName: string, executionId: string): Promise<RunDetails> {
  return call('/describe-run', { flowName, executionId });
}

export interface RefusedRecord {
  id: string;
  errorCode: string;
  errorMessage: string;
  field?: string;
  /** Where the source has it: "record 4 of object 'F/rows.csv' in bucket 'inbox'". */
  place?: string;
  replayedBy?: string;
  /** As the source has it: JSON, or the text that can't be read. */
  record: string;
}

export function listRefusedRecords(
  flowName: string,
  executionId: string,
  nextToken?: string,
): Promise<{ refusedRecords: RefusedRecord[]; nextToken?: string }> {
  return call('/list-refused-records', { flowName, executionId, nextToken });
}

export function replayRecords(
  flowName: string,
  executionId: string,
  records: { id: string; record: string }[],
): Promise<{ flowArn: string; executionId: string }> {
  return call('/replay-records', { flowName, executionId, records });
}

export interface RunProgress {
  executionStatus: ExecutionStatus;
  recordsProcessed: number;
  recordsRefused: number;
  recordsFiltered: number;
  bytesProcessed: number;
  bytesWritten: number;
  /** Taken from the source and not durable yet, where that is told. */
  recordsOnTheWay?: number;
  bytesOnTheWay?: number;
  startedAt: number;
  lastUpdatedAt: number;
  /** Of a run that goes on: what keeps it waiting. */
  message?: string;
}

/** Yields how a run stands, now and whenever that changes, until it has ended. */
export async function* watchRun(
  flowName: string,
  executionId: string,
  signal: AbortSignal,
): AsyncGenerator<RunProgress> {
  const answer = await ask(
    { method: 'GET', path: '/console/runs', query: { executionId, flowName } },
    { service: CONSOLE_SERVICE, signal },
  );
  const arrived: { event?: string; data: string }[] = [];
  const parser = createParser({ onEvent: (event) => arrived.push(event) });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(value);
    for (const { event, data } of arrived.splice(0)) {
      if (event === 'error') {
        throw new ServiceError((JSON.parse(data) as { message: string }).message, 'RunNotWatched', undefined);
      }
      yield JSON.parse(data) as RunProgress;
    }
  }
}
