/**
 * What a strategy reports of its own protocol, and what the simulator saw beside it: for the protocol invariants, the
 * recovery metrics and the diagrams. Fates never depend on it.
 */

import type { AgentId, FieldName, Micros, ReplicaId, TransactionId } from './ids.ts';
import type { Outcome, Transaction } from './transaction.ts';
import type { VersionVector, Write } from './write.ts';

export const reclaimTriggers = ['heartbeat', 'max-hold', 'expired', 'deadlock'] as const;
/**
 * - `heartbeat`: the holder has been silent for too long
 * - `max-hold`: the holder has held the grant for too long, whatever it says
 * - `expired`: a lease ran out
 * - `deadlock`: the holder was the victim of a deadlock
 */
export type ReclaimTrigger = (typeof reclaimTriggers)[number];

/** The right to write a field, as a strategy gives it. Tokens rise over all grants of a field. */
export interface Grant {
  readonly field: FieldName;
  readonly holder: AgentId;
  readonly token: number;
}

/** The grounds of a reclaim by sweep: what the sweep knew of the grant, and the limits that it went by. */
export interface SweepGrounds {
  /** Null: no heartbeat of the holder was ever heard. */
  readonly lastHeartbeatAt: Micros | null;
  /** When the grant was reported: from then on it is effective. */
  readonly grantedAt: Micros;
  readonly heartbeatTimeoutMicros: Micros;
  readonly maxHoldMicros: Micros;
  /** When the sweep decided, where the reclaim takes effect later: when its record is durable. */
  readonly sweptAt?: Micros;
}

export type ProtocolEvent =
  | ({ readonly kind: 'grant' } & Grant)
  | ({ readonly kind: 'release' } & Grant)
  | ({ readonly kind: 'reclaim'; readonly trigger: ReclaimTrigger; readonly grounds: SweepGrounds | null } & Grant)
  /** A sign of life was taken note of. `at` is what counts as the newest from now on. */
  | { readonly kind: 'heartbeat'; readonly holder: AgentId; readonly at: Micros }
  /** A reclaim left its mark for the former holder (`trigger`), or the mark was cleared (null). */
  | {
      readonly kind: 'slot';
      readonly field: FieldName;
      readonly holder: AgentId;
      readonly trigger: ReclaimTrigger | null;
    }
  /** A turn's change of the field was accepted for good. `version` counts the accepted changes of the field from 1. */
  | {
      readonly kind: 'accept';
      readonly field: FieldName;
      readonly holder: AgentId;
      readonly version: number;
      readonly token: number | null;
    }
  /** A coherence state of (agent, field) has changed: one line of the state log. Sequence numbers have no gaps. */
  | {
      readonly kind: 'transition';
      readonly sequence: number;
      readonly field: FieldName;
      readonly agent: AgentId;
      readonly from: string;
      readonly to: string;
      readonly trigger: string;
      readonly version: number;
      readonly contentHash: string;
    }
  /** What a replica that opened again has read from its disk: live grants, accepted versions, its own logged writes. */
  | {
      readonly kind: 'recovered';
      readonly grants: readonly Grant[];
      readonly versions: readonly (readonly [FieldName, number])[];
      readonly contains: VersionVector;
    }
  /** The place of the turn in the order that all turns are to have; given again, it has moved. */
  | { readonly kind: 'rank'; readonly tx: TransactionId; readonly rank: number }
  /** A turn's write was put below writes of others: so many of them were undone and made again. */
  | { readonly kind: 'replay'; readonly tx: TransactionId; readonly field: FieldName; readonly undone: number }
  /** The authority over the document, as this replica has it on its disk. */
  | {
      readonly kind: 'epoch';
      readonly owner: ReplicaId;
      readonly major: number;
      readonly generation: number;
      readonly active: boolean;
    }
  /** An authority move to the target was sent and never confirmed: until `settled` nobody may write. */
  | { readonly kind: 'doubt'; readonly owner: ReplicaId; readonly target: ReplicaId }
  | { readonly kind: 'settled'; readonly owner: ReplicaId; readonly by: 'evidence' | 'person' }
  /**
   * What became of an agent's checkpoint: an entry was written or cleared, or a file that can't be read was set aside
   * (without its transaction and generation). `by` is the generation that did it.
   */
  | {
      readonly kind: 'checkpoint';
      readonly agent: AgentId;
      readonly action: 'written' | 'cleared' | 'set-aside';
      readonly transaction: TransactionId | null;
      readonly generation: Micros | null;
      readonly by: Micros;
    };

/** One thing that was reported or seen. Observations stand in the order in which they happened, equal times included. */
export type Observation = { readonly at: Micros; readonly replica: ReplicaId } & (
  | { readonly kind: 'reported'; readonly event: ProtocolEvent }
  /** The agent on this machine was answered. */
  | {
      readonly kind: 'told';
      readonly tx: Transaction;
      readonly outcome: Outcome;
      readonly writes: readonly Write[];
    }
  /** The machine lost its memory; after a `restore` its disk is older as well. */
  | { readonly kind: 'stopped'; readonly by: 'crash' | 'restore' }
  | { readonly kind: 'returned' }
);
