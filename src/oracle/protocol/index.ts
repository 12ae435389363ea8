/** The invariants of protocols, and the conductor that holds one trial to all of them. */

import type { Observation, ProtocolVerdict, ProtocolViolation } from '../../contract/index.ts';
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

/** By kind of event or observation, the positions of the invariants that look at it. */
const lookingAt = new Map<string, number[]>();
for (const [position, { looksAt }] of protocolInvariants.entries()) {
  for (const kind of looksAt) lookingAt.set(kind, [...(lookingAt.get(kind) ?? []), position]);
}

/** Of each invariant its first violation, after which it judges no more. */
export function checkProtocol(observations: readonly Observation[]): readonly ProtocolVerdict[] {
  const checks = protocolInvariants.map((invariant) => new Check(invariant));
  for (const [index, seen] of observations.entries()) {
    const kind = seen.kind === 'reported' ? seen.event.kind : seen.kind;
    const positions = lookingAt.get(kind);
    if (positions !== undefined) for (const position of positions) checks[position]?.take(index, seen);
  }
  return checks.map((check) => check.verdict());
}

class Check {
  readonly #invariant: ProtocolInvariant<unknown>;
  #state: unknown;
  #judged = 0;
  #violation: ProtocolViolation | null = null;

  constructor(invariant: ProtocolInvariant<unknown>) {
    this.#invariant = invariant;
    this.#state = invariant.start;
  }

  take(index: number, seen: Observation): void {
    if (this.#violation !== null) return;
    if (this.#invariant.judges(this.#state, seen)) this.#judged += 1;
    const next = this.#invariant.next(this.#state, seen);
    if (next instanceof Violation) this.#violation = this.#describe(next, index, seen);
    else this.#state = next;
  }

  verdict(): ProtocolVerdict {
    return { invariant: this.#invariant.name, judged: this.#judged, violation: this.#violation };
  }

  #describe({ sentence }: Violation, index: number, event: Observation): ProtocolViolation {
    const { at, replica } = event;
    return { invariant: this.#invariant.name, index, at, replica, violation: sentence, event };
  }
}
