import { followRun } from '../../api/followRun';
import type { RunProgress } from '../../api/sluice';
import { RateMeter } from './rate';

export interface WatchedRun {
  progress?: RunProgress;
  /** In records per second. */
  rate?: number;
}

/** A run that goes on, and all who look at it. It is followed whatever page is open. */
export class RunWatch {
  private now: WatchedRun = {};
  private readonly listeners = new Set<() => void>();
  private readonly meter = new RateMeter();

  constructor(
    readonly flowName: string,
    readonly executionId: string,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): WatchedRun => this.now;

  async toEnd(): Promise<void> {
    for await (const progress of followRun(this.flowName, this.executionId)) {
      const rate = this.meter.add({
        at: performance.now(),
        records: progress.recordsProcessed + (progress.recordsOnTheWay ?? 0),
      });
      this.now = { progress, rate };
      this.listeners.forEach((listener) => listener());
    }
  }
}
