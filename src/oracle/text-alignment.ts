/**
 * Aligns two texts that are mostly the same. Passages that occur once in each text anchor the alignment (after the idea of
 * patience diff, Cohen 2003), longer ones first; what lies between two anchors is aligned exactly if that is cheap (Myers,
 * "An O(ND) Difference Algorithm", 1986). Where the texts have next to nothing in common, characters stay unmatched.
 */

/** Lengths of the anchoring passages, in UTF-16 units. */
const anchorLengths = [32, 16, 8];
/** Below this product of lengths anchors aren't worth the search. */
const smallProduct = 10_000;
/** The exact alignment gives up beyond this many differences. */
const mostDifferences = 400;

/** A stretch of both texts: [leftStart, leftEnd) and [rightStart, rightEnd). */
interface Stretch {
  readonly leftStart: number;
  readonly leftEnd: number;
  readonly rightStart: number;
  readonly rightEnd: number;
}

/** For each position of `right` its position in `left`, rising; -1 where it has none. */
export function alignTexts(left: string, right: string): Int32Array {
  const places = new Int32Array(right.length).fill(-1);
  align(left, right, { leftStart: 0, leftEnd: left.length, rightStart: 0, rightEnd: right.length }, 0, places);
  return places;
}

function align(left: string, right: string, whole: Stretch, level: number, places: Int32Array): void {
  const rest = trim(left, right, whole, places);
  const [leftLength, rightLength] = [rest.leftEnd - rest.leftStart, rest.rightEnd - rest.rightStart];
  if (leftLength === 0 || rightLength === 0) return;
  const length = anchorLengths[level];
  if (length === undefined || leftLength * rightLength <= smallProduct) {
    alignExactly(left, right, rest, places);
    return;
  }
  const anchors = findAnchors(left, right, rest, length);
  let { leftStart, rightStart } = rest;
  for (const anchor of anchors) {
    // An earlier stretch may have grown over the start of this anchor.
    if (anchor.left < leftStart || anchor.right < rightStart) continue;
    align(left, right, { leftStart, rightStart, leftEnd: anchor.left, rightEnd: anchor.right }, level + 1, places);
    ({ left: leftStart, right: rightStart } = follow(left, right, anchor, rest, places));
  }
  align(left, right, { ...rest, leftStart, rightStart }, level + 1, places);
}

/** Matches equal starts and ends; returns what lies between them. */
function trim(left: string, right: string, stretch: Stretch, places: Int32Array): Stretch {
  let { leftStart, leftEnd, rightStart, rightEnd } = stretch;
  const isSame = (one: number, other: number): boolean => left.charCodeAt(one) === right.charCodeAt(other);
  while (leftStart < leftEnd && rightStart < rightEnd && isSame(leftStart, rightStart)) {
    places[rightStart] = leftStart;
    leftStart += 1;
    rightStart += 1;
  }
  while (leftStart < leftEnd && rightStart < rightEnd && isSame(leftEnd - 1, rightEnd - 1)) {
    leftEnd -= 1;
    rightEnd -= 1;
    places[rightEnd] = leftEnd;
  }
  return { leftStart, leftEnd, rightStart, rightEnd };
}

interface Anchor {
  readonly left: number;
  readonly right: number;
}

/** Matches the anchor and all that goes on equally behind it; returns where that ends. */
function follow(left: string, right: string, anchor: Anchor, within: Stretch, places: Int32Array): Anchor {
  let { left: at, right: other } = anchor;
  while (at < within.leftEnd && other < within.rightEnd && left.charCodeAt(at) === right.charCodeAt(other)) {
    places[other] = at;
    at += 1;
    other += 1;
  }
  return { left: at, right: other };
}

/** Passages that occur once in each text, as many as stand in the same order in both. */
function findAnchors(left: string, right: string, stretch: Stretch, length: number): readonly Anchor[] {
  const inLeft = uniquePassages(left, stretch.leftStart, stretch.leftEnd, length);
  const inRight = uniquePassages(right, stretch.rightStart, stretch.rightEnd, length);
  const shared: Anchor[] = [];
  for (const [passage, at] of inLeft) {
    const other = inRight.get(passage);
    if (at >= 0 && other !== undefined && other >= 0) shared.push({ left: at, right: other });
  }
  return longestRising(shared.sort((one, other) => one.left - other.left));
}

/** By passage its only position, or -1 if it occurs more than once. */
function uniquePassages(text: string, start: number, end: number, length: number): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (let at = start; at + length <= end; at += 1) {
    const passage = text.slice(at, at + length);
    positions.set(passage, positions.has(passage) ? -1 : at);
  }
  return positions;
}

/** The longest subsequence whose positions in the right text rise (patience sorting). */
function longestRising(anchors: readonly Anchor[]): readonly Anchor[] {
  const tops: number[] = [];
  const previous = new Int32Array(anchors.length).fill(-1);
  anchors.forEach(({ right }, index) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((anchors[tops[middle] as number] as Anchor).right < right) low = middle + 1;
      else high = middle;
    }
    previous[index] = tops[low - 1] ?? -1;
    tops[low] = index;
  });
  const rising: Anchor[] = [];
  for (let index = tops.at(-1) ?? -1; index >= 0; index = previous[index] as number)
    rising.push(anchors[index] as Anchor);
  return rising.reverse();
}

/** Myers' greedy algorithm: for each number of differences, how far each diagonal reaches. */
function alignExactly(left: string, right: string, stretch: Stretch, places: Int32Array): void {
  const { leftStart, leftEnd, rightStart, rightEnd } = stretch;
  const most = Math.min(mostDifferences, leftEnd - leftStart + rightEnd - rightStart);
  const steps: Int32Array[] = [];
  let reach = new Int32Array(3);
  for (let differences = 0; differences <= most; differences += 1) {
    const next = new Int32Array(2 * differences + 3);
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = startOf(reach, differences, diagonal);
      while (
        leftStart + x < leftEnd &&
        rightStart + x - diagonal < rightEnd &&
        left.charCodeAt(leftStart + x) === right.charCodeAt(rightStart + x - diagonal)
      ) {
        x += 1;
      }
      next[diagonal + differences + 1] = x;
      if (leftStart + x >= leftEnd && rightStart + x - diagonal >= rightEnd) {
        steps.push(next);
        traceBack(steps, stretch, places, diagonal);
        return;
      }
    }
    steps.push(next);
    reach = next;
  }
}

/** Where the furthest path with this many differences enters the diagonal: from the neighbour that reaches further. */
function startOf(reach: Int32Array, differences: number, diagonal: number): number {
  if (differences === 0) return 0;
  const above = reach[diagonal + 1 + differences] as number;
  const before = (reach[diagonal - 1 + differences] as number) + 1;
  return comesFromAbove(reach, differences, diagonal) ? above : before;
}

function comesFromAbove(reach: Int32Array, differences: number, diagonal: number): boolean {
  if (diagonal === -differences) return true;
  if (diagonal === differences) return false;
  return (reach[diagonal - 1 + differences] as number) < (reach[diagonal + 1 + differences] as number);
}

function traceBack(steps: readonly Int32Array[], stretch: Stretch, places: Int32Array, lastDiagonal: number): void {
  let diagonal = lastDiagonal;
  for (let differences = steps.length - 1; differences >= 0; differences -= 1) {
    const reach = steps[differences - 1] ?? new Int32Array(3);
    const end = (steps[differences] as Int32Array)[diagonal + differences + 1] as number;
    for (let x = startOf(reach, differences, diagonal); x < end; x += 1) {
      places[stretch.rightStart + x - diagonal] = stretch.leftStart + x;
    }
    if (differences > 0) diagonal += comesFromAbove(reach, differences, diagonal) ? 1 : -1;
  }
}
