import { describe, expect, it } from 'vitest';
import { addedUp, compareLive, compareStrategies } from '../../src/comparison/index.ts';
import type { LiveCell, TrialRecord } from '../../src/contract/index.ts';
import { losing, suite, trialRecord } from '../support/hand-made.ts';

/** One cell: trials with seeds and with what they lose of ten committed writes. */
function cellOf(
  live: readonly (readonly [seed: number, lost: number])[],
  simulated: readonly (readonly [seed: number, lost: number])[],
): LiveCell {
  const rows = (trials: typeof live): readonly TrialRecord[] =>
    trials.map(([seed, lost]) => losing(lost, 10, { seed }));
  return compareLive(suite(), rows(live), rows(simulated))[0]!;
}

describe('a live cell', () => {
  it('agrees when both worlds lose the same of every seed', () => {
    const same = [1, 2, 3].map((seed) => [seed, seed] as const);
    expect(cellOf(same, same)).toMatchObject({
      pairs: 3,
      difference: { mean: 0, low: 0, high: 0 },
      isWithin: true,
      standing: 'agrees',
    });
  });

  it('pairs trials by seed: what one seed loses more than another one is no difference between the worlds', () => {
    const simulated = [0, 3, 6, 9].map((lost, seed) => [seed, lost] as const);
    const live = [0, 3, 7, 9].map((lost, seed) => [seed, lost] as const);
    const { difference, standing } = cellOf(live, simulated);
    expect(difference?.mean).toBeCloseTo(0.025);
    // Student's interval of 0, 0, 0.1, 0 with three degrees of freedom.
    expect(difference?.low).toBeCloseTo(0.025 - 3.18245 * 0.025);
    expect(standing).toBe('agrees');
  });

  it('averages the repetitions of a seed before it counts pairs', () => {
    const live = [1, 3].flatMap((lost) => [1, 2].map((seed) => [seed, lost] as const));
    const cell = cellOf(live, [
      [1, 2],
      [2, 2],
    ]);
    expect(cell).toMatchObject({ pairs: 2, standing: 'agrees' });
    expect(cell.difference?.mean).toBeCloseTo(0);
    expect(cell.live.trials).toBe(4);
  });

  it('takes the repetitions for pairs where there is one seed alone', () => {
    const cell = cellOf(
      [5, 5, 5].map((lost) => [1, lost] as const),
      [[1, 4]],
    );
    expect(cell.pairs).toBe(3);
    expect(cell.difference?.mean).toBeCloseTo(0.1);
  });

  it('differs when live loses what the simulator keeps, seed by seed', () => {
    const seeds = Array.from({ length: 40 }, (_each, index) => index);
    const cell = cellOf(
      seeds.map((seed) => [seed, 3] as const),
      seeds.map((seed) => [seed, 0] as const),
    );
    expect(cell).toMatchObject({ isWithin: false, standing: 'differs' });
  });

  it('is close when the difference is no chance, but other seeds would move the simulated share further', () => {
    const simulated = [0, 2, 5, 8].map((lost, seed) => [seed, lost] as const);
    const cell = cellOf(
      simulated.map(([seed, lost]) => [seed, lost + 1] as const),
      simulated,
    );
    expect(cell.difference?.low).toBeGreaterThan(0);
    expect(cell).toMatchObject({ isWithin: true, standing: 'close' });
  });

  it.each([
    ['nothing was run', [], []],
    ['there is one pair alone', [[1, 3]], [[1, 0]]],
    ['the seeds are others', [[1, 3]], [[2, 3]]],
  ] as const)('is undecided when %s', (_why, live, simulated) => {
    expect(cellOf(live, simulated).standing).toBe('undecided');
  });

  it('leaves out void trials and trials that committed nothing, and counts what broke', () => {
    const broken = { promise: 'keepsCommittedWrites', evidence: 'gone' } as const;
    const live = [
      losing(1, 10, { seed: 1, brokenPromises: [broken] }),
      losing(9, 10, { seed: 2, failure: 'it threw' }),
      trialRecord({ seed: 3 }),
    ];
    const cell = compareLive(
      suite(),
      live,
      [1, 2, 3].map((seed) => losing(1, 10, { seed })),
    )[0]!;
    expect(cell).toMatchObject({ pairs: 1, live: { trials: 2, failed: 1, broken: 1, committed: 10 } });
  });
});

it('compares strategies with all workloads and faults folded, a pair per script', () => {
  const places = ['none', 'crash'].flatMap((faults) => [1, 2].map((seed) => ({ faults, seed })));
  const [live, simulated] = [2, 1].map((lost) => places.map((place) => losing(lost, 10, place)));
  const folded = compareStrategies(suite(), live!, simulated!)[0]!;
  expect(folded).toMatchObject({ workload: null, faults: null, pairs: 2, live: { trials: 4, committed: 40 } });
  expect(folded.difference?.mean).toBeCloseTo(0.1);
});

it('adds up what was done to processes', () => {
  const once = { kills: 1, stops: 2, restores: 3, recordsRolledBack: 4, processes: 5, wallSeconds: 0.5 };
  expect(addedUp([once, once])).toEqual({
    kills: 2,
    stops: 4,
    restores: 6,
    recordsRolledBack: 8,
    processes: 10,
    wallSeconds: 1,
  });
});
