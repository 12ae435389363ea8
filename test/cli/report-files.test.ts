import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/input-error.ts';
import { checkReports, reportChoices, writeReports, type ReportPlace } from '../../src/cli/report-files.ts';
import { runReport, suite, trialRecord } from '../support/hand-made.ts';

let folder: string;
const path = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(path(name), 'utf8');
const report = runReport(suite(), [trialRecord()]);

let printed = '';
const placeWith = (environment: NodeJS.ProcessEnv): ReportPlace => ({
  environment,
  print: (more) => {
    printed += more;
  },
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-reports-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the files that a report is written to', () => {
  it('hold what was there before only where all steps of a job share a file', async () => {
    for (const name of ['summary.md', 'report.md']) writeFileSync(path(name), 'from the step before\n');
    const choices = ['summary.md', 'report.md'].map((name) => ({ output: 'markdown', file: path(name) }) as const);
    await writeReports(choices, { report, by: 'strategy' }, placeWith({ GITHUB_STEP_SUMMARY: path('summary.md') }));
    expect(text('summary.md')).toMatch(/^from the step before\n## lostwrites: /);
    expect(text('report.md')).toMatch(/^## lostwrites: /);
    expect(readdirSync(folder).sort()).toEqual(['report.md', 'summary.md']);
  });

  it('are not replaced by what a stopped run has to say', async () => {
    writeFileSync(path('report.md'), 'whole');
    await writeReports(
      [{ output: 'markdown', file: path('report.md') }],
      { report: { ...report, partial: true }, by: 'strategy' },
      placeWith({}),
    );
    expect(text('report.md')).toBe('whole');
    expect(text('report.md.partial')).toContain('**Partial**');
  });

  it('hold each its own output; what has no file is printed', async () => {
    printed = '';
    const broken = runReport(suite(), [trialRecord({ brokenPromises: [{ promise: 'converges', evidence: 'two' }] })]);
    const flags = { junit: path('j.xml'), csv: path('c.csv'), dashboard: path('d.json'), annotations: true } as const;
    await writeReports(reportChoices(flags), { report: broken, by: 'strategy' }, placeWith({}));
    expect(text('j.xml')).toMatch(/^<\?xml /);
    expect(text('c.csv')).toMatch(/^strategy,workload,faults,/);
    expect(JSON.parse(text('d.json'))).toBeInstanceOf(Array);
    expect(printed).toMatch(/^::error title=/);
  });

  it('are one for each output', () => {
    expect(() => reportChoices({ junit: 'same', csv: './same' })).toThrow(/^--csv .*--junit is written there already$/);
    expect(() => reportChoices({ json: 'same', csv: './same' })).toThrow(/^--csv .*--json is written there already$/);
    expect(() => reportChoices({ json: '-', annotations: true })).toThrow(/^--annotations: --json is written there/);
  });

  it('are refused before anything is run where they cannot be', () => {
    expect(() => checkReports([{ output: 'markdown', file: path('nowhere/report.md') }])).toThrow(InputError);
    expect(() => checkReports([{ output: 'markdown', file: path('nowhere/report.md') }])).toThrow(
      /^--markdown .*nowhere/,
    );
    checkReports([{ output: 'markdown', file: path('report.md') }]);
    expect(existsSync(path('report.md'))).toBe(false);
  });
});
