/** The model that judges a conflict, as a strategy sees it. */

import type { FieldName, Micros, WriteId } from './ids.ts';
import type { Json } from './json.ts';
import type { RandomStream } from './random.ts';
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

export interface ModelCall {
  readonly at: Micros;
  readonly latencyMicros: Micros;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly judgement: Judgement;
  /** Whether it kept what a perfect judge would keep; null when it kept nothing. */
  readonly right: boolean | null;
}

/** Calls of an agent's model, added up. */
export interface ModelUse {
  readonly calls: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** Which contender a perfect judge would keep. */
export type RightChoice = (conflict: Conflict) => WriteId;

/** A conflict as it is put to a judge, with what a simulated one needs to answer it. */
export interface Question {
  readonly conflict: Conflict;
  readonly at: Micros;
  /** Of this question alone. */
  readonly random: RandomStream;
  readonly rightChoice: RightChoice;
}

/**
 * Who judges conflicts: a simulated model, a real one, or a recording. The trial stands still until it answers; how long that
 * took in the virtual time of the trial stands in the answer.
 */
export type Judge = (question: Question) => ModelCall;
