import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport, TrialRecord } from '../../src/contract/index.ts';
import { configurationOf } from '../../src/cli/store/hash.ts';
import { InputError } from '../../src/cli/input-error.ts';
import { reportChoices, type ReportFlags } from '../../src/cli/report-files.ts';
import { report } from '../../src/cli/report.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { csv, junit, markdown, paintWith, resultHead, resultRow, resultTail, tables } from '../../reports/index.ts';
import { losing, runReport, suite, trialRecord } from '../support/hand-made.ts';

let folder: string;
let printed = '';
const place = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(place(name), 'utf8');

const terminal: Terminal = {
  paint: paintWith(false),
  print: (text) => {
    printed += text;
  },
  complain: () => undefined,
  progress: process.stderr,
  onInterrupt: () => () => undefined,
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-report-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The report of a run, which is stored under `name`. */
function store(name: string, records: readonly TrialRecord[], planned = records.length): RunReport {
  const made = runReport(suite({ seeds: { first: 1, count: planned } }), records, {
    partial: planned > records.length,
  });
  const of = { ...made, configuration: configurationOf(made), trials: { done: records.length, planned } };
  const rows = records.map((record, index) => resultRow(record, index === 0));
  writeFileSync(place(name), [resultHead(of), ...rows, resultTail(of)].join(''));
  return of;
}

async function codeOf(name: string, flags: ReportFlags = {}): Promise<number> {
  printed = '';
  return report({ kind: 'report', result: place(name), by: 'workload', outputs: reportChoices(flags) }, terminal);
}

const broken = { brokenPromises: [{ promise: 'converges', evidence: 'a1 and a2 differ' }] } as const;

describe('report', () => {
  it('prints the tables and writes the files that the run would have', async () => {
    const of = store('kept.json', [losing(1, 4, { seed: 1 }), trialRecord({ seed: 2 }, [3, 40])]);
    expect(await codeOf('kept.json', { markdown: place('r.md'), junit: place('r.xml'), csv: place('r.csv') })).toBe(0);
    const view = { report: of, by: 'workload', paint: terminal.paint } as const;
    expect(printed).toBe(`${tables.map((table) => table(view)).join('\n\n')}\n`);
    expect([read('r.md'), read('r.xml'), read('r.csv')]).toEqual([markdown(of), junit(of), csv(of)]);
  });

  it('ends as the run did', async () => {
    store('broken.json', [trialRecord({ seed: 1, ...broken })]);
    expect(await codeOf('broken.json', { annotations: true })).toBe(1);
    expect(printed).toContain('\n::error title=lostwrites%3A plain under none::converges broke');
    store('stopped.json', [trialRecord({ seed: 1 })], 3);
    expect(await codeOf('stopped.json')).toBe(3);
    expect(printed).toContain('PARTIAL');
  });

  it('writes nothing of what it cannot read, and reads nothing where it could not write', async () => {
    writeFileSync(place('other.json'), '{"schema":"lostwrites/result@1"}');
    await expect(codeOf('other.json', { markdown: place('other.md') })).rejects.toThrow(InputError);
    expect([existsSync(place('other.md')), printed]).toEqual([false, '']);
    await expect(codeOf('other.json', { markdown: place('nowhere/other.md') })).rejects.toThrow('--markdown');
  });
});
