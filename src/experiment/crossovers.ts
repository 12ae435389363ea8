/** Where one strategy stops being better than another one along a dial, from their paired differences at each point. */

import type { Crossover, Estimate } from '../contract/index.ts';

/** The first strategy minus the second one; null where no pair of trials had anything to compare. One pair is no evidence. */
export interface DifferenceAt {
  readonly value: number;
  readonly difference: Estimate | null;
}

/** Which of the two is better before it. */
type Turn<Of = Crossover> = Of extends Crossover
  ? Omit<Of, 'metric' | 'faults' | 'before' | 'after'> & { readonly firstLeads: boolean }
  : never;

interface Known {
  readonly value: number;
  readonly difference: Estimate;
}

/**
 * A turn is clear between two neighbours among the points at which the order is certain, if that order differs; else, if the
 * mean changes its sign from one point to the next, there is one turn that is unclear, over all these points together.
 */
export function turnsAlong(differences: readonly DifferenceAt[]): readonly Turn[] {
  const known = differences.filter(isKnown);
  const certain = known.flatMap((each, index) => (orderOf(each.difference) === 0 ? [] : [index]));
  const clear = certain.flatMap((index, position): readonly Turn[] => {
    const next = certain[position + 1];
    if (next === undefined) return [];
    return clearTurn(known.slice(index, next + 1));
  });
  return clear.length > 0 ? clear : unclearTurn(known);
}

function isKnown(each: DifferenceAt): each is Known {
  return each.difference !== null && Number.isFinite(each.difference.low);
}

/** -1: the first one certainly has less; 1: the second one; 0: nobody knows. */
function orderOf({ low, high }: Estimate): number {
  if (high < 0) return -1;
  return low > 0 ? 1 : 0;
}

function clearTurn(points: readonly Known[]): readonly Turn[] {
  const [start, end] = [points[0], points.at(-1)];
  if (start === undefined || end === undefined) return [];
  const order = orderOf(start.difference);
  if (order === orderOf(end.difference)) return [];
  const at = zeroOf(points, ({ mean }) => mean);
  const ends = [zeroOf(points, ({ low }) => low), zeroOf(points, ({ high }) => high)];
  return [
    {
      kind: 'clear',
      at,
      low: Math.min(at, ...ends),
      high: Math.max(at, ...ends),
      between: [start.value, end.value],
      firstLeads: order < 0,
    },
  ];
}

/** Where the broken line through the points is zero: in the middle, if it is more than once. */
function zeroOf(points: readonly Known[], height: (difference: Estimate) => number): number {
  const zeros: number[] = [];
  for (const [index, point] of points.entries()) {
    const next = points[index + 1];
    const here = height(point.difference);
    if (here === 0) zeros.push(point.value);
    if (next === undefined) continue;
    const there = height(next.difference);
    if (here * there < 0) zeros.push(point.value + ((next.value - point.value) * here) / (here - there));
  }
  return ((zeros[0] ?? NaN) + (zeros.at(-1) ?? NaN)) / 2;
}

function unclearTurn(known: readonly Known[]): readonly Turn[] {
  const unequal = known.filter(({ difference }) => difference.mean !== 0);
  const changes = unequal.slice(1).flatMap((point, index) => {
    const last = unequal[index];
    return last !== undefined && last.difference.mean * point.difference.mean < 0 ? [[last, point] as const] : [];
  });
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined || last === undefined) return [];
  const between = [first[0].value, last[1].value] as const;
  return [{ kind: 'unclear', between, firstLeads: first[0].difference.mean < 0 }];
}
