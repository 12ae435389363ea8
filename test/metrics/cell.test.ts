import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell, TrialRecord } from '../../src/contract/index.ts';
import { CellTally } from '../../src/metrics/index.ts';
import { losing, trialRecord } from '../support/hand-made.ts';

const name = { strategy: 'plain', workload: 'talk', faults: 'none' };

function tallyOf(records: readonly TrialRecord[]): CellTally {
  const tally = new CellTally();
  for (const record of records) tally.add(record, null);
  return tally;
}

function cellOf(records: readonly TrialRecord[]): Cell {
  return tallyOf(records).cell(name);
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
    const { result } = losing(committed > 0 ? 1 : 0, committed, { ...numbers, failure, brokenPromises, latencyMs });
    return trialRecord(result, latencies);
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
    expect(cell.brokenPromises).toEqual([{ promise: 'converges', trials: 1 }]);
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
