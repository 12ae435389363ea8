import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RunReport } from '../../src/contract/index.ts';
import { dashboard } from '../../reports/index.ts';
import { losing, runReport, suite } from '../support/hand-made.ts';
import { hostileRun, hostileTexts } from '../support/hostile.ts';

/** What github-action-benchmark documents of `customSmallerIsBetter`. */
const customSmallerIsBetter = z.array(
  z.strictObject({
    name: z.string().min(1),
    unit: z.string().min(1),
    value: z.number(),
    range: z.string().optional(),
    extra: z.string().optional(),
  }),
);

const pointsOf = (report: RunReport): z.infer<typeof customSmallerIsBetter> =>
  customSmallerIsBetter.parse(JSON.parse(dashboard(report)));

describe('the JSON for dashboards', () => {
  it('holds the exact sums of each strategy and fault profile, under names of their own', () => {
    const points = pointsOf(runReport(suite(), [losing(1, 4), losing(2, 4)]));
    expect(points).toContainEqual({
      name: 'plain / none / lost',
      unit: 'count',
      value: 3,
      extra: '2 trials, configuration abcdef012345',
    });
    expect(new Set(points.map(({ name }) => name)).size).toBe(points.length);
    expect(points.some(({ name }) => name.endsWith('latencyMs.p99'))).toBe(false);
  });

  it('leaves out canaries: that they lose less is no good news', () => {
    const strategies = suite().strategies.map((each) => ({ ...each, canary: true }));
    expect(pointsOf(runReport(suite({ strategies }), [losing(1, 4)]))).toEqual([]);
  });

  it.each(hostileTexts)('keeps %j as a name', (hostile) => {
    const { of, trials } = hostileRun(hostile);
    expect(pointsOf(runReport(of, trials))[0]!.name).toBe(`${hostile} / ${hostile} / failed`);
  });
});
