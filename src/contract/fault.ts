/** The seeded schedule of faults of one run: the fault tape. */

import type { Micros, ReplicaId } from './ids.ts';
import type { RandomStreams } from './random.ts';

export type ProtocolStep = 'append' | 'send' | 'receive' | 'settle';

/** At a virtual time, or just before or after the machine does this thing for the n-th time (counted from 1). */
export type Trigger =
  | { readonly kind: 'time'; readonly atMicros: Micros }
  | { readonly kind: 'step'; readonly step: ProtocolStep; readonly moment: 'before' | 'after'; readonly nth: number };

/**
 * - `crash`: memory, timers, inbound messages and the unsynced tail of the disk are gone; the agent dies with the machine
 * - `busy`: the machine handles nothing for a while, then goes on believing what it believed
 * - `restore`: a crash, and the disk comes back as it was some backups ago, as far as no acknowledged write loses its last copy
 */
export type Fault =
  | { readonly kind: 'crash'; readonly downMicros: Micros }
  | { readonly kind: 'busy'; readonly stallMicros: Micros }
  | { readonly kind: 'restore'; readonly downMicros: Micros; readonly backupsBack: number };

export interface TapeEntry {
  readonly machine: ReplicaId;
  readonly trigger: Trigger;
  readonly fault: Fault;
}

/** What a profile may know: nothing of the strategy, so that every strategy gets the same tape. */
export interface TapeContext {
  /** The machines of the agents. */
  readonly machines: readonly ReplicaId[];
  /** The hub's machine; entries for it are skipped where the strategy has no hub. */
  readonly hub: ReplicaId;
  /** How long the agents would take without any waiting. */
  readonly horizonMicros: Micros;
  readonly random: RandomStreams;
}

/**
 * How calls of a model go wrong: shares of all calls, those of agents and those of a judge. Of an agent's call only the time
 * and the tokens count, so it is not invented or wrong.
 */
export interface CallFaults {
  /** No answer until whoever asks gives up. */
  readonly timeout: number;
  readonly serverError: number;
  /** An answer that can't be read, and one that was cut at the largest length. */
  readonly malformed: number;
  readonly cut: number;
  /** A judge answers with what is no contender, or picks another one than it would have. */
  readonly invented: number;
  readonly wrong: number;
  /** Calls that take 3 to 10 times as long. */
  readonly slow: number;
  /** Once in such a time, at a moment that is drawn, every call is refused for 1 to 60 s, and told how long to wait. */
  readonly burstEveryMicros: Micros;
}

export interface FaultProfile {
  readonly name: string;
  readonly summary: string;
  /** A strategy that does everything right loses nothing under it. */
  readonly survivable: boolean;
  /** What it does to the calls of the model, beside the tape. */
  readonly calls?: CallFaults;
  draw(context: TapeContext): readonly TapeEntry[];
}
