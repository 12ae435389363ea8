/** What stands in the journal of the lanes (dos-kernel): leases, and the operations that give, take and describe them. */

import type { AgentId, FieldName, Micros, ReplicaId } from '../contract/index.ts';

/** Who holds a lease: an agent, in one process on one host. A host that starts anew is another process. */
export interface Holder {
  readonly agent: AgentId;
  readonly host: ReplicaId;
  readonly process: string;
}

/** The right to read and write a set of fields, the lane. Times are those of the disk on which the journal lies. */
export interface Lease {
  /** The fencing token, which is also the identity: it stays when a lease is adopted. */
  readonly token: number;
  readonly holder: Holder;
  readonly fields: readonly FieldName[];
  /** When the turn that took it first asked for anything, in whatever attempt. */
  readonly turnSince: Micros;
  readonly acquiredAt: Micros;
  /** The newest sign of life; the grant is the first one. */
  readonly heardAt: Micros;
}

/** ACQUIRE to CHECKPOINT change the live set. The others say what somebody wanted, or what happened, and never change it. */
export type LaneRecord =
  | { readonly op: 'ACQUIRE'; readonly lease: Lease }
  | { readonly op: 'RELEASE'; readonly token: number; readonly holder: Holder }
  /** A lease that nobody looks after any more is taken back. */
  | { readonly op: 'SCAVENGE'; readonly token: number; readonly by: Holder; readonly at: Micros }
  | { readonly op: 'HEARTBEAT'; readonly token: number; readonly holder: Holder; readonly at: Micros }
  | { readonly op: 'ADOPT'; readonly token: number; readonly holder: Holder; readonly at: Micros }
  | Checkpoint
  | {
      readonly op: 'REFUSE';
      readonly holder: Holder;
      readonly fields: readonly FieldName[];
      /** The tokens of the leases that were in the way. */
      readonly blockers: readonly number[];
      readonly at: Micros;
    }
  /** The wish that the holder stop. It stops nothing. */
  | { readonly op: 'HALT'; readonly token: number; readonly by: Holder; readonly at: Micros }
  /** A process has started on this host: its earlier ones are dead. */
  | { readonly op: 'SPAWN'; readonly holder: Holder; readonly at: Micros };

/** Stands for everything before it. */
export interface Checkpoint {
  readonly op: 'CHECKPOINT';
  /** How often the journal was compacted: tells readers that their place in it is gone. */
  readonly generation: number;
  readonly leases: readonly Lease[];
  readonly lastToken: number;
  /** The newest process of each host. */
  readonly processes: readonly (readonly [ReplicaId, string])[];
}

export function isSameHolder(one: Holder, other: Holder): boolean {
  return one.agent === other.agent && one.host === other.host && one.process === other.process;
}

export function overlap(one: readonly FieldName[], other: readonly FieldName[]): boolean {
  return one.some((field) => other.includes(field));
}
