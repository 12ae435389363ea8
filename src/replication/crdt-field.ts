/** One field of a document on a CRDT library. */

import type { Escalation, FieldDeclaration, FieldName, FieldState, Write } from '../contract/index.ts';
import type { CrdtLibrary } from './crdt-library.ts';
import type { Identity } from './merge.ts';
import type { Known } from './register.ts';

/** What a field shows: a value, an escalation with all that contend for it, or nothing. */
export type Content = FieldState | Escalation | null;

export interface CrdtField {
  content(): Content;
  /** Within a change of the library. `known` is what the author's turn has learnt of the field. */
  write(write: Write, known: Known): void;
  /** What somebody knows who knew this much and now sees the field. */
  learn(known: Known): Known;
  /** An update with this write has been applied: the library has made the change, this is what it doesn't tell. */
  note(write: NotedWrite): void;
}

export interface NotedWrite {
  readonly agent: string;
  readonly number: number;
  /** Whether it inserts characters beyond the basic plane, where one character is two code units. */
  readonly isAstral: boolean;
}

export interface CrdtPlace {
  readonly library: CrdtLibrary;
  readonly field: FieldName;
  /** The name for the field's container in the library. */
  readonly container: string;
  /** Null where the schema doesn't name the field. */
  readonly declaration: FieldDeclaration | null;
  /** Fresh in every life of the replica. */
  readonly identity: Identity;
}
