import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { addedUp, compareLive, compareStrategies } from '../../src/comparison/index.ts';
import type { LiveReport, LiveSetup, LiveTrial, TrialRecord } from '../../src/contract/index.ts';
import { liveComparison, liveJson, liveJsonSchema, liveSchema, paintWith, tables } from '../../reports/index.ts';
import { losing, runReport, suite } from '../support/hand-made.ts';

const setup: LiveSetup = { timeScale: 100, transport: 'unix', repetitions: 2 };
const deeds = { kills: 3, stops: 2, restores: 1, recordsRolledBack: 4, processes: 7, wallSeconds: 2 };

function reportOn(live: readonly TrialRecord[], simulated: readonly TrialRecord[]): LiveReport {
  const trials = live.map((record, index): LiveTrial => ({ record, repetition: index + 1, deeds }));
  return {
    run: runReport(suite(), live, { live: setup }),
    setup,
    trials,
    simulated,
    cells: compareLive(suite(), live, simulated),
    strategies: compareStrategies(suite(), live, simulated),
    deeds: addedUp(trials.map((trial) => trial.deeds)),
  };
}

const broken = [{ promise: 'keepsCommittedWrites', evidence: 'gone' }] as const;
const report = reportOn(
  [losing(4, 10, { seed: 1, brokenPromises: broken }), losing(6, 10, { seed: 2 })],
  [losing(4, 10, { seed: 1, brokenPromises: broken }), losing(4, 10, { seed: 2 })],
);
const text = liveComparison(report, paintWith(false));
const [lostTable = '', fateTable = '', conclusion = ''] = text.split('\n\n');

describe('live against simulated', () => {
  it('shows the lost shares, the difference with its interval, and what broke where', () => {
    expect(lostTable).toContain('LIVE AGAINST SIMULATED  Lost writes');
    expect(lostTable).toMatch(
      /plain +talk +none +2 +50\.0 +40\.0 \[.* to .*\] +\+10\.0 \[-117\.1 to \+137\.1\] +2 +1 \| 1 +agrees/,
    );
  });

  it('shows the fates side by side as shares of what was issued', () => {
    expect(fateTable).toMatch(/writes issued +survived +superseded +escalated +indeterminate +lost/);
    expect(fateTable).toMatch(/plain +talk +none +20 \| 20 +50\.0 \| 60\.0 +0 \| 0 +0 \| 0 +0 \| 0 +50\.0 \| 40\.0/);
  });

  it('counts what was done to processes, and points to what can be replayed', () => {
    expect(conclusion).toContain('npm run bench -- replay --strategy plain --workload talk --faults none --seed 1');
    expect(conclusion).toContain('Of 1 cell 1 agree.');
    expect(conclusion).toContain('2 live trials: 6 kills, 4 stops, 2 restores (8 records taken back), 14 processes');
  });

  it('shouts where the worlds differ', () => {
    const seeds = Array.from({ length: 40 }, (_each, seed) => seed);
    const [live, simulated] = [9, 0].map((lost) => seeds.map((seed) => losing(lost, 10, { seed })));
    const told = liveComparison(reportOn(live!, simulated!), paintWith(false));
    expect(told).toMatch(/DIFFERS/);
    expect(told).toContain('Of 1 cell 1 differ.');
  });
});

describe('the tables of a live run', () => {
  const shown = tables.map((table) => table({ report: report.run, by: 'strategy', paint: paintWith(false) }));

  it('are those of every run, marked as live, without a word of simulated networks', () => {
    const all = shown.join('\n');
    expect(all).toMatch(/^LIVE {5}a process per replica .*Unix sockets.*100 virtual seconds in a real one$/m);
    expect(all).toMatch(/^LIVE {2}Lost writes/m);
    expect(all).toMatch(/^LIVE {2}Promises/m);
    expect(all).not.toContain('network p50');
    expect(all).not.toContain('repeat exactly');
  });

  it('name the command that runs a trial live again', () => {
    expect(shown.join('\n')).toContain(
      'npm run bench -- live --strategy plain --workload talk --faults none --seed 1 --seeds 1 --time-scale 100 --transport unix',
    );
  });
});

describe('the result file of a live run', () => {
  const file = liveJson(report);

  it('is what its schemas say', () => {
    const validate = new Ajv2020({ strictTypes: false, strictTuples: false }).compile(
      JSON.parse(liveJsonSchema()) as object,
    );
    validate(JSON.parse(file));
    expect(validate.errors).toBeNull();
    const parsed = liveSchema.parse(JSON.parse(file));
    expect(parsed).toMatchObject({ schema: 'lostwrites/live@1', live: setup, deeds: { kills: 6 }, partial: false });
    expect(parsed.trials.map(({ seed, repetition, deeds: done }) => [seed, repetition, done.kills])).toEqual([
      [1, 1, 3],
      [2, 2, 3],
    ]);
    expect(parsed.cells[0]).toMatchObject({ standing: 'agrees', live: { broken: 1 }, simulated: { broken: 1 } });
  });

  it('has no numbers where an interval has no bounds', () => {
    const one = reportOn([losing(1, 10, {})], [losing(0, 10, {})]);
    const { cells } = liveSchema.parse(JSON.parse(liveJson(one)));
    expect(cells[0]).toMatchObject({ standing: 'undecided', difference: { mean: 0.1, low: null, high: null } });
  });

  it('has a published schema that is up to date', () => {
    const published = readFileSync(new URL('../../reports/live.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(liveJsonSchema()));
  });
});
