/** One turn of an agent as a strategy sees it: what it asks, what it is shown, what it is told. */

import type { Escalation, FieldState } from './document.ts';
import type { AgentId, FieldName, TransactionId, WriteId } from './ids.ts';
import type { VersionVector } from './write.ts';

export interface Transaction {
  readonly id: TransactionId;
  readonly agent: AgentId;
  /** Position among the turns of the agent, counted from 0. */
  readonly turn: number;
  /** Counted from 1; raised when the turn is repeated after a conflict or a crash. */
  readonly attempt: number;
  /**
   * Only for recorded sessions: the agent had seen exactly these writes when it made this turn. A replica that merges
   * shows no more, and waits until it can show no less. A strategy with one current state may ignore it.
   */
  readonly sees?: VersionVector;
  /**
   * The agent repairs what it wrote before it got a notice. What it writes now takes the place of all that the turn wrote
   * before: the same ids, with a higher `attempt` where the value is new; a write that is missing is taken back.
   */
  readonly repairs?: true;
}

/** The fields that were asked for, as this replica has them, with the open escalations on them. */
export interface View {
  readonly fields: readonly FieldState[];
  readonly escalations: readonly Escalation[];
}

export const refusalCauses = [
  'version-mismatch',
  'unread-overwrite',
  'other-holder',
  'own-lease',
  'stale-generation',
  'deadlock-victim',
  'reclaimed',
  'busy',
  'type-mismatch',
  'unavailable',
] as const;
/** Why a turn was refused. Reports split refusals by it. */
export type RefusalCause = (typeof refusalCauses)[number];

/**
 * - `committed`: every write of the turn is safe
 * - `escalated`: the named writes stand in an open escalation, the others are safe
 * - `conflict`: nothing was applied; look at `fields` and think again
 * - `rejected`: nothing was applied and trying again is useless
 */
export type Outcome =
  | { readonly kind: 'committed' }
  | { readonly kind: 'escalated'; readonly writes: readonly WriteId[] }
  | { readonly kind: 'conflict'; readonly cause: RefusalCause; readonly fields: readonly FieldName[] }
  | { readonly kind: 'rejected'; readonly cause: RefusalCause; readonly reason: string };
