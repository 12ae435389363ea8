/** What agents who write in place and the hub that puts their turns in order say to each other. */

import type { FieldName, Micros, Transaction, Write } from '../contract/index.ts';
import type { Basis, HubMessage } from './hub-messages.ts';

interface Asking {
  /** What the attempt has been shown, by field: all that it rests on, or, if it repairs, what it has been shown since. */
  readonly basis: Basis;
  /** A finished turn that was opened again: what it says takes the place of what it said before. */
  readonly repairs: boolean;
  /** When the agent's machine started: what it had begun before is dead, and what it was told last it may not know. */
  readonly openedAt: Micros;
}

/** `writes` are all that the attempt stands for so far; null in a commit: nothing was to be repaired. */
export type RankAsk = Asking &
  (
    | { readonly kind: 'read'; readonly fields: readonly FieldName[] }
    | { readonly kind: 'write'; readonly writes: readonly Write[] }
    | { readonly kind: 'commit'; readonly writes: readonly Write[] | null }
  );

/** What an agent's machine says when it starts, until it is heard. */
export type OpenedNote = Pick<Asking, 'openedAt'>;

export type RankMessage =
  | HubMessage
  | { readonly kind: 'notice'; readonly tx: Transaction; readonly fields: readonly FieldName[] }
  | ({ readonly kind: 'heard' } & OpenedNote);
