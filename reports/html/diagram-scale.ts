/**
 * Time to height. Trials last minutes and what matters in them milliseconds, so time isn't drawn in proportion: every instant
 * at which something happens has its own height, and what lies between two instants is as high as the logarithm of how long
 * it takes.
 */

export interface Instant {
  readonly at: number;
  /** So many rows are needed at this instant. */
  readonly rows: number;
}

export interface TimeScale {
  readonly height: number;
  readonly instants: readonly { readonly at: number; readonly top: number }[];
  /** Where the instant begins, or where it ends if it has several rows. */
  y(at: number, end?: 'top' | 'bottom'): number;
}

export const rowHeight = 16;

interface Knot {
  readonly at: number;
  readonly top: number;
  readonly bottom: number;
}

/** `instants` rise. Begins at time zero. */
export function timeScale(instants: readonly Instant[], end: number, firstY: number): TimeScale {
  const knots: Knot[] = [{ at: 0, top: firstY, bottom: firstY }];
  const last = instants.at(-1)?.at ?? 0;
  for (const { at, rows } of [...instants, ...(end > last ? [{ at: end, rows: 1 }] : [])]) {
    const before = knots.at(-1);
    if (before === undefined) break;
    const top = before.bottom + gapHeight(at - before.at);
    knots.push({ at, top, bottom: top + (rows - 1) * rowHeight });
  }
  return {
    height: (knots.at(-1)?.bottom ?? firstY) + rowHeight,
    instants: knots.map(({ at, top }) => ({ at, top })),
    y: (at, side = 'top') => yOf(knots, at, side),
  };
}

/** In tenths of a millisecond. */
function gapHeight(gap: number): number {
  return gap === 0 ? 0 : rowHeight + 5 * Math.log10(1 + gap / 10);
}

function yOf(knots: readonly Knot[], at: number, side: 'top' | 'bottom'): number {
  let [low, high] = [0, knots.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((knots[middle]?.at ?? Infinity) <= at) low = middle;
    else high = middle - 1;
  }
  const [before, after] = [knots[low], knots[low + 1]];
  if (before === undefined) return 0;
  if (before.at === at) return before[side];
  if (after === undefined) return before.bottom;
  return before.bottom + ((at - before.at) / (after.at - before.at)) * (after.top - before.bottom);
}
