/** The model: what agents think with, what judges a conflict, and what a call of it costs. */

import type { FieldName, Micros, WriteId } from './ids.ts';
import type { Json } from './json.ts';
import type { Knobs, KnobValues } from './knobs.ts';
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

export const noUse: ModelUse = { calls: 0, promptTokens: 0, outputTokens: 0 };

export function addUse(left: ModelUse, right: ModelUse): ModelUse {
  return {
    calls: left.calls + right.calls,
    promptTokens: left.promptTokens + right.promptTokens,
    outputTokens: left.outputTokens + right.outputTokens,
  };
}

/** What logs tell of a distribution: values at rising shares from 0 to 1, joined by straight lines on a logarithmic scale. */
export type QuantileTable = readonly (readonly [share: number, value: number])[];

/** How long a call takes: until its first token and then token by token, or whatever its length as it was logged. */
export type CallLatency =
  | { readonly kind: 'per-token'; readonly firstSeconds: number; readonly tokensPerSecond: number }
  | { readonly kind: 'logged'; readonly seconds: QuantileTable };

/** How long the calls of a model take and how much is said in them: what think times are made of. */
export interface ThinkingModel {
  readonly latency: CallLatency;
  readonly promptTokens: QuantileTable;
  readonly outputTokens: QuantileTable;
}

/** US dollars per million tokens. */
export interface Prices {
  readonly usdPerMillionIn: number;
  readonly usdPerMillionOut: number;
}

/** A simulated model as it is chosen by name. */
export interface ModelPreset extends ThinkingModel {
  readonly name: string;
  readonly summary: string;
  /** Where the numbers come from. */
  readonly source: string;
  /** Null: none is published. */
  readonly prices: Prices | null;
  /** Shares of the judgements that keep the right contender and that abstain; the rest keep a wrong one. */
  readonly right: number;
  readonly abstains: number;
  /** Share of the notices whose relevance an agent misjudges. */
  readonly misjudges: number;
  readonly knobs?: Knobs;
  configure?(values: KnobValues): ModelPreset;
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
