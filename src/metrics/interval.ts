/**
 * The interval of a share whose units come in clusters. The writes of one trial share its faults and its timing, so they
 * are no independent draws: n writes of k trials say less than n coin flips. The design effect says how much less: the
 * variance of the ratio estimator with trials as clusters, divided by that of n independent writes (Kish, Survey Sampling,
 * 1965). Wilson's score interval (1927) is then taken with n / design effect writes; unlike the normal one it stays inside
 * [0, 1] and says something when nothing was lost.
 */

import type { Share } from '../contract/index.ts';

/** Sums over trials: of trials with a write, of writes `n`, of hits `x`, and of their squares and products. */
export interface ClusterSums {
  readonly clusters: number;
  readonly n: number;
  readonly x: number;
  readonly nSquared: number;
  readonly xSquared: number;
  readonly nTimesX: number;
}

/** 97.5 % quantile of the standard normal distribution. */
const z = 1.959964;

/** Null when there was no write at all. */
export function clusteredShare(sums: ClusterSums): Share | null {
  if (sums.n === 0) return null;
  return wilson(sums.x / sums.n, effectiveSize(sums));
}

/**
 * With none or all hit, the variance between trials is unknown: each trial then counts as one draw. The effect is taken as
 * no less than 1, so that trials which happen to be alike never pretend to more evidence than their writes.
 */
export function effectiveSize(sums: ClusterSums): number {
  const { clusters, n, x, nSquared, xSquared, nTimesX } = sums;
  if (x === 0 || x === n || clusters < 2) return clusters;
  const share = x / n;
  const squaredResiduals = xSquared - 2 * share * nTimesX + share * share * nSquared;
  const clusteredVariance = ((clusters / (clusters - 1)) * squaredResiduals) / (n * n);
  const independentVariance = (share * (1 - share)) / n;
  const designEffect = Math.max(1, clusteredVariance / independentVariance);
  return Math.max(1, n / designEffect);
}

export function wilson(share: number, size: number): Share {
  const shrink = 1 + (z * z) / size;
  const centre = (share + (z * z) / (2 * size)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / size + (z * z) / (4 * size * size));
  // At the ends the sum is exact only up to rounding.
  return { share, low: share === 0 ? 0 : centre - half, high: share === 1 ? 1 : centre + half };
}
