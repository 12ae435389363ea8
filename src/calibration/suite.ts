/**
 * CoAgent's suite: five protocols on ten workloads with two agents. Its workloads are not published. Ours were chosen so
 * that the speeds of two-phase locking and of occ come out, from work side by side to work that always collides; what is
 * correct, the tokens, and all of mtpo follow.
 */

import type { TrialResult } from '../contract/index.ts';

export const suiteSource = 'CoAgent (arXiv 2606.15376), suite';
export const suiteAgents = 2;
export const suiteSeeds = 20;

export const suiteWorkloads = [
  'clean-merge',
  'status-race',
  'tally',
  'mixed',
  'torn-pair',
  'canary',
  'slot-race',
  'fleet',
  'values',
  'disjoint',
] as const;

/** The one that the others are compared with. */
export const suiteBasis = 'serial';

export interface SuiteProtocol {
  readonly strategy: string;
  /** Percent of the results. */
  readonly correct: number;
  /** Against serial, more is faster; null where it is not published. */
  readonly speedUp: number | null;
  /** Against serial. */
  readonly tokens: number | null;
}

export const suiteProtocols: readonly SuiteProtocol[] = [
  { strategy: 'serial', correct: 98, speedUp: 1, tokens: 1 },
  { strategy: 'lww', correct: 13, speedUp: null, tokens: null },
  { strategy: 'two-phase-locking', correct: 96, speedUp: 1.04, tokens: 1.45 },
  { strategy: 'occ', correct: 93, speedUp: 0.93, tokens: 1.83 },
  { strategy: 'mtpo', correct: 93, speedUp: 1.43, tokens: 1.15 },
];

/** By whose speed-ups the workloads were chosen. */
export const suiteFittedTo: readonly string[] = ['two-phase-locking', 'occ'];

/** As a serial run might have left it, without anybody's help. */
export function isCorrect(trial: TrialResult): boolean {
  const { failure, settled, converged, fates, duplicates, brokenInvariants, escalations, gaveUp } = trial;
  const isDone = failure === null && settled && converged && gaveUp === 0 && escalations.raised === 0;
  return isDone && fates.lost === 0 && fates.phantom === 0 && duplicates === 0 && brokenInvariants.length === 0;
}
