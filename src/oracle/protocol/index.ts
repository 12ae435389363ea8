/** The invariants of protocols, and the conductor that holds one trial to all of them. */

import type { Observation, ProtocolVerdict } from '../../contract/index.ts';
import { haltOnDoubt, oneOwner } from './authority.ts';
import { ackDurable } from './durability.ts';
import { fencedWrites, ownGeneration, singleWriter, sweepExclusivity } from './grants.ts';
import { Violation, type ProtocolInvariant } from './invariant.ts';
import { logPrefix } from './log-prefix.ts';
import { slotSurvival, tickMonotonicity } from './signs-of-life.ts';
import { triggerExclusivity } from './sweeps.ts';
import { monotonicVersion } from './versions.ts';

/** Their states are nobody's business but their own. */
export const protocolInvariants: readonly ProtocolInvariant<unknown>[] = [
  singleWriter,
  monotonicVersion,
  sweepExclusivity,
  triggerExclusivity,
  tickMonotonicity,
  slotSurvival,
  fencedWrites,
  ownGeneration,
  ackDurable,
  logPrefix,
  oneOwner,
  haltOnDoubt,
];

/** Of each invariant its first violation, after which it judges no more. */
export function checkProtocol(observations: readonly Observation[]): readonly ProtocolVerdict[] {
  return protocolInvariants.map((invariant) => check(invariant, observations));
}

function check(invariant: ProtocolInvariant<unknown>, observations: readonly Observation[]): ProtocolVerdict {
  let state = invariant.start;
  let judged = 0;
  for (const [index, event] of observations.entries()) {
    if (invariant.judges(state, event)) judged += 1;
    const next = invariant.next(state, event);
    if (next instanceof Violation) {
      const { at, replica } = event;
      const violation = { invariant: invariant.name, index, at, replica, violation: next.sentence, event };
      return { invariant: invariant.name, judged, violation };
    }
    state = next;
  }
  return { invariant: invariant.name, judged, violation: null };
}
