import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/metrics/histogram.ts';
import { nearestRank } from '../../src/metrics/measure.ts';

const durations = fc.array(fc.integer({ min: 0, max: 10_000_000_000 }), { minLength: 1, maxLength: 200 });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe('a histogram of durations', () => {
  it('gives quantiles within half a percent of the exact ones', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99, 1), (values, share) => {
        const sorted = values.toSorted((left, right) => left - right);
        const exact = nearestRank(sorted, share) ?? NaN;
        const approximate = histogramOf(values).quantile(share) ?? NaN;
        expect(Math.abs(approximate - exact)).toBeLessThanOrEqual(exact * 0.005);
      }),
    );
  });

  it('is the same however the durations are grouped', () => {
    fc.assert(
      fc.property(durations, durations, (left, right) => {
        const folded = histogramOf(right);
        folded.fold(histogramOf(left).entries());
        expect(folded.entries()).toEqual(histogramOf([...left, ...right]).entries());
      }),
    );
  });

  it('counts every duration in the bin that it falls into, ten to a factor of ten', () => {
    const histogram = histogramOf([0, 1_010, 1_200, 1_300, 9_000, 10_100]);
    expect(histogram.bins()).toEqual([
      [0, 1],
      [1_000, 2],
      [1_260, 1],
      [7_940, 1],
      [10_000, 1],
    ]);
  });

  it('has no quantile when it is empty', () => {
    expect(new Histogram().quantile(0.5)).toBeNull();
  });

  it('keeps durations of nothing apart', () => {
    expect(histogramOf([0, 0, 0, 5]).quantile(0.75)).toBe(0);
  });
});

describe('the nearest rank', () => {
  it('is the smallest value that is not below the share', () => {
    expect(nearestRank([10, 20, 30, 40], 0.5)).toBe(20);
    expect(nearestRank([10, 20, 30, 40], 0.51)).toBe(30);
    expect(nearestRank([10, 20, 30, 40], 1)).toBe(40);
    expect(nearestRank([], 0.5)).toBeNull();
  });
});
