import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell, TrialRecord, TrialResult } from '../../src/contract/index.ts';
import { CellTally } from '../../src/metrics/index.ts';
import { losing, trialRecord, trialResult } from '../support/hand-made.ts';

const name = { strategy: 'plain', workload: 'talk', faults: 'none' };

function tallyOf(records: readonly TrialRecord[]): CellTally {
  const tally = new CellTally();
  for (const record of records) tally.add(record, null);
  return tally;
}

function cellOf(records: readonly TrialRecord[]): Cell {
  return tallyOf(records).cell(name);
}

function violationAt(atMs: number): TrialResult['protocolViolations'][number] {
  return { invariant: 'SingleWriter', atMs, violation: 'two hold x' };
}

const someRecord = fc
  .record({
    seed: fc.nat({ max: 50 }),
    committed: fc.nat({ max: 9 }),
    blockedMs: fc.integer({ min: 0, max: 9_999_999 }).map((micros) => micros / 1_000),
    usd: fc.integer({ min: 0, max: 99_999 }).map((nano) => nano / 1e9),
    fails: fc.boolean(),
    breaks: fc.boolean(),
    latencies: fc.array(fc.integer({ min: 1, max: 9_999 }), { maxLength: 5 }),
  })
  .map(({ fails, breaks, latencies, committed, ...numbers }) => {
    const failure = fails ? 'strategy plain: it broke' : null;
    const brokenPromises = breaks ? [{ promise: 'converges' as const, evidence: 'two states' }] : [];
    const max = latencies.length === 0 ? null : Math.max(...latencies);
    const latencyMs = { p50: max, p95: max, p99: max, max };
    const reclaims = { ...trialResult().reclaims, expired: { true: numbers.seed, false: latencies.length } };
    const protocol = { protocolViolations: breaks ? [violationAt(numbers.seed)] : [], grants: 9, reclaims };
    const facts = { ...numbers, ...protocol, failure, brokenPromises, latencyMs, recoveryMs: latencyMs };
    const { result } = losing(committed > 0 ? 1 : 0, committed, facts);
    const record = trialRecord(result, latencies);
    return { ...record, recoveries: record.latencies, invariantsExercised: ['SingleWriter' as const] };
  });

describe('trials folded into a cell', () => {
  it('give the same cell in any order and in any grouping, to the last bit', () => {
    fc.assert(
      fc.property(fc.array(someRecord, { maxLength: 20 }), fc.nat(), (records, cut) => {
        const at = records.length === 0 ? 0 : cut % records.length;
        const grouped = tallyOf(records.slice(at).reverse());
        grouped.fold(tallyOf(records.slice(0, at)));
        expect(grouped.cell(name)).toEqual(cellOf(records));
      }),
    );
  });

  it('count the trials in which an invariant of protocols was exercised and violated, and keep the lowest seed', () => {
    const exercised = (seed: number, atMs: number | null): TrialRecord => ({
      ...trialRecord({ seed, protocolViolations: atMs === null ? [] : [violationAt(atMs)] }),
      invariantsExercised: ['SingleWriter'],
    });
    const [tally] = cellOf([exercised(1, null), exercised(7, 70), exercised(3, 30)]).protocol;
    expect(tally).toMatchObject({ invariant: 'SingleWriter', exercised: 3, violated: 2 });
    expect(tally?.first).toMatchObject({ atMs: 30, spec: { seed: 3 } });
  });

  it('add up what was spent on models, and know no dollars where a trial has none', () => {
    const spent = (usd: number | null): TrialRecord => trialRecord({ wasted: { calls: 2, tokens: 30, usd }, usd });
    expect(cellOf([spent(0.25), spent(0.5)])).toMatchObject({ wasted: { calls: 4, tokens: 60, usd: 0.75 }, usd: 0.75 });
    expect(cellOf([spent(0.25), spent(null)])).toMatchObject({ wasted: { tokens: 60, usd: null }, usd: null });
  });

  it('take the quantiles of recovery times over all trials', () => {
    const after = (ms: number): TrialRecord => ({
      ...trialRecord({ recoveryMs: { p50: ms, p95: ms, p99: ms, max: ms } }),
      recoveries: trialRecord({}, [ms]).latencies,
    });
    const { recoveryMs } = cellOf([after(1_000), after(2_000), after(9_000), trialRecord()]);
    expect([Math.round((recoveryMs.p50 ?? 0) / 100), recoveryMs.max]).toEqual([20, 9_000]);
  });

  it('sum what was lost of what was committed, with its interval', () => {
    const cell = cellOf([losing(1, 2), losing(1, 2), losing(0, 2)]);
    expect([cell.fates.lost, cell.committed]).toEqual([2, 6]);
    expect(cell.lostShare?.share).toBeCloseTo(1 / 3);
  });

  it('leave void trials out of every sum, but count them', () => {
    const cell = cellOf([losing(1, 2), losing(2, 2, { failure: 'strategy plain: boom' })]);
    expect([cell.trials, cell.failed, cell.committed, cell.fates.lost]).toEqual([2, 1, 2, 1]);
  });

  it('count a promise once per trial, however often it broke there', () => {
    const evidence = { promise: 'converges', evidence: 'two states' } as const;
    const cell = cellOf([trialRecord({ brokenPromises: [evidence, evidence] }), trialRecord()]);
    expect(cell.brokenPromises).toMatchObject([{ promise: 'converges', trials: 1 }]);
  });

  it('keep the first trial in which a promise broke, in whatever order they come', () => {
    const breaking = (seed: number): TrialRecord =>
      trialRecord({ seed, brokenPromises: [{ promise: 'converges', evidence: `two states in ${String(seed)}` }] });
    for (const seeds of [
      [7, 3, 5],
      [3, 5, 7],
      [5, 7, 3],
    ]) {
      const [broken] = cellOf(seeds.map(breaking)).brokenPromises;
      expect(broken).toMatchObject({ trials: 3, first: { spec: { seed: 3 }, evidence: 'two states in 3' } });
    }
  });

  it('take quantiles over the latencies of all trials', () => {
    const latencyMs = { p50: 3, p95: 3, p99: 3, max: 3 };
    const cell = cellOf([trialRecord({ latencyMs }, [1, 2, 3]), trialRecord({ latencyMs }, [3, 3, 3])]);
    expect(cell.latencyMs.p50).toBeCloseTo(3, 1);
    expect(cell.latencyMs.max).toBe(3);
  });
});

describe('the worst trial of a cell', () => {
  const seedOf = (records: readonly TrialRecord[]): number | undefined => cellOf(records).worst?.spec.seed;

  it('is the one that lost most', () => {
    expect(seedOf([losing(1, 9, { seed: 1 }), losing(3, 9, { seed: 2 }), losing(2, 9, { seed: 3 })])).toBe(2);
  });

  it('has the lowest seed among equals', () => {
    expect(seedOf([losing(1, 9, { seed: 3 }), losing(1, 9, { seed: 2 })])).toBe(2);
  });

  it('broke a promise rather than losing what nobody promised to keep', () => {
    const broken = { brokenPromises: [{ promise: 'converges', evidence: 'two states' }] } as const;
    expect(seedOf([losing(9, 9, { seed: 1 }), losing(0, 9, { seed: 2, ...broken })])).toBe(2);
  });

  it('is a void one before all others', () => {
    const broken = { brokenPromises: [{ promise: 'converges', evidence: 'two states' }] } as const;
    expect(seedOf([losing(0, 9, { seed: 1, ...broken }), trialRecord({ seed: 2, failure: 'boom' })])).toBe(2);
  });
});
