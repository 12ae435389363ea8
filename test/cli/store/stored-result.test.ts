import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport, TrialRecord } from '../../../src/contract/index.ts';
import { configurationOf } from '../../../src/cli/store/hash.ts';
import { openOutput } from '../../../src/cli/store/output-file.ts';
import { openStoredResult, readReport } from '../../../src/cli/store/stored-result.ts';
import { reportOf, SuiteTally } from '../../../src/experiment/index.ts';
import { resultHead, resultRow, resultTail } from '../../../reports/index.ts';
import { losing, runReport, suite, trialRecord } from '../../support/hand-made.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-stored-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const place = (name: string): string => join(folder, name);

/** Four trials, of which one loses a write and one is void. */
const records: readonly TrialRecord[] = [
  losing(1, 4, { seed: 1 }),
  trialRecord({ seed: 2, usd: 0.1 + 0.2, makespanMs: 1234.567 }, [3, 40, 41]),
  { ...trialRecord({ seed: 3 }), recoveries: [[12, 1]], invariantsExercised: ['SingleWriter'] },
  trialRecord({ seed: 4, failure: 'line one\nline two', outcome: 'corrupted' }),
];
const report = reportOn(records);
const text = textOf(report, records);
const lines = text.split('\n');

function reportOn(rows: readonly TrialRecord[]): RunReport {
  const trace = { file: '/some/where/talk.json.gz', sha256: 'ab' };
  const made = runReport(suite({ seeds: { first: 1, count: 4 } }), [], { trace });
  const facts = { ...made, configuration: configurationOf(made) };
  const tally = new SuiteTally(facts.suite);
  for (const row of rows) tally.add(row);
  return reportOf(tally, facts, { command: 'npm run bench -- --seeds 4', measured: made.measured });
}

function textOf(of: RunReport, rows: readonly TrialRecord[]): string {
  return [resultHead(of), ...rows.map((row, index) => resultRow(row, index === 0)), resultTail(of)].join('');
}

async function problemIn(content: string | Buffer): Promise<string> {
  writeFileSync(place('damaged.json'), content);
  try {
    await readReport(await openStoredResult(place('damaged.json')));
    return 'nothing';
  } catch (error) {
    return (error as Error).message.replace(folder, '');
  }
}

/** The text with one line changed. */
const altered = (line: number, change: (text: string) => string): string =>
  lines.map((each, index) => (index === line - 1 ? change(each) : each)).join('\n');

describe('a stored result', () => {
  it('gives the report that the run had, and the rows', async () => {
    writeFileSync(place('whole.json'), text);
    const rows: TrialRecord[] = [];
    expect(await readReport(await openStoredResult(place('whole.json')), (row) => rows.push(row))).toEqual(report);
    expect(rows).toEqual(records);
  });

  it('may be gzipped, in one piece or in many, or laid out by another program', async () => {
    const output = openOutput(place('packed.json.gz'));
    output.write(text);
    output.commit(false);
    writeFileSync(place('pieces'), Buffer.concat([gzipSync(text.slice(0, 3_000)), gzipSync(text.slice(3_000))]));
    writeFileSync(place('laid-out.json'), JSON.stringify(JSON.parse(text), null, 2));
    for (const name of ['packed.json.gz', 'pieces', 'laid-out.json']) {
      expect(await readReport(await openStoredResult(place(name)))).toEqual(report);
    }
  });

  it('may be partial, if it says so', async () => {
    const some = records.filter(({ result }) => result.seed !== 2);
    const partial = reportOn(some);
    writeFileSync(place('partial.json'), textOf(partial, some));
    expect(await readReport(await openStoredResult(place('partial.json')))).toEqual(partial);
    expect(partial.trials).toEqual({ done: 3, planned: 4 });
  });

  it.each([
    [
      'of format 1',
      text.replace('result@2', 'result@1'),
      'line 1: schema: this is lostwrites/result@1, and .*run it again',
    ],
    [
      'of a sweep',
      '{"schema":"lostwrites/sweep@1"}',
      'schema: this is lostwrites/sweep@1, and .* lostwrites/result@2$',
    ],
    ['of somebody else', '{"results":[]}', 'this is no result of lostwrites'],
    ['that is empty', '', 'is empty'],
    ['without JSON', 'hello\n', 'no whole JSON'],
    ['cut in its head', text.slice(0, 400), 'no whole JSON'],
    ['cut in a row', `${lines.slice(0, 2).join('\n')}\n${lines[2]!.slice(0, 99)}`, 'line 3: this is no whole JSON'],
    ['cut between rows', lines.slice(0, 3).join('\n'), 'is cut off after line 3'],
    [
      'with a text for a number',
      altered(3, (row) => row.replace('"lost":0', '"lost":"0"')),
      'line 3: fates.lost: .*number',
    ],
    ['without a field', altered(2, (row) => row.replace('"bytes":0,', '')), 'line 2: bytes: '],
    ['with an unknown outcome', altered(5, (row) => row.replace('corrupted', 'fine')), 'line 5: outcome: '],
    [
      'with a foreign seed',
      altered(4, (row) => row.replace('"seed":3', '"seed":9')),
      'line 4: seed: 9 is not in the suite',
    ],
    [
      'with a foreign strategy',
      altered(4, (row) => row.replace('plain', 'fancy')),
      'line 4: strategy: "fancy" is not in',
    ],
    [
      'with a row twice',
      altered(3, (row) => `${row}\n${row}`),
      'line 4: plain on talk .* seed 2 stands here a second time',
    ],
    ['without a row', altered(3, () => ''), 'the row of plain on talk under none with seed 2 is missing'],
    [
      'of another suite',
      altered(1, (head) => head.replace('"contended":true', '"contended":false')),
      'suite.configuration: ',
    ],
    ['with something behind it', `${text}{}\n`, 'line 7: nothing is expected after the end'],
    ['that is no text', Buffer.from([0xff, 0xfe, 0, 1]), 'is damaged or cut off'],
    ['gzipped and cut', gzipSync(text).subarray(0, 900), 'is damaged or cut off: unexpected end of file'],
  ])('%s is refused by file, place and field', async (_what, content, problem) => {
    expect(await problemIn(content)).toMatch(new RegExp(`^/damaged\\.json.*${problem}`));
  });

  it('is refused if there is none', async () => {
    await expect(openStoredResult(place('missing.json'))).rejects.toThrow('missing.json cannot be read');
  });
});
