import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JudgeChoice } from '../../../src/cli/options/judge-options.ts';
import { openDesk } from '../../../src/cli/judge/desk.ts';

const folder = mkdtempSync(join(tmpdir(), 'lostwrites-desk-'));
const file = join(folder, 'calls.jsonl');
const live = { kind: 'live', model: 'gpt-5-mini', maxUsd: null, record: null } as const;
const apiKey = 'sk-planted-0123456789';
const named = (model: string, maxUsd: number | null = null): JudgeChoice => ({ ...live, model, maxUsd });

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a judge that is really asked', () => {
  it.each<[string, string]>([
    ['', 'needs a key in the variable OPENAI_API_KEY'],
    [`${apiKey}\nx`, 'OPENAI_API_KEY holds characters that no key has'],
  ])('needs a key: %j', (key, message) => {
    const opening = (): unknown => openDesk(live, { OPENAI_API_KEY: key });
    expect(opening).toThrow(message);
    expect(opening).not.toThrow(apiKey);
  });

  it.each(['localhost:1', 'ftp://x/v1', 'http://me:secret@x/v1', 'http://x/v1?token=secret'])(
    'needs the plain address of a server, and does not repeat another: %s',
    (url) => {
      const opening = (): unknown => openDesk(live, { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: url });
      expect(opening).toThrow('OPENAI_BASE_URL is no address of a server');
      expect(opening).not.toThrow('secret');
    },
  );

  it('takes the key away from the environment that foreign code sees', () => {
    const environment = { OPENAI_API_KEY: apiKey };
    openDesk(live, environment);
    expect(environment).toEqual({});
  });

  it('has published prices or named ones, and no spending limit without', () => {
    const pricesOf = (choice: JudgeChoice): unknown => {
      const { input } = openDesk(choice, { OPENAI_API_KEY: apiKey });
      return input.simulated ? null : [input.model, input.prices];
    };
    const own = { usdPerMillionIn: 0.5, usdPerMillionOut: 2 };
    expect(pricesOf(named('gpt-5-mini', 1))).toEqual(['gpt-5-mini', { usdPerMillionIn: 0.25, usdPerMillionOut: 2 }]);
    expect(pricesOf(named('llama3:8b'))).toEqual(['llama3:8b', null]);
    expect(pricesOf(named('llama3:8b:in=0.5:out=2', 1))).toEqual(['llama3:8b', own]);
    expect(() => pricesOf(named('llama3:8b', 1))).toThrow('the prices of llama3:8b are not known');
    expect(() => pricesOf(named('mine:in=1'))).toThrow('both prices are needed');
    expect(() => pricesOf(named('mine:in=1:out=cheap'))).toThrow('expected out= to be USD per million tokens');
    expect(() => pricesOf(named('mine:in=1:uot=2'))).toThrow('did you mean out?');
  });

  it('keeps its recording to one model, and makes no file before it is known what will be run', async () => {
    const recording: JudgeChoice = { ...live, record: file };
    openDesk(recording, { OPENAI_API_KEY: apiKey });
    expect(existsSync(file)).toBe(false);
    const desk = openDesk(recording, { OPENAI_API_KEY: apiKey });
    desk.begin();
    await desk.close();
    expect(openDesk({ kind: 'replay', file, model: null }, {}).input).toEqual(desk.input);
    expect(() => openDesk({ kind: 'replay', file, model: 'other' }, {})).toThrow('are from gpt-5-mini, not from other');
    expect(() => openDesk({ ...recording, model: 'gpt-4.1' }, { OPENAI_API_KEY: apiKey })).toThrow('name another file');
  });
});
