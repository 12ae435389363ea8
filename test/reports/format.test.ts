import { describe, expect, it } from 'vitest';
import { average, duration, percent, replayCommand, shellWord, whole } from '../../reports/format.ts';

describe('numbers in reports', () => {
  it('are grouped by thousands', () => {
    expect([0, 999, 1_000, 1_234_567].map(whole)).toEqual(['0', '999', '1,000', '1,234,567']);
  });

  it('show shares without claiming more digits than there are', () => {
    expect([0, 0.00001, 0.0004, 0.123, 1].map(percent)).toEqual(['0', '<0.01', '0.04', '12.3', '100']);
  });

  it('show durations in the unit that leaves three digits', () => {
    expect([null, 0, 2, 31.44, 1_340, 69_700, 246_000, 7_200_000].map(duration)).toEqual([
      '-',
      '0',
      '2.00 ms',
      '31.4 ms',
      '1.34 s',
      '69.7 s',
      '4.10 min',
      '2.00 h',
    ]);
  });

  it('keep a decimal of small averages', () => {
    expect([average(5, 2), average(4, 2), average(500, 2), average(1, 0)]).toEqual(['2.5', '2', '250', '-']);
  });
});

describe('commands in reports', () => {
  const spec = {
    strategy: 'lww:clock=wall',
    workload: './my talk.js',
    faults: 'none',
    seed: 3,
    agents: null,
    recovery: 'checkpoint',
    model: 'gpt-5-mini',
  };

  it('can be pasted into a shell', () => {
    expect(replayCommand(spec, null, null)).toBe(
      "npm run bench -- replay --strategy lww:clock=wall --workload './my talk.js' --faults none --seed 3",
    );
    expect(shellWord("it's")).toBe(`'it'\\''s'`);
  });

  it('carry what the trial needs besides', () => {
    expect(replayCommand({ ...spec, agents: 5 }, 'a.gz', null)).toMatch(/--agents 5 --trace a\.gz$/);
    expect(replayCommand({ ...spec, recovery: 'window' }, null, null)).toMatch(/--seed 3 --recovery window$/);
    expect(replayCommand({ ...spec, model: 'gpt-4.1:right=0.5' }, null, null)).toMatch(
      /--seed 3 --model gpt-4.1:right=0.5$/,
    );
  });
});
