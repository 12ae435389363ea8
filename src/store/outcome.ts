/** What a store tells of its items, of what became of a put, and of conflicts. */

import type { AgentId, Json, Micros, Outcome, RefusalCause } from '../contract/index.ts';
import type { ItemId, JsonObject, Part } from './node.ts';

export interface StoreItem extends ItemId {
  readonly value: JsonObject;
  readonly createdAt: Micros;
  readonly updatedAt: Micros;
  /** Who put it last. */
  readonly updatedBy: AgentId;
}

/** - `stored`: safe, and durable; where it met something that it doesn't merge with, it stands in these escalations
 * - `refused`: nothing of it was taken in
 */
export type PutOutcome =
  | { readonly kind: 'stored'; readonly escalations: readonly string[] }
  | { readonly kind: 'refused'; readonly cause: RefusalCause | 'unknown-escalation'; readonly reason: string };

export interface StoreContender {
  readonly agent: AgentId;
  readonly at: Micros;
  /** What its put carried. */
  readonly tag: Json;
  /** Undefined if it wants nothing to be there. */
  readonly value: Json | undefined;
}

/** An open conflict at one place of an item; an empty path is the item itself. The last contender is the one that is shown. */
export interface StoreEscalation extends ItemId {
  readonly id: string;
  readonly path: readonly Json[];
  readonly contenders: readonly StoreContender[];
}

export interface StoreResolution extends ItemId {
  /** Of the escalation that it settled. */
  readonly id: string;
  readonly path: readonly Json[];
  readonly by: AgentId;
  readonly at: Micros;
  /** Null when another value was put in the place of all. */
  readonly kept: StoreContender | null;
  readonly value: Json | undefined;
  readonly discarded: readonly StoreContender[];
}

/** How to settle a conflict: keep a contender by its place in the escalation, put a value, or put nothing. */
export type Settlement = { readonly keep: number } | { readonly value: Json } | { readonly remove: true };

/** What stands at one place of an item, and who brought it. */
export type Leaf = { readonly path: readonly Json[] } & (
  | { readonly kind: 'scalar'; readonly value: Json; readonly agent: AgentId; readonly tag: Json }
  | { readonly kind: 'list'; readonly elements: readonly Part[] }
  | { readonly kind: 'text'; readonly parts: readonly Part<string>[] }
  | { readonly kind: 'counter'; readonly value: number }
);

export function refused(outcome: Extract<Outcome, { kind: 'conflict' | 'rejected' }>): PutOutcome {
  const reason =
    outcome.kind === 'rejected' ? outcome.reason : 'the strategy refused every attempt: read again and put again';
  return { kind: 'refused', cause: outcome.cause, reason };
}
