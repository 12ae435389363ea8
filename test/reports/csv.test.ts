import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { csv } from '../../reports/index.ts';
import { gauges } from '../../src/metrics/index.ts';
import { losing, runReport, suite, trialRecord } from '../support/hand-made.ts';
import { hostileRun, hostileTexts } from '../support/hostile.ts';

const rowsOf = (text: string): readonly Record<string, string>[] => parse(text, { columns: true });

describe('the CSV report', () => {
  it('has a row per cell, a column per gauge, and nothing where nothing was measured', () => {
    const trials = [losing(1, 4, { blockedMs: 12.5 }), losing(2, 4, { blockedMs: 1 })];
    const [row, ...others] = rowsOf(csv(runReport(suite(), trials)));
    expect(others).toEqual([]);
    expect(row).toMatchObject({ strategy: 'plain', workload: 'talk', faults: 'none', trials: '2', lost: '3' });
    expect(row).toMatchObject({ blockedMs: '13.5', 'latencyMs.p99': '', lostShare: '0.375' });
    expect(gauges.filter(({ name }) => !(name in row!))).toEqual([]);
    expect(row!.replayWorst).toMatch(/^npm run bench -- replay --strategy plain .*--seed 1$/);
  });

  it('names the unit of whatever is not a count', () => {
    const marks = { flag: '', count: '', ms: 'Ms', bytes: 'bytes', usd: 'usd' } as const;
    expect(gauges.filter(({ name, unit }) => !name.includes(marks[unit]))).toEqual([]);
  });

  it('keeps cells without trials, so that a run that was stopped has the same rows', () => {
    const faults = ['none', 'crash'].map((name) => ({ name, summary: name, survivable: true }));
    const rows = rowsOf(csv(runReport(suite({ faults }), [trialRecord()])));
    expect(rows.map((row) => [row.faults, row.trials])).toEqual([
      ['none', '1'],
      ['crash', '0'],
    ]);
  });

  it.each(hostileTexts)('is read back with %j as a name, and never as a formula', (hostile) => {
    const { of, trials } = hostileRun(hostile);
    const [row] = rowsOf(csv(runReport(of, trials)));
    const isFormula = /^[=+@-]/.test(hostile);
    for (const name of ['strategy', 'workload', 'faults']) expect(row![name]).toBe(isFormula ? `'${hostile}` : hostile);
  });
});
