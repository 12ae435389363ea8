/** The real client against a server on this machine, over the network. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Exchanges, type Live, type Sources } from '../../../src/cli/judge/exchanges.ts';
import { ModelJudge, type Verdict } from '../../../src/cli/judge/model-judge.ts';
import { Recording } from '../../../src/cli/judge/recording.ts';
import { conflictBetween } from '../../support/conflicts.ts';
import { answering, failing, inTurn, keeping, ModelServer, sendJson, type Reply } from '../../support/model-server.ts';

const apiKey = 'sk-planted-0123456789';
const prices = { usdPerMillionIn: 0.25, usdPerMillionOut: 2 };
const header = { model: 'm', ...prices, instructions: 'abc' };
const conflict = conflictBetween('draft', 'final');
let server: ModelServer;
let folder: string;
let open: Exchanges[] = [];

beforeEach(async () => {
  server = await ModelServer.start();
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-judge-'));
});

afterEach(async () => {
  await Promise.all(open.map((exchanges) => exchanges.close()));
  open = [];
  await server.stop();
  rmSync(folder, { recursive: true });
});

const file = (): string => join(folder, 'calls.jsonl');

function judgeWith(differs: Partial<Sources>): ModelJudge & { readonly exchanges: Exchanges } {
  const sources = { model: { name: 'm', prices }, recording: null, live: null, ...differs };
  const exchanges = new Exchanges(sources);
  open.push(exchanges);
  return Object.assign(new ModelJudge(sources, exchanges), { exchanges });
}

function live(differs: Partial<Live> = {}): Live {
  return { endpoint: { baseUrl: server.baseUrl, apiKey }, callsAtOnce: 2, maxUsd: null, timeoutMs: 5_000, ...differs };
}

async function judged(reply: Reply, differs: Partial<Live> = {}): Promise<Verdict> {
  server.reply = reply;
  return judgeWith({ live: live(differs) }).judge(conflict, 0);
}

const failed = (failure: string, retryAfterMicros: number | null = null): object => ({
  judgement: { kind: 'failed', failure, retryAfterMicros },
});

describe('a model that is really asked', () => {
  it('gets the key, the model and the question, and answers with what it used and how long it took', async () => {
    const verdict = await judged(keeping(2));
    expect(verdict).toMatchObject({
      judgement: { kind: 'keep', write: 'a2.3.1' },
      promptTokens: 300,
      outputTokens: 20,
    });
    expect(verdict.latencyMicros).toBeGreaterThan(0);
    const { path, key, body } = server.received[0]!;
    expect([path, key, body.model]).toEqual(['/v1/chat/completions', apiKey, 'm']);
    expect(body).toMatchObject({ response_format: { type: 'json_schema' }, max_completion_tokens: 4_096 });
    expect(body.messages.map(({ role }) => role)).toEqual(['system', 'user']);
  });

  it.each<[string, Reply, object]>([
    ['is overrun', failing(429, { 'retry-after': '7' }), failed('rate-limit', 7_000_000)],
    ['fails', failing(503), failed('server-error')],
    ['answers with what is no JSON', answering('I would keep the first one.'), failed('malformed')],
    ['answers outside the schema', answering('{"decision":"keep"}'), failed('malformed')],
    ['names nobody', keeping(3), failed('malformed')],
    ['is cut off by its own limit', answering('{"decision":', {}, 'length'), failed('malformed')],
    ['sends JSON that is no completion', (response) => sendJson(response, 200, ['?']), failed('malformed')],
    [
      'breaks off',
      (response) => response.writeHead(200, { 'content-length': '99' }).write('{"', () => response.destroy()),
      failed('server-error'),
    ],
    ['refuses', answering('', { refusal: 'no' }), { judgement: { kind: 'abstain' } }],
    ['filters', answering('', {}, 'content_filter'), { judgement: { kind: 'abstain' } }],
  ])('and %s is asked once, and its failure has a name', async (_what, reply, expected) => {
    expect(await judged(reply)).toMatchObject(expected);
    expect(server.received).toHaveLength(1);
  });

  it('and is silent has failed when its time is over', async () => {
    const verdict = await judged(() => undefined, { timeoutMs: 50 });
    expect(verdict).toMatchObject(failed('timeout'));
    expect(verdict.latencyMicros).toBeGreaterThanOrEqual(45_000);
  });

  it.each<[string, Reply, string]>([
    ['the key is wrong', failing(401, {}, { message: `wrong key ${apiKey}` }), 'is the key in OPENAI_API_KEY right?'],
    ['there is no such model', failing(404), 'is OPENAI_BASE_URL right, and is there a model m?'],
    [
      'the request is refused',
      failing(400, {}, { message: `no ${apiKey}` }),
      'does the model m take structured answers',
    ],
    ['the credit is gone', failing(429, {}, { code: 'insufficient_quota' }), 'has no credit left'],
    [
      'it is a page',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'OPENAI_BASE_URL',
    ],
  ])('stops the run if %s, and nobody sees the key', async (_what, reply, hint) => {
    const problem = await judged(reply).catch((error: unknown) => error);
    expect(problem).toMatchObject({ kind: 'input' });
    expect(String(problem)).toContain(hint);
    expect(String(problem)).not.toContain(apiKey);
  });

  it('stops the run if nobody is there', async () => {
    const { baseUrl } = server;
    const judge = judgeWith({ live: live() });
    await server.stop();
    const problem = judge.judge(conflict, 0);
    await expect(problem).rejects.toThrow(`no connection to ${baseUrl} (ECONNREFUSED)`);
    server = await ModelServer.start();
  });

  it('is asked once for all trials that ask the same, and again by one that repeats itself', async () => {
    server.reply = inTurn(failing(500), keeping(2));
    const judge = judgeWith({ live: live() });
    const first = await Promise.all([judge.judge(conflict, 0), judge.judge(conflict, 0)]);
    expect(first[0]).toEqual(first[1]);
    expect(server.received).toHaveLength(1);
    expect(await judge.judge(conflict, 1)).toMatchObject({ judgement: { write: 'a2.3.1' } });
    expect(await judge.judge(conflict, 0)).toEqual(first[0]);
    expect(server.received).toHaveLength(2);
  });

  it('is not asked by more than so many at a time', async () => {
    let [underWay, most] = [0, 0];
    server.reply = (response, received, n) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        keeping(1)(response, received, n);
      }, 20);
    };
    const judge = judgeWith({ live: live({ callsAtOnce: 2 }) });
    await Promise.all([1, 2, 3, 4, 5].map((value) => judge.judge(conflictBetween(value, 'x'), 0)));
    expect([most, server.received.length]).toEqual([2, 5]);
  });

  it('is left alone for as long as it wants to be, which is no latency of the next call', async () => {
    server.reply = inTurn(failing(429, { 'retry-after': '0.3' }), keeping(1));
    const judge = judgeWith({ live: live() });
    await judge.judge(conflict, 0);
    const before = performance.now();
    const { latencyMicros } = await judge.judge(conflict, 1);
    expect(performance.now() - before).toBeGreaterThan(250);
    expect(latencyMicros).toBeLessThan((performance.now() - before) * 1_000 - 200_000);
  });
});

describe('a spending limit', () => {
  const dearest = 0.009;

  it('stops before it is passed, whoever asks at the same time', async () => {
    const maxUsd = 0.01;
    const judge = judgeWith({ live: live({ maxUsd }) });
    const asked = Array.from({ length: 30 }, (_, value) => judge.judge(conflictBetween(value, 'x'), 0));
    const ends = await Promise.allSettled(asked);
    const stopped = ends.filter(({ status }) => status === 'rejected');
    expect(stopped.length).toBeGreaterThan(0);
    expect(ends.length - stopped.length).toBe(server.received.length);
    expect(server.received.length).toBeGreaterThan(1);
    const { spentUsd } = judge.exchanges;
    expect(spentUsd).toBeCloseTo(server.received.length * ((300 * 0.25 + 20 * 2) / 1_000_000), 9);
    expect(spentUsd).toBeLessThan(maxUsd);
    expect(String((stopped[0] as PromiseRejectedResult).reason)).toContain(`--max-usd ${String(maxUsd)}`);
  });

  it('counts a call that brought no answer as the dearest: it may have to be paid for', async () => {
    server.reply = () => undefined;
    const judge = judgeWith({ live: live({ maxUsd: 0.015, timeoutMs: 30 }) });
    expect(await judge.judge(conflict, 0)).toMatchObject(failed('timeout'));
    expect(judge.exchanges.spentUsd).toBeGreaterThan(dearest - 0.002);
    await expect(judge.judge(conflict, 1)).rejects.toMatchObject({ kind: 'limit' });
    expect(server.received).toHaveLength(1);
  });
});

describe('what was recorded', () => {
  const replies: Reply[] = [failing(429, { 'retry-after': '0' }), failing(500), answering('?'), keeping(2)];
  const silent: Reply = () => undefined;

  it('is answered offline as it was when the server was there, failures and latencies included', async () => {
    server.reply = inTurn(...replies, silent);
    const sources = { recording: Recording.append(file(), header), live: live({ timeoutMs: 300 }) };
    const recorder = judgeWith(sources);
    const asked = [0, 1, 2, 3, 4];
    const before: Verdict[] = [];
    for (const repetition of asked) before.push(await recorder.judge(conflict, repetition));
    await recorder.exchanges.close();
    const offline = judgeWith({ recording: Recording.open(file()) });
    for (const repetition of asked) expect(await offline.judge(conflict, repetition)).toEqual(before[repetition]);
    expect(before.map(({ judgement }) => judgement.kind)).toEqual(['failed', 'failed', 'failed', 'keep', 'failed']);
    await expect(offline.judge(conflict, 5)).rejects.toThrow();
    expect(server.received).toHaveLength(5);
  });

  it('does not hold the key, even if the server repeats it in its answer', async () => {
    const echo = { decision: 'abstain', contender: null, parts: null, key: apiKey };
    server.reply = (response, _received) => {
      response.setHeader('x-echo', apiKey);
      response.setHeader('x-request-id', apiKey);
      answering(JSON.stringify(echo), { note: apiKey })(response, _received, 1);
    };
    const recorder = judgeWith({ recording: Recording.append(file(), header), live: live() });
    const verdict = await recorder.judge(conflict, 0);
    await recorder.exchanges.close();
    const text = readFileSync(file(), 'utf8');
    expect(text).toContain('[key]');
    expect(text).not.toContain(apiKey);
    expect(text.toLowerCase()).not.toMatch(/authorization|bearer/);
    expect(JSON.stringify(verdict)).not.toContain(apiKey);
  });
});
