/** What the clients of the shared disk and its machine say to each other. */

import type { FieldName, Micros, Outcome, Transaction, View, Write } from '../contract/index.ts';
import type { CallTag } from './call-line.ts';
import type { Extract as JournalExtract } from './lane-journal.ts';
import type { HeldMutex, MutexValue } from './lane-mutex.ts';
import type { JournalPlace } from './lane-reader.ts';
import type { LaneRow } from './lane-rows.ts';

/** What is asked, and what is answered. The sender and the line of a call say whose the mutex is that it gives the number of. */
export interface LaneCalls {
  /** Reads the journal without the mutex. */
  readonly look: { readonly ask: { readonly from: JournalPlace }; readonly reply: Reading };
  /**
   * Compares the mutex with what was seen of it, and swaps it. An entry that comes along is put at once if the journal still
   * ends where its author has read to: nothing more could be read under the mutex.
   */
  readonly take: {
    readonly ask: {
      readonly mutex: number;
      readonly seen: MutexValue | null;
      readonly from: JournalPlace;
      readonly entry: JournalEntry | null;
    };
    readonly reply:
      | Written
      | ({ readonly kind: 'yours' } & Reading)
      | { readonly kind: 'taken'; readonly held: HeldMutex | null; readonly now: Micros };
  };
  readonly drop: { readonly ask: { readonly mutex: number }; readonly reply: null };
  /** Writes under the mutex, and lets go of it once that is durable. `from`: the end of the journal as its author has read to. */
  readonly put: {
    readonly ask: { readonly mutex: number; readonly from: JournalPlace; readonly entry: JournalEntry };
    readonly reply: Written | { readonly kind: 'fenced' };
  };
  readonly read: { readonly ask: ReadAsk; readonly reply: Shown };
  readonly commit: {
    readonly ask: CommitAsk;
    readonly reply: { readonly outcome: Outcome; readonly isReleased: boolean } & Reading;
  };
}

/** What is appended to the journal at its end, or put in the place of all of it. */
export interface JournalEntry {
  readonly rows: readonly LaneRow[];
  readonly replaces: boolean;
  /** What its author reads of the document as soon as the entry is durable. */
  readonly show: ReadAsk | null;
}

/** The entry is durable, and the journal goes up to `end` now. */
export interface Written {
  readonly kind: 'written';
  readonly end: number;
  readonly shown: Shown | null;
}

export interface ReadAsk {
  readonly tx: Transaction;
  readonly fields: readonly FieldName[];
}

export type Shown =
  { readonly kind: 'view'; readonly view: View } | { readonly kind: 'landed'; readonly outcome: Outcome };

export interface CommitAsk {
  readonly from: JournalPlace;
  readonly tx: Transaction;
  /** Of the leases that cover all that the turn has read and written. Null: nobody can be admitted; the turn is set aside. */
  readonly tokens: readonly number[] | null;
  readonly shown: readonly FieldName[];
  readonly writes: readonly Write[];
  readonly release: ReleaseAsk | null;
}

/**
 * Whatever becomes of the turn, its leases aren't needed any more. To give them back nothing must be read: it is written
 * if the mutex is free, wherever the journal ends.
 */
export interface ReleaseAsk {
  readonly mutex: number;
  readonly tokens: readonly number[];
}

/** The journal behind the place that was named, at this time of the disk's clock. */
export interface Reading extends JournalExtract {
  readonly now: Micros;
}

/** Unasked: what somebody was refused is free. Who misses it finds out by looking. */
export type FreedMessage = { readonly kind: 'freed' } & Reading;

export type LaneCallName = keyof LaneCalls;

export type LaneCallOf<Name extends LaneCallName> = { readonly kind: Name } & CallTag & LaneCalls[Name]['ask'];

export type LaneCall = { [Name in LaneCallName]: LaneCallOf<Name> }[LaneCallName];

export interface LaneReply extends CallTag {
  readonly kind: 'reply';
  readonly reply: LaneCalls[LaneCallName]['reply'];
}
