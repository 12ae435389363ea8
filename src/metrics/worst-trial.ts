/** Which trial of a cell to replay first: a void one, then one that broke a promise, then the one that lost most. */

import type { Suspect, TrialResult } from '../contract/index.ts';

export interface Ranked {
  readonly suspect: Suspect;
  /** Compared from left to right; the larger one is worse. */
  readonly weights: readonly [isVoid: number, breaks: number, lost: number];
}

export function suspectOf(result: TrialResult, agents: number | null): Ranked {
  const { strategy, workload, faults, seed, recovery, failure, brokenPromises, fates } = result;
  const evidence = brokenPromises[0]?.evidence ?? null;
  return {
    suspect: {
      spec: { strategy, workload, faults, seed, agents, recovery },
      lost: fates.lost,
      wrong: failure ?? evidence,
    },
    weights: [Number(failure !== null), Number(brokenPromises.length > 0), fates.lost],
  };
}

/** A total order, so that the choice doesn't depend on the order of the trials: ties go to the lowest seed. */
export function isWorse(left: Ranked, right: Ranked): boolean {
  for (const [index, weight] of left.weights.entries()) {
    const other = right.weights[index] ?? 0;
    if (weight !== other) return weight > other;
  }
  if (left.suspect.spec.seed !== right.suspect.spec.seed) return left.suspect.spec.seed < right.suspect.spec.seed;
  return placeOf(left) < placeOf(right);
}

function placeOf({ suspect: { spec } }: Ranked): string {
  return `${spec.strategy} ${spec.workload} ${spec.faults}`;
}
