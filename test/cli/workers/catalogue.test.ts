import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Catalogue } from '../../../src/cli/workers/catalogue.ts';
import { InputError } from '../../../src/cli/input-error.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-catalogue-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function complaint(task: () => unknown): Promise<string> {
  try {
    await task();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('nothing to complain about');
}

const catalogue = new Catalogue(null);

describe('names', () => {
  it('stand for our own parts, with knobs', async () => {
    expect((await catalogue.strategy('lww:clock=wall')).label).toBe('lww:clock=wall');
    expect((await catalogue.workload('mixed:turns=2')).knobs).toMatchObject({ turns: 2, conflictRatio: 0.3 });
    expect(catalogue.faults('crash').name).toBe('crash');
  });

  it('stand for models, which judge as well and as fast as their knobs say', () => {
    const { label, value } = catalogue.model('gpt-4.1:slowdown=2:accuracy=weak:misjudges=0');
    expect(label).toBe('gpt-4.1:accuracy=weak:misjudges=0:slowdown=2');
    expect(value).toMatchObject({ right: 0.31, abstains: 0.47, misjudges: 0, prices: { usdPerMillionOut: 8 } });
    expect(value.latency).toEqual({ kind: 'per-token', firstSeconds: 2.54, tokensPerSecond: 50.5 });
    expect(catalogue.model('gpt-5-mini:right=1').value).toMatchObject({ right: 1, abstains: 0 });
    expect(catalogue.model('agnes-2.0-flash').value.prices).toBeNull();
  });

  it.each([
    [() => catalogue.strategy('lwww'), /unknown strategy 'lwww': known are serial, .*; did you mean lww\?/],
    [() => catalogue.workload('tallly'), /unknown workload 'tallly': known are .*; did you mean tally\?/],
    [() => catalogue.faults('crsh'), /unknown fault profile 'crsh': known are none, .*; did you mean crash\?/],
    [() => catalogue.recovery('windw'), /unknown recovery 'windw': known are checkpoint, .*; did you mean window\?/],
    [
      () => catalogue.model('gpt-5-mni'),
      /unknown model 'gpt-5-mni': known are gpt-5-mini, .*; did you mean gpt-5-mini\?/,
    ],
    [() => catalogue.model('./mine.js'), /unknown model '\.\/mine\.js': known are gpt-5-mini/],
    [() => catalogue.model('gpt-4.1:right=2'), /gpt-4\.1:right=2: expected a number from 0 to 1/],
    [() => catalogue.strategy('mine.js'), /unknown strategy 'mine\.js': write a file as \.\/mine\.js/],
    [() => catalogue.workload('editing-trace'), /name its file with --trace FILE/],
  ])('that are unknown are answered with what there is', async (task, message) => {
    expect(await complaint(task)).toMatch(message);
  });
});

describe('a module that is no strategy', () => {
  it.each([
    ['missing.js', null, /there is no such file/],
    ['empty.mjs', '', /there is no default export \(it exports nothing\)/],
    ['named.mjs', 'export const strategy = 1;', /there is no default export \(it exports strategy\)/],
    ['number.mjs', 'export default 5;', /the default export of .*number\.mjs is not a strategy/],
    [
      'half.mjs',
      "export default { name: 'half', summary: 'x', layout: 'ring', promises: {} };",
      /layout: expected 'peers' or 'hub'.*promises\.converges: expected false.*open: expected a function/,
    ],
    ['throws.mjs', "throw new Error('not today');", /cannot be loaded: Error: not today/],
    ['types.ts', 'export default {};', /this is TypeScript; compile it/],
  ])('says what is wrong: %s', async (name, content, message) => {
    const path = content === null ? join(folder, name) : write(name, content);
    const text = await complaint(() => catalogue.strategy(path));
    expect(text).toContain(name);
    expect(text).toMatch(message);
  });

  it('nor a workload, is told what a workload needs', async () => {
    const path = write('workload.mjs', "export default { name: 'x y', agents: { default: 3, min: 4, max: 5 } };");
    const text = await complaint(() => catalogue.workload(path));
    expect(text).toMatch(/is not a workload: name: expected letters.*agents: expected min <= default <= max/);
    expect(text).toMatch(/plan: expected a function/);
  });
});

describe('a trace', () => {
  const recording = {
    kind: 'concurrent',
    endContent: 'hi!',
    numAgents: 2,
    txns: [
      { agent: 0, parents: [], patches: [[0, 0, 'hi']] },
      { agent: 1, parents: [0], patches: [[2, 0, '!']] },
    ],
  };
  const packed = gzipSync(JSON.stringify(recording));

  it('becomes the workload editing-trace', async () => {
    const of = new Catalogue(write('talk.json.gz', packed));
    expect((await of.workload('editing-trace')).value.agents.default).toBe(2);
    expect(of.trace?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['missing.gz', null, /missing\.gz cannot be read/],
    ['plain.json', JSON.stringify(recording), /this is no gzip file/],
    ['cut.gz', packed.subarray(0, packed.length - 12), /is damaged or cut off: unexpected end of file/],
    ['text.gz', gzipSync('hello'), /does not contain JSON/],
    ['shape.gz', gzipSync('{"kind":"concurrent","txns":[]}'), /is not a recorded session: .*expected/],
  ])('that cannot be played says what is wrong where: %s', async (name, content, message) => {
    const path = content === null ? join(folder, name) : write(name, content);
    expect(await complaint(() => new Catalogue(path))).toMatch(message);
  });
});
