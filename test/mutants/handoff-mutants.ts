/** Bugs of systems that hand authority over: the right strategy with one of its rules broken. */

import type { MergeStrategy } from '../../src/contract/index.ts';
import { rightRules, type AuthorityRules } from '../../src/replication/index.ts';
import { authorityHandoffWith } from '../../strategies/authority-handoff.ts';

/** A move that was sent and not confirmed is treated as if nothing had been sent: the next one in the queue gets it. */
export const triesAmbiguousMovesElsewhere = broken('tries-ambiguous-moves-elsewhere', { ambiguous: 'try-next' });

/** A source in doubt takes the authority back at its next tick, in the epoch that it has sent away, and asks nobody. */
export const recoversWithoutAsking = broken('recovers-without-asking', { recovery: 'unasked' });

/** A replica that opens goes on from the epoch (0, 0), whatever was before. */
export const restartsFromZero = broken('restarts-from-zero', { opening: 'from-zero' });

function broken(name: string, rule: Partial<AuthorityRules>): MergeStrategy {
  return { ...authorityHandoffWith({ ...rightRules, ...rule }), name };
}
