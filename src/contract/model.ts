/** The model that judges a conflict, as a strategy sees it. */

import type { FieldName, Micros, WriteId } from './ids.ts';
import type { Json } from './json.ts';
import type { Write } from './write.ts';

export interface Conflict {
  readonly field: FieldName;
  /** What the field is for, from the schema. */
  readonly meaning: string;
  readonly contenders: readonly Write[];
}

export type ModelFailure = 'timeout' | 'rate-limit' | 'server-error' | 'malformed';

/** A model may be wrong, may invent a value and may fail: whoever asks checks the answer. */
export type Judgement =
  | { readonly kind: 'keep'; readonly write: WriteId }
  | { readonly kind: 'combine'; readonly value: Json }
  | { readonly kind: 'abstain' }
  | { readonly kind: 'failed'; readonly failure: ModelFailure; readonly retryAfterMicros: Micros | null };
