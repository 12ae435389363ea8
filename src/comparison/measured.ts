/**
 * Two measurements of the same figures. Unchanged code moves by several percent from process to process, so only what is outside
 * of both 95 % intervals is a change, and none of them fails anything unless that was asked for.
 */

import type { Estimate, MeasuredChange, MeasuredComparison, MeasuredFigure, MeasuredRun } from '../contract/index.ts';
import { estimate } from '../metrics/index.ts';

/** `failAbovePercent`: how much worse a figure may get; null: nothing fails. */
export function compareMeasured(
  before: MeasuredRun,
  after: MeasuredRun,
  failAbovePercent: number | null,
): MeasuredComparison {
  const isSameMachine = before.node === after.node && before.cpu === after.cpu;
  const earlier = new Map(before.figures.map((figure) => [figure.name, figure]));
  const pairs = after.figures.flatMap((figure) => {
    const known = earlier.get(figure.name);
    return known === undefined || !(isSameMachine || figure.isRatio) ? [] : [[known, figure] as const];
  });
  const estimated = pairs.flatMap(([known, figure]) => {
    const [from, to] = [estimate(known.samples), estimate(figure.samples)];
    return from === null || to === null || !isBounded(from) || !isBounded(to) ? [] : [{ figure, from, to }];
  });
  const changes = estimated
    .filter(({ from, to }) => from.high < to.low || to.high < from.low)
    .map(({ figure, from, to }) => changeOf(figure, from, to, failAbovePercent));
  const { figures: _before, ...beforeFacts } = before;
  const { figures: _after, ...afterFacts } = after;
  return {
    before: beforeFacts,
    after: afterFacts,
    compared: estimated.length,
    changes: changes.toSorted((left, right) => rankOf(left) - rankOf(right)),
    missing: namesOnlyIn(before, after),
    added: namesOnlyIn(after, before),
    notes: isSameMachine ? [] : ['Node or the processor is another one: only ratios are compared'],
  };
}

/** One sample says nothing about how far it would move. */
function isBounded({ low, high }: Estimate): boolean {
  return Number.isFinite(low) && Number.isFinite(high);
}

function changeOf(
  { name, unit, better }: MeasuredFigure,
  from: Estimate,
  to: Estimate,
  failAbovePercent: number | null,
): MeasuredChange {
  const isMore = to.mean > from.mean;
  const direction = better === 'neither' ? 'neither' : (better === 'more') === isMore ? 'better' : 'worse';
  const percent = (100 * Math.abs(to.mean - from.mean)) / Math.abs(from.mean);
  const breaks = direction === 'worse' && failAbovePercent !== null && percent > failAbovePercent;
  return { name, unit, from, to, direction, breaks };
}

function rankOf({ direction }: MeasuredChange): number {
  return { worse: 0, better: 1, neither: 2 }[direction];
}

function namesOnlyIn(one: MeasuredRun, other: MeasuredRun): readonly string[] {
  const known = new Set(other.figures.map(({ name }) => name));
  return one.figures.map(({ name }) => name).filter((name) => !known.has(name));
}
