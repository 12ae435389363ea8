/** What a strategy that merges states has to say: its merge, and nothing of disks, messages and acknowledgements. */

import type { DocumentState, FieldName, Transaction, View, Write } from '../contract/index.ts';

/** The state of one replica. Everything is answered at once. */
export interface Merge {
  /** A turn starts; what an earlier one had in its views no longer counts. */
  begin(tx: Transaction): void;
  view(tx: Transaction, fields: readonly FieldName[]): View;
  /** Applies the writes here, and returns the update that does the same elsewhere. */
  commit(tx: Transaction, writes: readonly Write[]): Uint8Array;
  /** Updates that other replicas returned, or this one in an earlier life. Each comes after all that its author had. */
  apply(updates: readonly Uint8Array[]): void;
  state(): DocumentState;
  /** Frees what the garbage collector can't. */
  close(): void;
}

/** A number of 48 bits that no replica has had before, for libraries that need an id of their own. */
export type Identity = number;
