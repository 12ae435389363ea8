/** One call over the network, as far as it may be kept. */

import { z } from 'zod';
import { messageOf } from '../input-error.ts';
import { withoutSecret, type Endpoint } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import { Halt } from './halt.ts';

export type Called = Omit<Exchange, 'key'>;

const nothing = {
  status: null,
  contentType: null,
  requestId: null,
  retryAfterMicros: null,
  promptTokens: null,
  outputTokens: null,
  body: '',
} as const;

/** Throws {@link Halt} if there is nobody who could answer. */
export async function call(endpoint: Endpoint, url: URL, init: RequestInit, timeoutMs: number): Promise<Called> {
  const signal = AbortSignal.timeout(timeoutMs);
  const start = performance.now();
  const latencyMicros = (): number => Math.max(1, Math.round((performance.now() - start) * 1_000));
  try {
    const response = await fetch(url, { ...init, signal, redirect: 'manual' });
    const text = await response.text();
    const header = (name: string): string | null => {
      const value = response.headers.get(name);
      return value === null ? null : withoutSecret(value, endpoint);
    };
    return {
      ended: 'answered',
      status: response.status,
      contentType: header('content-type'),
      requestId: header('x-request-id'),
      retryAfterMicros: retryAfterMicros(header('retry-after')),
      latencyMicros: latencyMicros(),
      ...usageIn(text),
      body: withoutSecret(text, endpoint),
    };
  } catch (error) {
    if (signal.aborted) return { ended: 'timeout', ...nothing, latencyMicros: latencyMicros() };
    if (wasCutOff(error)) return { ended: 'cut-off', ...nothing, latencyMicros: latencyMicros() };
    const problem = withoutSecret(reasonOf(error), endpoint);
    throw new Halt('input', `no connection to ${endpoint.baseUrl} (${problem}): is OPENAI_BASE_URL right, is it up?`);
  }
}

/** Seconds, or the time of day from which on the server wants to hear of us again. */
function retryAfterMicros(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.round(seconds * 1_000_000)) : null;
}

const usageSchema = z.object({
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }),
});

function usageIn(body: string): Pick<Exchange, 'promptTokens' | 'outputTokens'> {
  try {
    const { usage } = usageSchema.parse(JSON.parse(body));
    return { promptTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
  } catch {
    return { promptTokens: null, outputTokens: null };
  }
}

/** The server had taken the request, and then the connection broke. */
const brokenConnections = [
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
];

function wasCutOff(error: unknown): boolean {
  return brokenConnections.includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

function reasonOf(error: unknown): string {
  return codeOf(error) ?? messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
