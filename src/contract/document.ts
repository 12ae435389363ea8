/** The shared state: named fields, each of a declared kind, with open escalations and settled conflicts beside them. */

import type { FieldName, WriteId } from './ids.ts';
import type { Json } from './json.ts';
import type { VersionVector, Write } from './write.ts';

/**
 * - `scalar`: a register, one value
 * - `grow_set`: elements are added
 * - `append_text`: whole lines are added
 * - `counter`: amounts are added
 * - `text`: positional edits
 */
export type Kind = 'scalar' | 'grow_set' | 'append_text' | 'counter' | 'text';

/**
 * What is declared of a field before the run. A field that the schema doesn't name is undeclared: its writes bring their own
 * kind. What is written to an irreversible field can't be undone in the world: a mail, a payment.
 */
export type FieldDeclaration = {
  readonly field: FieldName;
  readonly meaning: string;
  readonly irreversible?: true;
} & (
  | { readonly kind: 'scalar'; readonly initial?: Json }
  | { readonly kind: 'grow_set'; readonly initial?: readonly Json[] }
  | { readonly kind: 'append_text'; readonly initial?: readonly string[] }
  | { readonly kind: 'counter'; readonly initial?: number }
  | { readonly kind: 'text' }
);

/** Every replica starts from the initial values; they have no author. `meaning` is what a model is told about the field. */
export interface Schema {
  readonly fields: readonly FieldDeclaration[];
}

export interface Authored<Value> {
  readonly value: Value;
  /** The write that put it there; null for an initial value or when the strategy can't say. */
  readonly author: WriteId | null;
}

/** What a replica holds in one field. A field that was never set, or whose only values are contested, is not listed. */
export type FieldState = { readonly field: FieldName } & (
  | ({ readonly kind: 'scalar' } & Authored<Json>)
  | { readonly kind: 'grow_set'; readonly elements: readonly Authored<Json>[] }
  | { readonly kind: 'append_text'; readonly lines: readonly Authored<string>[] }
  | { readonly kind: 'counter'; readonly value: number }
  | { readonly kind: 'text'; readonly content: string; readonly version: VersionVector }
);

/** An open conflict that a person must settle. It carries the contending writes with their values. */
export interface Escalation {
  readonly field: FieldName;
  readonly contenders: readonly Write[];
}

/** A settled conflict: what was kept, and what was discarded, with the values. `kept` is null when a combination was written. */
export interface Resolution {
  readonly field: FieldName;
  readonly kept: WriteId | null;
  readonly value: Json;
  readonly discarded: readonly Write[];
  readonly by: 'model' | 'person';
}

export interface DocumentState {
  readonly fields: readonly FieldState[];
  readonly escalations: readonly Escalation[];
  readonly resolutions: readonly Resolution[];
}
