/**
 * Counts of durations in buckets that grow by 1 %, so that a quantile is off by at most half a percent. Buckets are whole
 * numbers and counts add up, so that histograms give the same result in whatever order they are folded.
 */

import { binsPerDecade, type HistogramEntries } from '../contract/index.ts';

const growth = Math.log(1.01);

export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** Durations below one microsecond count as none. */
  add(durationMicros: number): void {
    this.#count(bucketOf(durationMicros), 1);
  }

  fold(entries: HistogramEntries): void {
    for (const [bucket, count] of entries) this.#count(bucket, count);
  }

  /** By bucket, smallest first. */
  entries(): HistogramEntries {
    return [...this.#counts].sort(([left], [right]) => left - right);
  }

  /** The duration at this rank, in microseconds; null when there is none. */
  quantile(share: number): number | null {
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (const [bucket, count] of this.entries()) {
      seen += count;
      if (seen >= rank) return durationOf(bucket);
    }
    return null;
  }

  /** {@link binsPerDecade} bins to a factor of ten: where each begins, in microseconds to three digits, and its count; none is empty. */
  bins(): readonly (readonly [fromMicros: number, count: number])[] {
    const counts = new Map<number, number>();
    for (const [bucket, count] of this.entries()) {
      const bin = bucket === 0 ? 0 : beginOfBin(durationOf(bucket));
      counts.set(bin, (counts.get(bin) ?? 0) + count);
    }
    return [...counts];
  }

  #count(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }
}

function bucketOf(durationMicros: number): number {
  return durationMicros < 1 ? 0 : 1 + Math.round(Math.log(durationMicros) / growth);
}

/** Of the bin into which a duration falls. */
function beginOfBin(durationMicros: number): number {
  const bin = Math.floor(Math.log10(durationMicros) * binsPerDecade);
  return Number((10 ** (bin / binsPerDecade)).toPrecision(3));
}

function durationOf(bucket: number): number {
  return bucket === 0 ? 0 : Math.exp((bucket - 1) * growth);
}
