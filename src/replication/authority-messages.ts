/** What the replicas of a document with one owner say to each other, and what they write down. */

import type { ReplicaId, TransactionId, Write } from '../contract/index.ts';
import type { Epoch } from './authority-epoch.ts';

/**
 * - `ACTIVE_OWNER`: the only one that commits
 * - `HANDOFF_INITIATED`: has sent a move, keeps the authority and commits nothing
 * - `HANDOFF_PENDING`: has confirmed a move and waits for the source's last word
 * - `RETIRED`: has nothing to say
 * - `RECOVERY_REQUIRED`: may have the authority, and asks before it acts
 */
export type AuthorityState = 'ACTIVE_OWNER' | 'HANDOFF_INITIATED' | 'HANDOFF_PENDING' | 'RETIRED' | 'RECOVERY_REQUIRED';

/** One life of a replica: drawn anew whenever it opens. What was promised to an earlier life, or by one, is void. */
export type Life = number;

/** An accepted turn. Its place in the log is its number. */
export interface LogEntry {
  readonly major: number;
  readonly turn: TransactionId;
  readonly writes: readonly Write[];
}

/** A piece of the log: the entries from number `from` on. */
export interface LogPiece {
  readonly from: number;
  readonly entries: readonly LogEntry[];
}

export interface AuthorityLine {
  readonly state: AuthorityState;
  /** The highest epoch that this replica knows of. */
  readonly epoch: Epoch;
  /** A move that was sent under this major and is not settled. */
  readonly moveTo: number | null;
}

/** What is written at once, so that a crash or a backup never tears it. A push of the log is such a record as it is. */
export interface AuthorityRecord {
  readonly authority?: AuthorityLine;
  readonly piece: LogPiece;
}

/** What a replica says of itself. */
export interface Standing {
  readonly state: AuthorityState;
  /** It has the authority, and has had it without a break since it was given or recovered. */
  readonly holds: boolean;
  readonly known: Epoch;
}

/** `asker`, `claimer`, `source` and `target` are lives: an answer to an earlier one is ignored. */
export type AuthorityMessage =
  /** Wants the authority. */
  | { readonly kind: 'wish' }
  /** Would you take it? Nothing is moved by that. */
  | { readonly kind: 'offer'; readonly number: number; readonly source: Life }
  | {
      readonly kind: 'ready';
      readonly number: number;
      readonly target: Life;
      readonly known: Epoch;
      readonly length: number;
    }
  /** No, and it's useless to ask again. */
  | { readonly kind: 'decline'; readonly number: number }
  /** The move: from now on the source is in doubt until it is confirmed. */
  | {
      readonly kind: 'move';
      readonly major: number;
      readonly source: Life;
      readonly target: Life;
      readonly piece: LogPiece;
      readonly queue: readonly ReplicaId[];
    }
  | { readonly kind: 'confirm'; readonly major: number; readonly target: Life }
  /** The source's last word: it has retired, the authority is yours. */
  | { readonly kind: 'retired'; readonly major: number; readonly target: Life }
  /** The move is void, on either side. */
  | { readonly kind: 'refuse'; readonly major: number; readonly target: Life; readonly known: Epoch }
  /** What do you know? From a replica that has opened, or one in doubt. */
  | { readonly kind: 'ask'; readonly life: Life }
  | ({ readonly kind: 'report'; readonly asker: Life } & Standing)
  /** Wants everybody's promise to take no authority from anybody else. */
  | { readonly kind: 'claim'; readonly life: Life; readonly major: number; readonly length: number }
  | {
      readonly kind: 'promise';
      readonly claimer: Life;
      readonly major: number;
      readonly known: Epoch;
      readonly piece: LogPiece;
    }
  | ({ readonly kind: 'objection'; readonly claimer: Life; readonly major: number } & Standing)
  | { readonly kind: 'abandon'; readonly life: Life; readonly major: number }
  /** The owner's log; without entries it says who is the owner and how far the log goes, and asks how much is there. */
  | { readonly kind: 'push'; readonly major: number; readonly piece: LogPiece }
  | { readonly kind: 'have'; readonly major: number; readonly length: number; readonly gap: boolean };

export type MessageOf<K extends AuthorityMessage['kind']> = Extract<AuthorityMessage, { readonly kind: K }>;
