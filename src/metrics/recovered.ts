/** What agents made of the turns that a crash had interrupted. */

import type { Attempt, History, TransactionId, TrialResult } from '../contract/index.ts';

export type Recovered = Pick<TrialResult, 'turnsRepeated' | 'turnsForgotten' | 'checkpointsSetAside'>;

export const nothingRecovered: Recovered = { turnsRepeated: 0, turnsForgotten: 0, checkpointsSetAside: 0 };

export function countRecovered({ attempts, turns, observations }: History): Recovered {
  return {
    turnsRepeated: repeatedThoughLanded(attempts).size,
    turnsForgotten: turns.filter(({ end }) => end === 'forgotten').length,
    checkpointsSetAside: observations.filter(
      (seen) => seen.kind === 'reported' && seen.event.kind === 'checkpoint' && seen.event.action === 'set-aside',
    ).length,
  };
}

/**
 * Turns that were begun again after an attempt that had landed. It had if the agent was told that it is safe, or if the later
 * attempt was told so before it had issued anything: then it learnt what became of the earlier one.
 */
function repeatedThoughLanded(attempts: readonly Attempt[]): ReadonlySet<TransactionId> {
  const landed = new Set<TransactionId>();
  const requested = new Set<TransactionId>();
  const repeated = new Set<TransactionId>();
  for (const attempt of attempts) {
    // A turn that is opened again for a repair isn't begun again.
    if (attempt.tx.repairs === true) continue;
    const { id } = attempt.tx;
    const isSafe = attempt.outcome?.kind === 'committed' || attempt.outcome?.kind === 'escalated';
    const learntOfEarlier = isSafe && attempt.writes.length === 0 && requested.has(id);
    if (landed.has(id) || learntOfEarlier) repeated.add(id);
    if (isSafe) landed.add(id);
    if (attempt.committedAt !== null && attempt.writes.length > 0) requested.add(id);
  }
  return repeated;
}
