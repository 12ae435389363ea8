import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFacts, TrialRecord } from '../../src/contract/index.ts';
import { configurationOf } from '../../src/cli/store/hash.ts';
import { merge } from '../../src/cli/merge.ts';
import { RunDirectory } from '../../src/cli/store/run-directory.ts';
import { openStoredResult, readReport } from '../../src/cli/store/stored-result.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { plannedTrials, reportOf, SuiteTally } from '../../src/experiment/index.ts';
import { paintWith, resultHead, resultRow, resultTail } from '../../reports/index.ts';
import { losing, runReport, suite } from '../support/hand-made.ts';

let folder: string;
let used = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-merge-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function place(): string {
  used += 1;
  return join(folder, String(used));
}

const { measured } = runReport(suite(), []);

function factsOf(shard: RunFacts['shard'], seeds: number): RunFacts {
  const [plain] = suite().strategies;
  const canary = { ...plain!, label: 'canary', canary: true };
  const made = { ...runReport(suite({ strategies: [plain!, canary], seeds: { first: 1, count: seeds } }), []), shard };
  return { ...made, configuration: configurationOf(made) };
}

/** The canary loses nothing, which is a verdict on the run as a whole. */
const recordsOf = ({ suite: of, shard }: RunFacts): readonly TrialRecord[] =>
  [...plannedTrials(of, shard)].map(({ agents: _agents, ...spec }) =>
    losing(spec.strategy === 'plain' && spec.seed === 3 ? 1 : 0, 4, spec),
  );

async function ran(
  directory: string,
  shard: RunFacts['shard'],
  { seeds = 12, code = 'abc', isWhole = true } = {},
): Promise<string> {
  const facts = factsOf(shard, seeds);
  const run = await RunDirectory.open({ directory, resume: false }, facts, code);
  if (run === null) throw new Error('it is whole');
  const records = recordsOf(facts);
  const tally = new SuiteTally(facts.suite);
  for (const record of records) tally.add(record);
  run.append(records);
  if (isWhole) run.finish(reportOf(tally, facts, { command: 'npm run bench', measured }));
  run.close();
  return directory;
}

async function shardsIn(directory: string, ...indexes: readonly number[]): Promise<string> {
  for (const index of indexes) await ran(join(directory, String(index)), { index, count: 3 });
  return directory;
}

let printed = '';
const terminal: Terminal = {
  paint: paintWith(false),
  print: (text) => {
    printed += text;
  },
  complain: () => undefined,
  progress: process.stderr,
  onInterrupt: () => () => undefined,
};

async function merged(
  paths: readonly string[],
  out: string | null = null,
  json: string | null = null,
): Promise<number> {
  printed = '';
  return merge(
    { kind: 'merge', paths, out, json, by: 'strategy', outputs: [], regression: null },
    'npm run bench -- merge',
    terminal,
  );
}

const problemOf = (paths: readonly string[], out: string | null = null): Promise<string> =>
  merged(paths, out).then(
    () => 'nothing',
    (error: unknown) => (error as Error).message.replaceAll(`${folder}/`, ''),
  );

const bytes = (directory: string): readonly string[] =>
  ['run.json', 'trials.jsonl.gz', 'summary.json'].map((name) => readFileSync(join(directory, name), 'hex'));

describe('merged shards', () => {
  it('are the whole run to the byte, in the directory where they stand, as often as they are merged', async () => {
    const [whole, parts] = [await ran(place(), null), await shardsIn(place(), 3, 1, 2)];
    expect(await merged([parts])).toBe(1);
    expect(printed).toContain('canary is a canary and lost nothing on talk in 12 trials');
    expect(bytes(parts)).toEqual(bytes(whole));
    expect(await merged([parts])).toBe(1);
    expect(bytes(parts)).toEqual(bytes(whole));
    const [report, expected] = [
      await readReport(await openStoredResult(parts)),
      await readReport(await openStoredResult(whole)),
    ];
    expect({ ...report, command: '', measured: null }).toEqual({ ...expected, command: '', measured: null });
  });

  it('give no verdict on the run as a whole before they are merged, even if there is only one', async () => {
    const parts = place();
    const shard = await ran(join(parts, 'only'), { index: 1, count: 1 });
    expect((await readReport(await openStoredResult(shard))).suiteFailures).toEqual([]);
    expect(await merged([parts])).toBe(1);
    expect((await readReport(await openStoredResult(parts))).suiteFailures).toHaveLength(1);
  });

  it('may be named one by one, be result documents, and go elsewhere', async () => {
    const [whole, parts, out] = [await ran(place(), null), await shardsIn(place(), 1, 3), place()];
    const facts = factsOf({ index: 2, count: 3 }, 12);
    const rows = recordsOf(facts);
    const tally = new SuiteTally(facts.suite);
    for (const row of rows) tally.add(row);
    const report = reportOf(tally, facts, { command: '', measured });
    const document = [resultHead(report), ...rows.map((row, index) => resultRow(row, index === 0)), resultTail(report)];
    writeFileSync(join(parts, '2.json'), document.join(''));
    await merged([join(parts, '3'), join(parts, '2.json'), join(parts, '1')], out, join(parts, 'all.json'));
    expect(bytes(out).slice(1)).toEqual(bytes(whole).slice(1));
    const stored = await readReport(await openStoredResult(join(parts, 'all.json')));
    expect(stored.trials).toEqual({ done: 24, planned: 24 });
  });

  it('are refused where one is missing, doubled or foreign, by name', async () => {
    const parts = await shardsIn(place(), 1, 3);
    const within = (text: string): string => text.replaceAll(`${parts.slice(folder.length + 1)}/`, '');
    const problem = async (...others: readonly string[]): Promise<string> =>
      within(await problemOf([parts, ...others]));
    expect(await problem()).toBe('shard 2 of 3 is missing');
    expect(await problem(join(parts, '1'))).toBe('shard 1 of 3 is there twice: 1 and 1');
    const shard = { index: 2, count: 3 };
    const others = { seeds: await ran(place(), shard, { seeds: 9 }), code: await ran(place(), shard, { code: 'def' }) };
    expect(await problem(others.seeds)).toMatch(
      /is a shard of another run than 1: suite\.seeds\.count is 9 there and 12 here$/,
    );
    expect(await problem(others.code)).toMatch(
      /another run than 1: the program, or a module that is named, has changed$/,
    );
    const [fourth, unfinished, whole] = [place(), place(), place()];
    expect(await problem(await ran(fourth, { index: 2, count: 4 }))).toMatch(
      /it is one of 4 shards there and of 3 here$/,
    );
    expect(await problem(await ran(unfinished, shard, { isWhole: false }))).toMatch(
      /this run isn't finished: go on with it/,
    );
    expect(await problem(await ran(whole, null))).toMatch(/is a whole run and no shard/);
    mkdirSync(join(folder, 'empty'));
    expect(await problemOf([join(folder, 'empty')])).toMatch(/empty is no run directory: there is no run\.json/);
  });

  it('never replace another run, nor one of themselves', async () => {
    const parts = await shardsIn(place(), 1, 2, 3);
    const paths = ['1', '2', '3'].map((name) => join(parts, name));
    const before = bytes(paths[1]!);
    expect(await problemOf(paths, paths[1])).toMatch(
      /another run is there \(it is shard 2 of 3 there and the whole run here\)/,
    );
    expect(bytes(paths[1]!)).toEqual(before);
    expect(await problemOf(paths, await ran(place(), null, { isWhole: false }))).toMatch(
      /a run that isn't finished is there/,
    );
  });

  it('leave nothing behind where a row is damaged', async () => {
    const parts = await shardsIn(place(), 1, 2, 3);
    const trials = join(parts, '2', 'trials.jsonl.gz');
    writeFileSync(trials, readFileSync(trials).subarray(0, -10));
    expect(await problemOf([parts])).toMatch(/2\/trials\.jsonl\.gz is damaged or cut off/);
    expect(() => readFileSync(join(parts, 'trials.jsonl.gz'))).toThrow('ENOENT');
  });
});
