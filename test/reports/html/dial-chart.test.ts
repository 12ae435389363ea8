/** A sweep on the page: which curves there are, and what is said of them. */

import { describe, expect, it } from 'vitest';
import { dialChart } from '../../../reports/html/dial-chart.ts';
import { serialize } from '../../../reports/html/markup.ts';
import { sweepData } from '../../../reports/html/sweep-data.ts';
import type { Dial, Suite } from '../../../src/contract/index.ts';
import { SweepTally } from '../../../src/experiment/index.ts';
import { losing, runReport, suite } from '../../support/hand-made.ts';

const dial: Dial = { kind: 'workload', part: 'talk', knob: 'noise', values: [0, 1] };
const talkAt = (value: number): Suite => {
  const plain = suite();
  return { ...plain, workloads: plain.workloads.map((each) => ({ ...each, label: `talk:noise=${String(value)}` })) };
};

function swept() {
  const tally = new SweepTally(
    suite(),
    dial.values.map((value) => ({ value, suite: talkAt(value) })),
  );
  for (const [point, lost] of [0, 4].entries()) {
    for (const seed of [1, 2, 3]) tally.add(point, losing(lost, 10, { seed, workload: `talk:noise=${String(point)}` }));
  }
  const run = runReport(suite(), []);
  return { tally, report: { dial, points: tally.points(), crossovers: tally.crossovers(), run } };
}

describe('the curves along a dial', () => {
  it('are there for what differs, and for nothing else', () => {
    const data = sweepData(swept().report);
    expect(data.metrics.map(({ metric }) => metric)).toEqual(['lostShare', 'lost']);
    const svg = serialize(dialChart(data, { metric: 'lost', faults: 'none' }, 600));
    expect(svg).toContain('<title>plain: 0 at 0, 4 at 1</title>');
    expect(svg.match(/<circle/g)).toHaveLength(2);
  });

  it('lead to the worst trial of all points, as it can be replayed', () => {
    const { cells, cellsByWorkload } = swept().tally.folded();
    expect(cells[0]!.fates.lost).toBe(12);
    for (const { worst } of [...cells, ...cellsByWorkload]) {
      expect(worst).toMatchObject({ lost: 4, spec: { workload: 'talk:noise=1', seed: 1 } });
    }
  });
});
