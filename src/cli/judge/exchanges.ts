/** Where the answers come from: the recording, or the server, once for each request. It takes the place of `fetch`. */

import type { Json } from '../../contract/index.ts';
import { Admission, type AdmissionRules } from './admission.ts';
import { call, type Called } from './call.ts';
import { withoutSecret, type Endpoint } from './endpoint.ts';
import { keyOf, type Exchange } from './exchange.ts';
import { Halt } from './halt.ts';
import { priceOf, type JudgeModel } from './judge-model.ts';
import type { Recording } from './recording.ts';

/** Of a call, so that its price is known before it is made. */
export const maxOutputTokens = 4_096;

export interface Live extends AdmissionRules {
  readonly endpoint: Endpoint;
  readonly timeoutMs: number;
}

export interface Sources {
  readonly model: JudgeModel;
  readonly recording: Recording | null;
  /** Null: offline, what is not in the recording is missing. */
  readonly live: Live | null;
}

/** `missing`: offline, and the recording doesn't hold it. */
export type Found = Exchange | 'missing';

export class Exchanges {
  readonly #sources: Sources;
  readonly #admission: Admission;
  /** Also those that are done: a question of another trial has the same answer, whether it is recorded or not. */
  readonly #made = new Map<string, Promise<Exchange>>();
  /** Requests that went out, and requests that the recording answered. */
  asked = 0;
  readonly #recorded = new Set<string>();

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#admission = new Admission(sources.live ?? { callsAtOnce: 0, maxUsd: 0 });
  }

  get recorded(): number {
    return this.#recorded.size;
  }

  get spentUsd(): number {
    return this.#admission.spentUsd;
  }

  /** Rejects with {@link Halt} if the run can't go on. */
  async exchange(url: URL, init: RequestInit, repetition: number): Promise<Found> {
    const { recording, live } = this.#sources;
    const key = this.#key(url, init, repetition);
    const known = recording?.find(key);
    if (known !== undefined) {
      if (!this.#made.has(key)) this.#recorded.add(key);
      return known;
    }
    if (live === null) return 'missing';
    const making = this.#made.get(key) ?? this.#make(live, key, url, init);
    this.#made.set(key, making);
    return making;
  }

  /** Waits for the calls under way, which are paid for. */
  async close(): Promise<void> {
    this.#admission.stop();
    await Promise.allSettled(this.#made.values());
    this.#sources.recording?.finish();
  }

  #key(url: URL, init: RequestInit, repetition: number): string {
    const { live } = this.#sources;
    const base = new URL(live?.endpoint.baseUrl ?? offlineUrl).pathname.replace(/\/$/, '');
    const path = url.pathname.slice(base.length);
    return keyOf({ method: init.method ?? 'GET', path, body: JSON.parse(textOf(init)) as Json, repetition });
  }

  async #make(live: Live, key: string, url: URL, init: RequestInit): Promise<Exchange> {
    const { prices, name } = this.#sources.model;
    // A token is at least one byte long, so a request has no more tokens than bytes.
    const dearestUsd = priceOf(prices, Buffer.byteLength(textOf(init)), maxOutputTokens);
    const admitted = await this.#admission.enter(dearestUsd);
    if (admitted === 'stopped') throw new Halt('limit', 'the run is being stopped');
    if (admitted === 'limit') throw new Halt('limit', this.#limitText(live.maxUsd ?? 0, dearestUsd));
    let [spentUsd, holdOffMs] = [0, 0];
    try {
      const called = await call(live.endpoint, url, init, live.timeoutMs);
      this.asked += 1;
      spentUsd = spentOn(called, dearestUsd, this.#sources.model);
      holdOffMs = called.status === 429 ? (called.retryAfterMicros ?? 0) / 1_000 : 0;
      refuseUseless(called, live.endpoint, name);
      const exchange = { key, ...called };
      this.#sources.recording?.add(exchange);
      return exchange;
    } finally {
      this.#admission.leave(dearestUsd, spentUsd, holdOffMs);
    }
  }

  #limitText(maxUsd: number, dearestUsd: number): string {
    const [spent, next] = [this.spentUsd, dearestUsd].map((usd) => usd.toFixed(6));
    return (
      `--max-usd ${String(maxUsd)}: ${spent ?? ''} USD are spent, and the next call could cost ${next ?? ''}: ` +
      'the run stops here'
    );
  }
}

/** A server that isn't there. */
export const offlineUrl = 'http://recording.invalid/v1';

function textOf({ body }: RequestInit): string {
  if (typeof body !== 'string') throw new Error('the client sent a request that is no text');
  return body;
}

/** Answers that don't say what they used, and calls that brought none, count as the dearest: they may have to be paid for. */
function spentOn(called: Called, dearestUsd: number, { prices }: JudgeModel): number {
  const { ended, status, promptTokens, outputTokens } = called;
  if (ended === 'answered' && (status === null || status < 200 || status >= 300)) return 0;
  if (promptTokens === null || outputTokens === null) return dearestUsd;
  return priceOf(prices, promptTokens, outputTokens);
}

/** Answers that say nothing of the question, but that something has to be put right first. They are not recorded. */
function refuseUseless({ status, contentType, body }: Called, endpoint: Endpoint, model: string): void {
  const hint = status === null ? null : hintFor(status, contentType, body, model);
  if (hint === null) return;
  const said = status === 401 || status === 403 ? '' : ` (${oneLine(withoutSecret(body, endpoint))})`;
  throw new Halt('input', `${endpoint.baseUrl} answered with ${String(status)}${said}: ${hint}`);
}

const retriable = [408, 409, 425, 429];

function hintFor(status: number, contentType: string | null, body: string, model: string): string | null {
  if (status === 401 || status === 403) return 'is the key in OPENAI_API_KEY right?';
  if (status === 429 && body.includes('insufficient_quota')) return 'the account has no credit left';
  if (status >= 500 || retriable.includes(status)) return null;
  if (status === 404 || (status >= 300 && status < 400) || contentType?.includes('html') === true) {
    return `is OPENAI_BASE_URL right, and is there a model ${model}?`;
  }
  return status >= 400 ? `does the model ${model} take structured answers (response_format json_schema)?` : null;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 197)}...` : line;
}
