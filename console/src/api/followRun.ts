import { DescribeFlowExecutionRecordsCommand, type ExecutionRecord } from '@aws-sdk/client-appflow';
import { appflow } from './clients';
import { ServiceError, toServiceError } from './errors';
import { watchRun, type ExecutionStatus, type RunProgress } from './sluice';

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 10_000;
/** A run's record may be missing at first. */
const MOST_MISSES = 10;

export function hasEnded(status: ExecutionStatus): boolean {
  return status === 'Successful' || status === 'Error' || status === 'Canceled';
}

/** How the run is learned of. */
export interface Sources {
  /** Tells each change; may break off. */
  watch(): AsyncIterable<RunProgress>;
  /** How it stands; undefined where there is no record of it. */
  ask(): Promise<RunProgress | undefined>;
  wait(milliseconds: number): Promise<void>;
}

/** How a run stands, now and until it has ended; by asking again and again where watching fails. */
export async function* follow({ watch, ask, wait }: Sources): AsyncGenerator<RunProgress> {
  try {
    for await (const progress of watch()) {
      yield progress;
      if (hasEnded(progress.executionStatus)) return;
    }
  } catch {
    // Asking will tell whether there is more to it than a stream that broke off.
  }
  let misses = 0;
  for (let pause = FIRST_WAIT; ; pause = Math.min(pause * 1.25, LONGEST_WAIT)) {
    let progress: RunProgress | undefined;
    try {
      progress = await ask();
    } catch (thrown) {
      // While the service is away, the run may go on without us.
      if (toServiceError(thrown, '').code !== 'NoAnswer') throw thrown;
      await wait(pause);
      continue;
    }
    if (progress) {
      yield progress;
      if (hasEnded(progress.executionStatus)) return;
    } else if (++misses > MOST_MISSES) {
      throw new ServiceError('The service has no record of this run.', 'RunNotFound', undefined);
    }
    await wait(pause);
  }
}

export function progressOf(record: ExecutionRecord): RunProgress {
  const { executionResult: result } = record;
  return {
    executionStatus: record.executionStatus!,
    recordsProcessed: result?.recordsProcessed ?? 0,
    recordsRefused: result?.errorInfo?.putFailuresCount ?? 0,
    recordsFiltered: 0, // AppFlow's records don't tell.
    bytesProcessed: result?.bytesProcessed ?? 0,
    bytesWritten: result?.bytesWritten ?? 0,
    startedAt: record.startedAt!.getTime() / 1000,
    lastUpdatedAt: record.lastUpdatedAt!.getTime() / 1000,
    message: result?.errorInfo?.executionMessage,
  };
}

export function followRun(flowName: string, executionId: string): AsyncGenerator<RunProgress> {
  return follow({
    watch: () => watchRun(flowName, executionId, new AbortController().signal),
    async ask() {
      const { flowExecutions = [] } = await appflow().send(
        new DescribeFlowExecutionRecordsCommand({ flowName, maxResults: 20 }),
      );
      const record = flowExecutions.find((each) => each.executionId === executionId);
      return record && progressOf(record);
    },
    wait: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
  });
}
