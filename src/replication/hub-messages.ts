/** What the clients of a hub and the hub say to each other. */

import type { FieldName, Host, Micros, Outcome, ReplicaId, Transaction, View, Write } from '../contract/index.ts';
import { encodeShared } from './shared-codec.ts';
import type { StateChange } from './state-change.ts';

/**
 * Which version of each field the views of a turn have shown, the newest per field. It rides on every request, so that a
 * hub which has lost its memory can still judge the turn.
 */
export type Basis = readonly (readonly [FieldName, number])[];

/** What a turn asks of the hub. A commit carries all its writes, whether the hub has heard of them or not. */
export type TurnAsk =
  | { readonly kind: 'read'; readonly fields: readonly FieldName[]; readonly basis: Basis }
  | { readonly kind: 'write'; readonly writes: readonly Write[]; readonly basis: Basis }
  | { readonly kind: 'commit'; readonly writes: readonly Write[]; readonly basis: Basis };

/** `Reply` is what a strategy's own hub answers beside the usual. */
export type Answer<Reply = never> =
  | { readonly kind: 'view'; readonly view: View; readonly versions: Basis }
  | { readonly kind: 'written' }
  | { readonly kind: 'settle'; readonly outcome: Outcome }
  | Reply;

/**
 * The requests of an attempt are counted from 1; an answer with the number 0 was not asked for. `begunAt` is when the attempt
 * began by the client's clock: an agent may come back to an older turn, so turns don't tell which attempt is the newest.
 */
export type ClientMessage<Ask> =
  | {
      readonly kind: 'ask';
      readonly tx: Transaction;
      readonly begunAt: Micros;
      readonly number: number;
      readonly ask: Ask;
    }
  | { readonly kind: 'ping'; readonly tx: Transaction; readonly begunAt: Micros }
  /** Something that a strategy's own client says outside of any turn. */
  | { readonly kind: 'note'; readonly note: unknown }
  /** What this client shows may be old: it has just started. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'shown'; readonly epoch: number; readonly number: number };

export type HubMessage<Reply = never> =
  | { readonly kind: 'answer'; readonly attempt: AttemptId; readonly number: number; readonly answer: Answer<Reply> }
  /** The hub has the request and will answer it: until then it is enough to ask now and then. */
  | { readonly kind: 'queued'; readonly attempt: AttemptId; readonly number: number }
  /**
   * What has changed since the push with the number `base`; everything if that is 0. Epoch: when the hub started; number:
   * counts the states that it has pushed since.
   */
  | {
      readonly kind: 'push';
      readonly epoch: number;
      readonly number: number;
      readonly base: number;
      readonly change: StateChange;
    };

export type AttemptId = Pick<Transaction, 'id' | 'attempt'>;

export function isSameAttempt(one: AttemptId, other: AttemptId): boolean {
  return one.id === other.id && one.attempt === other.attempt;
}

/** A transaction as the hub needs it: what a recorded session had seen stays behind. */
export function onTheWire({ id, agent, turn, attempt }: Transaction): Transaction {
  return { id, agent, turn, attempt };
}

export function tell<Ask, Reply>(host: Host, to: ReplicaId, message: ClientMessage<Ask> | HubMessage<Reply>): void {
  host.send(to, encodeShared(message));
}

export function versionIn(basis: Basis, field: FieldName): number | undefined {
  return basis.find(([name]) => name === field)?.[1];
}
