/** A workload gives every agent its script before the run starts, so that all strategies see the same intentions. */

import type { DocumentState, Schema } from './document.ts';
import type { AgentId, FieldName, Micros, TransactionId, WriteId } from './ids.ts';
import type { Knobs, KnobValues } from './knobs.ts';
import type { Conflict, ModelUse, ThinkingModel } from './model.ts';
import type { RandomStreams } from './random.ts';
import type { View } from './transaction.ts';
import type { VersionVector, Write, WriteDraft } from './write.ts';

/**
 * Read, think, write. `write` is pure: the same view gives the same drafts. It is given all that the attempt has read so
 * far, newest last per field. A draft must have the kind that the schema declares.
 */
export interface Step {
  readonly reads: readonly FieldName[];
  readonly thinkMicros: Micros;
  /** The calls that the thinking is made of; without it the agent thinks without a model, and it costs nothing. */
  readonly uses?: ModelUse;
  write(view: View): readonly WriteDraft[];
}

export interface Turn {
  /** Pause between the end of the agent's last turn (or the start of the run) and this one. */
  readonly pauseMicros: Micros;
  readonly steps: readonly Step[];
  /** Turns of other agents that must have ended before this one starts. */
  readonly after?: readonly TransactionId[];
  /** For recorded sessions, see `Transaction.sees`. */
  readonly sees?: VersionVector;
}

export interface AgentScript {
  readonly agent: AgentId;
  readonly turns: readonly Turn[];
}

export interface Plan {
  readonly schema: Schema;
  readonly agents: readonly AgentScript[];
  /** The contender that a perfect judge would keep; without it, the one with the first id. */
  rightChoice?(conflict: Conflict): WriteId;
}

/** How turns of different agents met. A turn is under way from the first request to the last answer. */
export interface Contention {
  /** Pairs of turns of different agents that were under way at the same time. */
  readonly overlappingTurns: number;
  /** Pairs of overlapping turns of different agents that both wrote the field. */
  readonly byField: ReadonlyMap<FieldName, number>;
  /** How often the field went from one agent to another: turns of different agents that wrote it one after the other. */
  readonly handovers: ReadonlyMap<FieldName, number>;
}

/** What an invariant may look at: everything is known from outside. */
export interface InvariantEvidence {
  /** The final state of each replica; equal if the trial converged. */
  readonly finals: readonly DocumentState[];
  /** Writes whose agents were told `committed`, with the value of the last attempt. */
  readonly committed: readonly Write[];
  /** Writes whose agents were told nothing (crash, lost answer): they may have landed. */
  readonly unknown: readonly Write[];
}

export interface WorkloadInvariant {
  readonly name: string;
  /** What is wrong, in one sentence, or null. */
  violation(evidence: InvariantEvidence): string | null;
}

export interface Setting {
  readonly agents: number;
  /** Streams of the workload's own, the same for every strategy and fault profile. */
  readonly random: RandomStreams;
  /** What the agents think with. What they want to do must not depend on it, only how long it takes. */
  readonly model: ThinkingModel;
}

export interface Workload {
  readonly name: string;
  readonly summary: string;
  /** The conflict that it promises to produce, in a sentence. */
  readonly conflict: string;
  /** Agents write the same fields at the same time: a strategy that is a canary must lose here. */
  readonly contended: boolean;
  readonly agents: { readonly default: number; readonly min: number; readonly max: number };
  readonly knobs?: Knobs;
  /** The same workload with other knob values (all knobs are given, checked against their declaration). */
  configure?(values: KnobValues): Workload;
  plan(setting: Setting): Plan;
  /** Whether the promised conflict occurred at all. */
  exercised(contention: Contention): boolean;
  /** Laws of the final state, whatever the strategy. A violation is reported beside the fates; it breaks no promise by itself. */
  readonly invariants: readonly WorkloadInvariant[];
}
