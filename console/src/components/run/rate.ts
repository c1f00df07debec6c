const WINDOW = 5_000;

interface Sample {
  /** In milliseconds. */
  at: number;
  /** All that were taken from the source, whether or not they are durable. */
  records: number;
}

/** How fast a run is: over the last five seconds, so that it is calm and still true. */
export class RateMeter {
  private samples: Sample[] = [];

  /** In records per second. Undefined until there are two moments to compare. */
  add(sample: Sample): number | undefined {
    // What was on its way when the run had to begin again is taken once more.
    if (sample.records < (this.samples.at(-1)?.records ?? 0)) this.samples = [];
    this.samples.push(sample);
    // One that is older than the window stays: the window begins there.
    while (this.samples.length > 2 && sample.at - this.samples[1]!.at >= WINDOW) this.samples.shift();
    const first = this.samples[0]!;
    const seconds = (sample.at - first.at) / 1000;
    return seconds > 0 ? (sample.records - first.records) / seconds : undefined;
  }
}
