import { describe, expect, it } from 'vitest';
import { RateMeter } from './rate';

const sample = (seconds: number, records: number) => ({ at: seconds * 1000, records });

describe('a rate', () => {
  it('needs two moments', () => {
    const meter = new RateMeter();
    expect(meter.add(sample(0, 100))).toBeUndefined();
    expect(meter.add(sample(0, 100))).toBeUndefined();
    expect(meter.add(sample(2, 300))).toBe(100);
  });

  it('forgets what was more than five seconds ago', () => {
    const meter = new RateMeter();
    meter.add(sample(0, 0));
    for (let second = 1; second <= 10; ++second) meter.add(sample(second, 1000));
    expect(meter.add(sample(11, 1500))).toBe(100);
  });

  it('is known where news are rare', () => {
    const meter = new RateMeter();
    meter.add(sample(0, 0));
    expect(meter.add(sample(20, 200))).toBe(10);
  });

  it('begins anew where the run does', () => {
    const meter = new RateMeter();
    meter.add(sample(0, 0));
    meter.add(sample(1, 1000));
    expect(meter.add(sample(2, 400))).toBeUndefined();
    expect(meter.add(sample(3, 600))).toBe(200);
  });
});
