/** The invariants of protocols, and the conductor that holds one trial to all of them. */

import type { InvariantName, Observation, ProtocolVerdict, ProtocolViolation } from '../../contract/index.ts';
import { haltOnDoubt, oneOwner } from './authority.ts';
import { ackDurable } from './durability.ts';
import { fencedWrites, ownGeneration, singleWriter, sweepExclusivity } from './grants.ts';
import { subjectOf, Violation, type ProtocolInvariant, type Step } from './invariant.ts';
import { grantsAfter, type LiveGrants } from './live-grants.ts';
import { logPrefix } from './log-prefix.ts';
import { slotSurvival, tickMonotonicity } from './signs-of-life.ts';
import { triggerExclusivity } from './sweeps.ts';
import { monotonicVersion } from './versions.ts';

export const protocolInvariants: readonly ProtocolInvariant[] = [
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

interface PlacedStep {
  /** Of the invariant in the list of all. */
  readonly position: number;
  readonly step: Step;
}

/** By kind of event or observation, the steps of those invariants that look at it. */
const stepsAt = new Map<string, PlacedStep[]>();
for (const [position, { steps }] of protocolInvariants.entries()) {
  for (const [kind, step] of steps) stepsAt.set(kind, [...(stepsAt.get(kind) ?? []), { position, step }]);
}

const noSteps: readonly PlacedStep[] = [];

/** Of each invariant its first violation, after which it judges no more. */
export function checkProtocol(observations: readonly Observation[]): readonly ProtocolVerdict[] {
  const checks = protocolInvariants.map((invariant) => new Check(invariant));
  let live: LiveGrants = [];
  for (let index = 0; index < observations.length; index += 1) {
    const seen = observations[index] as Observation;
    const subject = subjectOf(seen);
    for (const { position, step } of stepsAt.get(subject.kind) ?? noSteps)
      checks[position]?.take(step, subject, seen, live, index);
    live = grantsAfter(live, subject, seen.replica);
  }
  return checks.map((check) => check.verdict());
}

class Check {
  readonly #name: InvariantName;
  #state: unknown;
  #judged = 0;
  #violation: ProtocolViolation | null = null;

  constructor({ name, start }: ProtocolInvariant) {
    this.#name = name;
    this.#state = start;
  }

  take(step: Step, subject: unknown, seen: Observation, live: LiveGrants, index: number): void {
    if (this.#violation !== null) return;
    if (step.judges(this.#state, subject, seen, live)) this.#judged += 1;
    const next = step.next(this.#state, subject, seen, live);
    if (next instanceof Violation) this.#violation = this.#describe(next, index, seen);
    else this.#state = next;
  }

  verdict(): ProtocolVerdict {
    return { invariant: this.#name, judged: this.#judged, violation: this.#violation };
  }

  #describe({ sentence }: Violation, index: number, event: Observation): ProtocolViolation {
    const { at, replica } = event;
    return { invariant: this.#name, index, at, replica, violation: sentence, event };
  }
}
