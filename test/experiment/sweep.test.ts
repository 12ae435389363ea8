import { describe, expect, it } from 'vitest';
import type { Crossover, Suite, TrialResult } from '../../src/contract/index.ts';
import { SweepTally } from '../../src/experiment/index.ts';
import { turnsAlong } from '../../src/experiment/crossovers.ts';
import { suite as handMade, trialRecord } from '../support/hand-made.ts';

/** Differences at 0, 1, 2, ... with intervals of this half width. */
const along = (half: number, ...means: readonly number[]) =>
  turnsAlong(means.map((mean, value) => ({ value, difference: { mean, low: mean - half, high: mean + half } })));

describe('a crossover', () => {
  it('is where the straight line between two points is zero, with an interval from its band', () => {
    expect(along(1, -2, 2)).toEqual([
      { kind: 'clear', at: 0.5, low: 0.25, high: 0.75, between: [0, 1], firstLeads: true },
    ]);
    expect(along(0, 3, -1)).toMatchObject([{ kind: 'clear', at: 0.75, firstLeads: false }]);
  });

  it('needs differences that exclude zero on both sides, not always at the next point', () => {
    expect(along(1, -4, -0.5, 0.5, 4)).toMatchObject([{ kind: 'clear', at: 1.5, between: [0, 3] }]);
    expect(along(1, -4, -0.5, 0.5, 0.9)).toEqual([{ kind: 'unclear', between: [1, 2], firstLeads: true }]);
    expect(along(5, -4, 4)).toEqual([{ kind: 'unclear', between: [0, 1], firstLeads: true }]);
  });

  it('is none where one stays ahead, or both are equal', () => {
    expect(along(1, 2, 3, 4)).toEqual([]);
    expect(along(0, 0, 0, 0)).toEqual([]);
    expect(along(0, 0, 1, 2)).toEqual([]);
    expect(along(0, -1, 0, -1)).toEqual([]);
  });

  it('may come more than once, and in the middle of several zeros', () => {
    expect(along(0.1, -1, 1, -1).map(({ between }) => between)).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(along(1, -4, 0.5, -0.5, 4)).toMatchObject([{ kind: 'clear', at: expect.closeTo(1.5, 1) as number }]);
    expect(along(0, -1, 0, 1)).toMatchObject([{ kind: 'clear', at: 1, low: 1, high: 1, between: [0, 2] }]);
  });

  it('is not seen in a single pair of trials', () => {
    const one = (value: number, mean: number) => ({ value, difference: { mean, low: -Infinity, high: Infinity } });
    expect(turnsAlong([one(0, -1), one(1, 1)])).toEqual([]);
    expect(turnsAlong([{ value: 0, difference: null }])).toEqual([]);
  });
});

describe('a sweep', () => {
  const plain = handMade().strategies[0]!;
  const talk = handMade().workloads[0]!;
  const at = (volume: string): Suite =>
    handMade({
      strategies: [plain, { ...plain, label: 'other' }],
      workloads: [{ ...talk, label: `talk${volume}` }],
    });
  const points = [
    { value: 0, suite: at(':volume=0') },
    { value: 1, suite: at('') },
  ];

  /** What two strategies spend in the trials with the seeds 1, 2, ... at both points. */
  function sweepOf(spent: Readonly<Record<string, readonly [readonly number[], readonly number[]]>>): SweepTally {
    const tally = new SweepTally(at(''), points);
    for (const [strategy, both] of Object.entries(spent)) {
      for (const [point, values] of both.entries()) {
        const workload = points[point]!.suite.workloads[0]!.label;
        for (const [index, usd] of values.entries()) {
          const differs: Partial<TrialResult> = usd < 0 ? { failure: 'boom' } : { usd };
          tally.add(point, trialRecord({ strategy, workload, seed: index + 1, ...differs }));
        }
      }
    }
    return tally;
  }
  const usdIn = (crossovers: readonly Crossover[]): readonly Crossover[] =>
    crossovers.filter(({ metric }) => metric === 'usd');

  it('compares trials with the same seed: seeds that differ much more than the strategies hide nothing', () => {
    const [cheap, dear] = [
      [1, 100, 1000, 50],
      [2, 101.5, 1001, 51],
    ];
    const [crossover] = usdIn(sweepOf({ plain: [cheap, dear], other: [dear, cheap] }).crossovers());
    expect(crossover).toMatchObject({ kind: 'clear', before: 'plain', after: 'other', between: [0, 1], at: 0.5 });
    const shuffled = sweepOf({ plain: [cheap, dear], other: [dear.slice().reverse(), cheap] });
    expect(usdIn(shuffled.crossovers())).toMatchObject([{ kind: 'unclear' }]);
  });

  it('has a cell per strategy at each point, under the label without the dial', () => {
    const tally = sweepOf({
      plain: [
        [1, 3],
        [4, -1],
      ],
      other: [[0, 0], [0]],
    });
    const [first, second] = tally.points();
    expect(first).toMatchObject({ value: 0, workloads: ['talk:volume=0'], strategies: ['plain', 'other'] });
    expect(first!.cells[0]).toMatchObject({ strategy: 'plain', trials: 2, failed: 0, metrics: { usd: { mean: 2 } } });
    expect(second!.cells[0]).toMatchObject({ trials: 1, failed: 1, metrics: { usd: { mean: 4 }, lostShare: null } });
    expect(second!.cells[1]!.metrics.usd).toMatchObject({ mean: 0, low: -Infinity });
  });

  it('is judged as one run: a void trial anywhere breaks it, and cells name what to replay', () => {
    expect(sweepOf({ plain: [[1], [1]], other: [[1], [1]] }).whole.verdict()).toBe('kept');
    const broken = sweepOf({ plain: [[-1], [1]], other: [[1], [1]] });
    expect(broken.whole.verdict()).toBe('broken');
    expect(broken.cells()[0]?.worst?.spec.workload).toBe('talk:volume=0');
  });
});
