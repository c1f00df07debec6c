const WINDOW = 5_000;

interface Sample {
  at: number;
  records: number;
  bytes: number;
}

export interface Rate {
  recordsPerSecond: number;
  bytesPerSecond: number;
}

/** How fast a run is: over the last five seconds, so that it is calm and still true. */
export class RateMeter {
  private samples: Sample[] = [];

  /** Undefined until there are two moments to compare. */
  add(sample: Sample): Rate | undefined {
    this.samples.push(sample);
    // One that is older than the window stays: the window begins there.
    while (this.samples.length > 2 && sample.at - this.samples[1]!.at >= WINDOW) this.samples.shift();
    const first = this.samples[0]!;
    const seconds = (sample.at - first.at) / 1000;
    if (seconds <= 0) return undefined;
    return {
      recordsPerSecond: (sample.records - first.records) / seconds,
      bytesPerSecond: (sample.bytes - first.bytes) / seconds,
    };
  }
}
