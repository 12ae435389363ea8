/**
 * Whose amounts a counter contains. Only the sum can be seen, so the oracle looks for a set of writes that explains it, with
 * as many told-safe writes as possible: what it cannot place is not there. Committed ones come first, since what was
 * escalated may stand in the escalation alone. A counter that is not listed stands at 0.
 */

import type { FieldState, Told } from '../contract/index.ts';
import type { FieldCase, Issued } from './issued.ts';
import type { FieldStanding } from './field-standing.ts';

/** Above this many cells of the table the exact search gives way to the greedy one. */
const largestTable = 1_000_000;

export function standingAmounts(
  { declaration }: FieldCase,
  writes: readonly Issued[],
  state: FieldState | undefined,
): FieldStanding {
  const start = declaration?.kind === 'counter' ? (declaration.initial ?? 0) : 0;
  const value = state?.kind === 'counter' ? state.value : 0;
  const amounts = writes.map(amountOf);
  return explain(writes, amounts, value - start);
}

function explain(writes: readonly Issued[], amounts: readonly number[], difference: number): FieldStanding {
  const accepted = positionsOf(writes, (told) => told !== 'refused');
  const safe = positionsOf(writes, (told) => told === 'committed' || told === 'escalated');
  const committed = positionsOf(writes, (told) => told === 'committed');
  for (const all of [accepted, safe, committed]) if (isSum(amounts, all, difference)) return keep(writes, all, 0);
  const weights = writes.map(({ told }) => weightOf(told, writes.length + 1));
  const exact =
    subset(accepted, amounts, weights, difference) ?? subset([...writes.keys()], amounts, weights, difference);
  if (exact !== null) return keep(writes, exact, 0);
  const most = sum(accepted.map((position) => Math.max(0, amounts[position] as number)));
  if (difference > most) return keep(writes, accepted, 1);
  const escalated = safe.filter((position) => !committed.includes(position));
  return keep(writes, dropFewest(escalated, committed, amounts, difference), 0);
}

/** One of a kind counts for more than all of the next one together; `all` exceeds the number of writes. */
function weightOf(told: Told, all: number): number {
  switch (told) {
    case 'committed':
      return all * all;
    case 'escalated':
      return all;
    case 'nothing':
      return 0;
    case 'refused':
      return -1;
  }
}

/**
 * The positions whose amounts add up to the difference, with the highest sum of weights; among equals the one that keeps
 * earlier writes. Null if there is none, or if the table would be too large or the amounts are not whole.
 */
function subset(
  positions: readonly number[],
  amounts: readonly number[],
  weights: readonly number[],
  difference: number,
): readonly number[] | null {
  const chosen = positions.map((position) => amounts[position] as number);
  const lowest = sum(chosen.filter((amount) => amount < 0));
  const width = sum(chosen.filter((amount) => amount > 0)) - lowest + 1;
  if (![...chosen, difference].every(Number.isSafeInteger) || width * (chosen.length + 1) > largestTable) return null;
  const target = difference - lowest;
  if (target < 0 || target >= width) return null;
  // best[step * width + rest - lowest]: the highest weight with which the writes from this step on add up to the rest.
  const best = new Float64Array(width * (chosen.length + 1)).fill(impossible);
  best[chosen.length * width - lowest] = 0;
  for (let step = chosen.length - 1; step >= 0; step -= 1) {
    const weight = weights[positions[step] as number] as number;
    for (let rest = 0; rest < width; rest += 1) {
      const kept = rest - (chosen[step] as number);
      const withIt = kept >= 0 && kept < width ? (best[(step + 1) * width + kept] as number) : impossible;
      const without = best[(step + 1) * width + rest] as number;
      best[step * width + rest] = Math.max(withIt === impossible ? impossible : withIt + weight, without);
    }
  }
  return best[target] === impossible ? null : trace(best, positions, chosen, weights, width, target);
}

const impossible = -Infinity;

function trace(
  best: Float64Array,
  positions: readonly number[],
  amounts: readonly number[],
  weights: readonly number[],
  width: number,
  target: number,
): readonly number[] {
  const kept: number[] = [];
  let rest = target;
  for (const [step, position] of positions.entries()) {
    const next = rest - (amounts[step] as number);
    const reachable = next >= 0 && next < width ? (best[(step + 1) * width + next] as number) : impossible;
    if (reachable === impossible || reachable + (weights[position] as number) !== best[step * width + rest]) continue;
    kept.push(position);
    rest = next;
  }
  return kept;
}

/** Largest amounts first, escalated before committed ones, until the rest fits below the difference. */
function dropFewest(
  escalated: readonly number[],
  committed: readonly number[],
  amounts: readonly number[],
  difference: number,
): readonly number[] {
  const kept = new Set([...escalated, ...committed].sort((one, other) => one - other));
  const largestFirst = (positions: readonly number[]): readonly number[] =>
    [...positions].sort((one, other) => (amounts[other] as number) - (amounts[one] as number));
  let total = sum([...kept].map((position) => amounts[position] as number));
  for (const position of [...largestFirst(escalated), ...largestFirst(committed)]) {
    if (total <= difference) break;
    kept.delete(position);
    total -= amounts[position] as number;
  }
  return [...kept];
}

function keep(writes: readonly Issued[], positions: readonly number[], duplicates: number): FieldStanding {
  const kept = new Set(positions);
  return { standing: writes.map((_, position) => (kept.has(position) ? 'whole' : 'none')), duplicates };
}

function positionsOf(writes: readonly Issued[], matches: (told: Issued['told']) => boolean): readonly number[] {
  return writes.flatMap(({ told }, position) => (matches(told) ? [position] : []));
}

function amountOf({ write }: Issued): number {
  return write.kind === 'counter' ? write.value : 0;
}

/** Fractions are compared with the tolerance of their rounding. */
function isSum(amounts: readonly number[], positions: readonly number[], difference: number): boolean {
  const total = sum(positions.map((position) => amounts[position] as number));
  return Math.abs(total - difference) <= 1e-9 * Math.max(1, Math.abs(difference));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
