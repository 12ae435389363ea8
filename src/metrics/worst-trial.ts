/** Which trial of a cell to replay first: a void one, then one that broke a promise or a protocol's invariant, then the one that lost most. */

import type { Suspect, TrialResult, TrialSpec } from '../contract/index.ts';

export interface Ranked {
  readonly suspect: Suspect;
  /** Compared from left to right; the larger one is worse. */
  readonly weights: readonly [isVoid: number, breaks: number, lost: number];
}

export function suspectOf(result: TrialResult, agents: number | null): Ranked {
  const { failure, brokenPromises, protocolViolations, fates } = result;
  const [violation] = protocolViolations;
  const against = violation === undefined ? null : `${violation.invariant}: ${violation.violation}`;
  const evidence = brokenPromises[0]?.evidence ?? against;
  return {
    suspect: {
      spec: specOf(result, agents),
      lost: fates.lost,
      wrong: failure ?? evidence,
    },
    weights: [Number(failure !== null), Number(evidence !== null), fates.lost],
  };
}

/** What runs the trial again. `agents` as on the command line. */
export function specOf(result: TrialResult, agents: number | null): TrialSpec {
  const { strategy, workload, faults, seed, recovery, model } = result;
  return { strategy, workload, faults, seed, agents, recovery, model };
}

/** A total order, so that the choice doesn't depend on the order of the trials: ties go to the lowest seed. */
export function isWorse(left: Ranked, right: Ranked): boolean {
  for (const [index, weight] of left.weights.entries()) {
    const other = right.weights[index] ?? 0;
    if (weight !== other) return weight > other;
  }
  return comesBefore(left.suspect.spec, right.suspect.spec);
}

export function comesBefore(left: TrialSpec, right: TrialSpec): boolean {
  return left.seed === right.seed ? placeOf(left) < placeOf(right) : left.seed < right.seed;
}

function placeOf(spec: TrialSpec): string {
  return `${spec.strategy} ${spec.workload} ${spec.faults}`;
}
