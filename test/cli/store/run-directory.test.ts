import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFacts, RunReport, TrialRecord } from '../../../src/contract/index.ts';
import { configurationOf } from '../../../src/cli/store/hash.ts';
import { RunDirectory } from '../../../src/cli/store/run-directory.ts';
import { openStoredResult, readReport } from '../../../src/cli/store/stored-result.ts';
import { reportOf, SuiteTally } from '../../../src/experiment/index.ts';
import { summaryJsonSchema } from '../../../reports/index.ts';
import { losing, runReport, suite, trialRecord } from '../../support/hand-made.ts';

let folder: string;
let used = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-directory-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A directory that isn't there yet. */
function place(): string {
  used += 1;
  return join(folder, String(used));
}

const records: readonly TrialRecord[] = [
  losing(1, 4, { seed: 1 }),
  trialRecord({ seed: 2, usd: 0.1 + 0.2, makespanMs: 1234.567 }, [3, 40, 41]),
  trialRecord({ seed: 3, failure: 'ümlaut\nline two', outcome: 'corrupted' }),
  trialRecord({ seed: 4 }),
];

function factsOf(count: number, shard: RunFacts['shard'] = null): RunFacts {
  const made = { ...runReport(suite({ seeds: { first: 1, count } }), []), shard };
  return { ...made, configuration: configurationOf(made) };
}

const facts = factsOf(4);

function reportOn(rows: Iterable<TrialRecord>): RunReport {
  const tally = new SuiteTally(facts.suite);
  for (const row of rows) tally.add(row);
  return reportOf(tally, facts, { command: 'npm run bench', measured: runReport(facts.suite, []).measured });
}

async function open(directory: string, resume: boolean, of = facts, code = 'abc'): Promise<RunDirectory> {
  const opened = await RunDirectory.open({ directory, resume }, of, code);
  if (opened === null) throw new Error('it is whole');
  return opened;
}

/** A run whose workers were done in this order of seeds. */
async function runInOrder(seeds: readonly number[]): Promise<string> {
  const directory = place();
  const run = await open(directory, false);
  for (const seed of seeds) run.append([records[seed - 1]!]);
  run.finish(reportOn(run.records()));
  run.close();
  return directory;
}

/** What was whole is kept, the rest is run again. */
async function resumed(
  directory: string,
): Promise<{ readonly kept: readonly number[]; readonly notice: string | null }> {
  const run = await open(directory, true);
  const kept = [...run.records()].map(({ result }) => result.seed);
  run.append(records.filter(({ result }) => !kept.includes(result.seed)));
  run.finish(reportOn(run.records()));
  run.close();
  return { kept, notice: run.notice };
}

const repeating = (directory: string): readonly string[] =>
  ['run.json', 'trials.jsonl.gz', 'summary.json', 'measured.json'].map((name) =>
    readFileSync(join(directory, name)).toString('hex'),
  );

const problemOf = async (task: Promise<unknown>): Promise<string> =>
  task.then(
    () => 'nothing',
    (error: unknown) => (error as Error).message,
  );

describe('a run directory', () => {
  it('holds the same bytes in whatever order its trials were done, and nothing that is only for resuming', async () => {
    const [one, other] = [await runInOrder([1, 2, 3, 4]), await runInOrder([3, 1, 4, 2])];
    expect(repeating(other)).toEqual(repeating(one));
    expect(readdirSync(one).sort()).toEqual(['measured.json', 'run.json', 'summary.json', 'trials.jsonl.gz']);
    const rows = gunzipSync(readFileSync(join(one, 'trials.jsonl.gz')))
      .toString()
      .trimEnd()
      .split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { seed: number }).seed)).toEqual([1, 2, 3, 4]);
  });

  it('gives the report that the run had', async () => {
    const stored = await openStoredResult(await runInOrder([4, 3, 2, 1]));
    expect(await readReport(stored)).toEqual(reportOn(records));
  });

  it('has a summary that its published schema describes', async () => {
    const summary: unknown = JSON.parse(readFileSync(join(await runInOrder([1, 2, 3, 4]), 'summary.json'), 'utf8'));
    const published = readFileSync(new URL('../../../reports/summary.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(summaryJsonSchema()));
    const validate = new Ajv2020({ strictTypes: false, strictTuples: false }).compile(JSON.parse(published) as object);
    expect([validate(summary), validate.errors]).toEqual([true, null]);
    expect(summary).toMatchObject({ trials: { count: 4 }, cells: [{ strategy: 'plain', trials: 4, failed: 1 }] });
  });

  it('is refused as a result until its run is whole', async () => {
    const directory = place();
    const run = await open(directory, false);
    run.append(records);
    expect(await problemOf(openStoredResult(directory))).toMatch(
      /this run isn't finished: go on with it with --resume/,
    );
    run.close();
  });

  it('is refused when its rows are not those of its summary, or are damaged', async () => {
    const directory = await runInOrder([1, 2, 3, 4]);
    const trials = join(directory, 'trials.jsonl.gz');
    const packed = readFileSync(trials);
    const text = gunzipSync(packed).toString();
    const read = async (): Promise<string> => problemOf(readReport(await openStoredResult(directory)));
    writeFileSync(trials, gzipSync(text.replace('"committed":4', '"committed":5')));
    expect(await read()).toMatch(/summary\.json: trials\.sha256: /);
    writeFileSync(trials, packed.subarray(0, -20));
    expect(await read()).toMatch(/trials\.jsonl\.gz is damaged or cut off/);
    writeFileSync(trials, gzipSync(text.replace('"seed":2', '"seed":"2"')));
    expect(await read()).toMatch(/trials\.jsonl\.gz, line 2: seed: .*expected number/);
    writeFileSync(trials, packed);
    rmSync(join(directory, 'run.json'));
    expect(await problemOf(openStoredResult(directory))).toMatch(/is no run directory: there is no run\.json/);
  });
});

describe('a resumed run', () => {
  it('keeps what is whole, wherever the kill tore its journal, and ends with the same bytes', async () => {
    const whole = repeating(await runInOrder([1, 2, 3, 4]));
    const [directory, other] = [place(), place()];
    const run = await open(directory, false);
    for (const record of records) run.append([record]);
    run.close();
    const journal = readFileSync(join(directory, 'journal.jsonl'));
    const ends = [...journal.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index + 1);
    for (const cut of ends.flatMap((end) => [end - 700, end - 2, end - 1, end])) {
      const torn = await open(other, false);
      torn.close();
      writeFileSync(join(other, 'journal.jsonl'), journal.subarray(0, cut));
      const { kept } = await resumed(other);
      expect(kept).toHaveLength(ends.filter((end) => end <= cut).length);
      expect(repeating(other)).toEqual(whole);
      rmSync(other, { recursive: true });
    }
  });

  it('trusts no line whose checksum is wrong, says so, and may be torn again', async () => {
    const whole = repeating(await runInOrder([1, 2, 3, 4]));
    const directory = place();
    const run = await open(directory, false);
    run.append(records.slice(0, 3));
    run.close();
    const journal = join(directory, 'journal.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"committed":4', '"committed":9'));
    appendFileSync(journal, '{"checksum":"00');
    const again = await open(directory, true);
    again.append([records[0]!]);
    again.close();
    truncateSync(journal, readFileSync(journal).length - 9);
    writeFileSync(join(directory, '.trials.jsonl.gz.123-abcdef00.tmp'), 'begun');
    expect(await resumed(directory)).toEqual({
      kept: [2, 3],
      notice: `2 trials are whole in ${directory} and are not run again; torn or damaged lines that are left out: 3`,
    });
    expect(repeating(directory)).toEqual(whole);
    expect(readdirSync(directory)).toHaveLength(4);
  });

  it('has nothing left to do when it is whole, even if the journal was still there', async () => {
    const directory = await runInOrder([1, 2, 3, 4]);
    expect(await RunDirectory.open({ directory, resume: true }, facts, 'abc')).toBeNull();
    const run = await open(place(), true);
    run.append(records);
    writeFileSync(join(directory, 'journal.jsonl'), readFileSync(join(run.directory, 'journal.jsonl')));
    run.close();
    expect((await resumed(directory)).kept).toEqual([1, 2, 3, 4]);
    expect(existsSync(join(directory, 'journal.jsonl'))).toBe(false);
  });

  it('stops when another process goes on with the same directory', async () => {
    const whole = repeating(await runInOrder([1, 2, 3, 4]));
    const directory = place();
    const [one, other] = [await open(directory, false), await open(directory, true)];
    expect(other.append(records.slice(0, 2))).toBe(true);
    expect(one.append(records.slice(0, 1))).toBe(false);
    expect(one.problem).toMatch(/cannot be written any more: another process writes into it, too$/);
    expect(other.append(records.slice(2))).toBe(true);
    other.finish(reportOn(other.records()));
    for (const run of [one, other]) run.close();
    expect(repeating(directory)).toEqual(whole);
  });

  it('is refused by name of what differs', async () => {
    const directory = place();
    (await open(directory, false, factsOf(4, { index: 1, count: 2 }))).close();
    const resume = (of: RunFacts, code = 'abc'): Promise<string> => problemOf(open(directory, true, of, code));
    const shard = { index: 1, count: 2 };
    const made = factsOf(4, shard);
    const renamed = {
      ...made,
      suite: { ...made.suite, strategies: [{ ...made.suite.strategies[0]!, label: 'other' }] },
    };
    expect(await resume(factsOf(5, shard))).toMatch(/this is another run: suite\.seeds\.count is 4 there and 5 here$/);
    expect(await resume(renamed)).toMatch(
      /suite\.strategies\.plain is only there; suite\.strategies\.other is missing there$/,
    );
    expect(await resume(facts)).toMatch(/it is shard 1 of 2 there and the whole run here$/);
    expect(await resume(made, 'def')).toMatch(/the program, or a module that is named, has changed$/);
    expect(await resume({ ...made, version: '9.0.0' })).toMatch(/version is "1\.2\.3" there and "9\.0\.0" here$/);
    expect(await problemOf(open(directory, false))).toMatch(/a run is there already: go on with it with --resume/);
  });
});
