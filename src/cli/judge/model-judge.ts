/** Asks a model over the protocol of OpenAI, by the client of that name, and says what the answer comes to. */

import OpenAI, { APIError } from 'openai';
import { ContentFilterFinishReasonError } from 'openai/error';
import type { Conflict, Judgement, Micros, ModelCall, ModelFailure } from '../../contract/index.ts';
import { answerFormat, judgementIn } from './answer.ts';
import { maxOutputTokens, offlineUrl, type Exchanges, type Found, type Sources } from './exchanges.ts';
import { sha256, type Exchange } from './exchange.ts';
import { instructions, questionText } from './question.ts';

/** Without what only the asker knows: when it asked, and whether the answer is right. */
export type Verdict = Pick<ModelCall, 'judgement' | 'latencyMicros' | 'promptTokens' | 'outputTokens'>;

/** The recording doesn't hold the answer. */
export class Missing extends Error {}

/** A day. How long a call may take is kept where it is made: before that it may have to wait for its turn. */
const clientTimeoutMs = 86_400_000;

/** What is the same in all requests. */
const frame = { max_completion_tokens: maxOutputTokens, response_format: answerFormat };
export const frameHash = sha256(JSON.stringify([instructions, frame])).slice(0, 12);

export class ModelJudge {
  readonly #model: string;
  readonly #exchanges: Exchanges;
  readonly #client: OpenAI;

  constructor({ model, live }: Sources, exchanges: Exchanges) {
    this.#model = model.name;
    this.#exchanges = exchanges;
    this.#client = new OpenAI({
      apiKey: live?.endpoint.apiKey ?? 'none',
      baseURL: live?.endpoint.baseUrl ?? offlineUrl,
      maxRetries: 0,
      timeout: clientTimeoutMs,
      logLevel: 'off',
    });
  }

  /** Rejects with a `Halt` if the run can't go on, with {@link Missing} if only a recording could have answered. */
  async judge(conflict: Conflict, repetition: number): Promise<Verdict> {
    // The client takes whatever goes wrong below it for a broken connection: what it was stands here.
    const below: { found?: Found; problem?: unknown } = {};
    const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
      try {
        below.found = await this.#exchanges.exchange(new URL(url), init ?? {}, repetition);
        return responseOf(below.found);
      } catch (error) {
        below.problem ??= error;
        throw error;
      }
    };
    const { judgement, error } = await this.#ask(this.#client.withOptions({ fetch }), conflict);
    const { found, problem } = below;
    if (found === undefined) throw problem ?? error;
    if (found === 'missing') throw new Missing();
    const { latencyMicros, promptTokens, outputTokens } = found;
    return {
      judgement: judgement ?? failureOf(found, error),
      latencyMicros: latencyMicros as Micros,
      promptTokens: promptTokens ?? 0,
      outputTokens: outputTokens ?? 0,
    };
  }

  async #ask(
    client: OpenAI,
    conflict: Conflict,
  ): Promise<{ readonly judgement?: Judgement; readonly error?: unknown }> {
    try {
      const { choices } = await client.chat.completions.parse({
        model: this.#model,
        messages: [
          { role: 'system', content: instructions },
          { role: 'user', content: questionText(conflict) },
        ],
        ...frame,
      });
      const message = choices[0]?.message;
      return { judgement: message?.refusal ? { kind: 'abstain' } : judgementIn(message?.parsed, conflict) };
    } catch (error) {
      return { error };
    }
  }
}

function responseOf(found: Found): Response {
  if (found === 'missing') throw new Error('not in the recording');
  if (found.ended !== 'answered') throw new Error(`the call ended with ${found.ended}`);
  const { status, contentType, requestId, body } = found;
  const headers = new Headers();
  if (contentType !== null) headers.set('content-type', contentType);
  if (requestId !== null) headers.set('x-request-id', requestId);
  // Only an answer without content may have no body.
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  return new Response(hasBody ? body : null, { status: status ?? 500, headers });
}

/** What can't be read is malformed, whatever the client calls it: bad JSON and a cut answer are no errors of the protocol. */
function failureOf({ ended, retryAfterMicros }: Exchange, error: unknown): Judgement {
  if (error instanceof ContentFilterFinishReasonError) return { kind: 'abstain' };
  const failure = ((): ModelFailure => {
    if (ended !== 'answered') return ended === 'timeout' ? 'timeout' : 'server-error';
    const status: unknown = error instanceof APIError ? error.status : undefined;
    if (status === 429) return 'rate-limit';
    if (status === 408) return 'timeout';
    return typeof status === 'number' ? 'server-error' : 'malformed';
  })();
  return { kind: 'failed', failure, retryAfterMicros: retryAfterMicros as Micros | null };
}
