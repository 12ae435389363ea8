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

export interface FaultProfile {
  readonly name: string;
  readonly summary: string;
  /** A strategy that does everything right loses nothing under it. */
  readonly survivable: boolean;
  draw(context: TapeContext): readonly TapeEntry[];
}
