/**
 * Means over trials, and differences over pairs of trials that share seed, workload and faults: what the seeds have in common
 * cancels out. The intervals are Student's (1908); each is a 95 % interval on its own.
 */

import type { Estimate } from '../contract/index.ts';

/** Null: there is no value at all. */
export function estimate(values: readonly number[]): Estimate | null {
  const count = values.length;
  if (count === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, low: -Infinity, high: Infinity };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = studentQuantile(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { mean, low: mean - half, high: mean + half };
}

const exactQuantiles = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058] as const;
/** 97.5 % quantile of the standard normal distribution. */
const z = 1.959964;

/** 97.5 % quantile: exact for few degrees of freedom, then by its expansion (Abramowitz and Stegun, 26.7.5), within 0.1 %. */
function studentQuantile(degrees: number): number {
  const exact = exactQuantiles[degrees - 1];
  if (exact !== undefined) return exact;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
