/** One request to the model and what came back: all that a recording keeps of it, and nothing that could hold a secret. */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type Json } from '../../contract/index.ts';

const exchangeSchema = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256'),
  /** `timeout`: no answer in time; `cut-off`: the connection broke. */
  ended: z.enum(['answered', 'timeout', 'cut-off']),
  status: z.int().min(100).max(599).nullable(),
  contentType: z.string().nullable(),
  requestId: z.string().nullable(),
  retryAfterMicros: z.int().min(0).nullable(),
  latencyMicros: z.int().min(0),
  /** As the server counted them; null if it didn't say. */
  promptTokens: z.int().min(0).nullable(),
  outputTokens: z.int().min(0).nullable(),
  body: z.string(),
});

export type Exchange = Readonly<z.infer<typeof exchangeSchema>>;

export interface Asked {
  readonly method: string;
  /** Below the base URL: the same request to another server is the same request. */
  readonly path: string;
  readonly body: Json;
  /** How often the trial had made this request before: who asks again wants a new answer. */
  readonly repetition: number;
}

export function keyOf({ method, path, body, repetition }: Asked): string {
  return sha256(`${method} ${path} ${String(repetition)}\n${canonicalJson(body)}`);
}

/** With a checksum, so that a changed answer is noticed even where it is still JSON. */
export function lineOf(exchange: Exchange): string {
  return JSON.stringify({ ...exchange, check: checkOf(exchange) });
}

/** Throws an error that says what is wrong with the line. */
export function parseLine(line: string): Exchange {
  const { check, ...rest } = z.looseObject({ check: z.string() }).parse(JSON.parse(line));
  const exchange = exchangeSchema.parse(rest);
  if (check !== checkOf(exchange)) throw new Error('its content is not what its checksum was made of');
  return exchange;
}

function checkOf(exchange: Exchange): string {
  return sha256(canonicalJson(exchange)).slice(0, 16);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
