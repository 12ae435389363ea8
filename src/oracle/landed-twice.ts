/** Turns of which several attempts may have landed: which of them anybody saw can't be told. What was refused never landed. */

import type { Attempt, TransactionId } from '../contract/index.ts';

export function landedTwice(attempts: readonly Attempt[]): ReadonlySet<TransactionId> {
  const landed = new Set<TransactionId>();
  const twice = new Set<TransactionId>();
  for (const attempt of attempts) {
    if (attempt.writes.length === 0) continue;
    if (landed.has(attempt.tx.id)) twice.add(attempt.tx.id);
    if (!isRefused(attempt)) landed.add(attempt.tx.id);
  }
  return twice;
}

function isRefused({ outcome }: Attempt): boolean {
  return outcome?.kind === 'conflict' || outcome?.kind === 'rejected';
}
