import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SweepReport } from '../../src/contract/index.ts';
import { SweepTally } from '../../src/experiment/index.ts';
import {
  paintWith,
  shownMetrics,
  sweepHeader,
  sweepJson,
  sweepJsonSchema,
  sweepSchema,
  sweepText,
} from '../../reports/index.ts';
import { runReport, suite as handMade, trialRecord } from '../support/hand-made.ts';

const plain = handMade().strategies[0]!;
const suite = handMade({ strategies: [plain, { ...plain, label: 'other' }], seeds: { first: 1, count: 3 } });

/** At three points; `plain` spends less than `other` at the first one and more at the last. */
function report(spent: (strategy: string, point: number) => number): SweepReport {
  const values = [0, 0.5, 1];
  const tally = new SweepTally(
    suite,
    values.map((value) => ({ value, suite })),
  );
  for (const [point] of values.entries()) {
    for (const { label: strategy } of suite.strategies) {
      for (const seed of [1, 2, 3]) tally.add(point, trialRecord({ strategy, seed, usd: spent(strategy, point) }));
    }
  }
  const dial = { kind: 'workload', part: 'talk', knob: 'volume', values } as const;
  const run = runReport(suite, [], { trials: { done: 18, planned: 18 } });
  return { dial, points: tally.points(), crossovers: tally.crossovers(), run };
}

const crossing = report((strategy, point) => (strategy === 'plain' ? point * 0.01 : 0.0075));

describe('the text of a sweep', () => {
  const text = sweepText(crossing, shownMetrics, paintWith(false));

  it('has a row per strategy and a column per point', () => {
    expect(text).toContain('USD per trial, all calls\nstrategy       0     0.5       1');
    expect(text).toMatch(/plain +0 +0\.01 +0\.02\n/);
  });

  it('names the crossover in a sentence', () => {
    const sentence =
      'USD per trial, all calls: below 0.375 plain is cheaper than other; above it is dearer (95 % interval';
    expect(text).toContain(`${sentence} 0.375 to 0.375, certain at 0 and 0.5)`);
  });

  it('says in a line what is the same everywhere', () => {
    expect(text).toContain('makespan: 0 everywhere');
    expect(
      sweepText(
        report(() => 1),
        ['usd'],
        paintWith(false),
      ),
    ).toContain('Nowhere, in what is shown.');
  });

  it('puts the dial and the number of points into the header', () => {
    const header = sweepHeader(crossing, paintWith(false));
    expect(header).toContain('dial     talk.volume at 0, 0.5, 1');
    expect(header).toContain('18 = 3 points x 2 strategies x 1 workload x 1 fault profile x seeds 1 to 3');
  });
});

describe('the result file of a sweep', () => {
  it('is what its schema says, and has every metric', () => {
    const parsed = sweepSchema.parse(JSON.parse(sweepJson(crossing)));
    expect(parsed).toMatchObject({ schema: 'lostwrites/sweep@1', dial: { knob: 'volume' }, partial: false });
    expect(parsed.points[1]?.cells[0]?.metrics.usd).toMatchObject({ mean: 0.01 });
    expect(parsed.crossovers.filter(({ metric }) => metric === 'usd')).toMatchObject([{ kind: 'clear', at: 0.375 }]);
  });

  it('has a published schema that is up to date', () => {
    const published = readFileSync(new URL('../../reports/sweep.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(sweepJsonSchema()));
  });
});
