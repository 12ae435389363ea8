/** Conflicts as programs see them: agents by name, dates as dates. */

import type { Json, Micros } from '../contract/index.ts';
import type { ItemId, Settlement, StoreContender, StoreEscalation, StoreResolution } from '../store/index.ts';
import { placeText } from './place.ts';

export interface Contender {
  readonly agent: string;
  readonly at: Date;
  /** Undefined if this agent wants nothing to be there. */
  readonly value: Json | undefined;
}

/** An open conflict at one place of an item. The last contender is the one that the store shows until somebody resolves it. */
export interface Escalation extends ItemId {
  readonly id: string;
  /** `tasks[id=7].owner`; empty for the item itself. */
  readonly place: string;
  /** The same for programs: `['tasks', { id: 7 }, 'owner']`. */
  readonly path: readonly Json[];
  readonly contenders: readonly Contender[];
}

/** A conflict that was settled, with everything that was discarded. */
export interface Resolution extends ItemId {
  /** Of the escalation. */
  readonly id: string;
  readonly place: string;
  readonly path: readonly Json[];
  readonly by: string;
  readonly at: Date;
  /** Null when another value was put in the place of all. */
  readonly kept: Contender | null;
  readonly value: Json | undefined;
  readonly discarded: readonly Contender[];
}

/** Keep what this agent put, put another value, or put nothing. */
export type Choice = { readonly keep: string } | { readonly value: Json } | { readonly remove: true };

export function escalationOf({ namespace, key, id, path, contenders }: StoreEscalation): Escalation {
  return { id, namespace, key, place: placeText(path), path, contenders: contenders.map(contenderOf) };
}

export function resolutionOf(resolution: StoreResolution): Resolution {
  const { namespace, key, id, path, by, at, kept, value, discarded } = resolution;
  return {
    id,
    namespace,
    key,
    place: placeText(path),
    path,
    by,
    at: dateOf(at),
    kept: kept === null ? null : contenderOf(kept),
    value,
    discarded: discarded.map(contenderOf),
  };
}

/** Throws a TypeError if the agent to keep doesn't contend. */
export function settlementOf(choice: Choice, { id, contenders }: StoreEscalation): Settlement {
  if (!('keep' in choice)) return choice;
  const keep = contenders.findLastIndex(({ agent }) => agent === choice.keep);
  if (keep >= 0) return { keep };
  const agents = [...new Set(contenders.map(({ agent }) => agent))].join(', ');
  throw new TypeError(`agent "${choice.keep}" has no part in "${id}": it is between ${agents}`);
}

/** The clock of the store counts from 1970. */
export function dateOf(at: Micros): Date {
  return new Date(Math.floor(at / 1_000));
}

function contenderOf({ agent, at, value }: StoreContender): Contender {
  return { agent, at: dateOf(at), value };
}
