/**
 * Whether a text is made of exactly the passages of the reference in some order. Where agents typed at one place at once,
 * every order of their passages is right, also when others have typed into them since. Order is not judged beyond that.
 */

import type { TextRun } from '../document/text-history.ts';

/** The search gives up after this many comparisons; a text that took so many is compared in another way. */
const mostComparisons = 200_000;

export function isRearranged(runs: readonly TextRun[], content: string): boolean {
  const passages = passagesOf(runs);
  if (passages.reduce((sum, passage) => sum + passage.length, 0) !== content.length) return false;
  return new Arrangement(passages, content).exists();
}

/** What stands of each write without a gap, in the order of the reference. */
function passagesOf(runs: readonly TextRun[]): readonly string[] {
  const passages: string[] = [];
  let author: TextRun['author'] | null = null;
  for (const run of runs) {
    if (run.deletedBy.length > 0 || run.text === '') continue;
    if (run.author === author) passages.push((passages.pop() ?? '') + run.text);
    else passages.push(run.text);
    author = run.author;
  }
  return passages;
}

/** Depth first, passages in the order of the reference first: mostly that is the right one. */
class Arrangement {
  readonly #passages: readonly string[];
  readonly #content: string;
  readonly #isUsed: boolean[];
  #comparisons = 0;

  constructor(passages: readonly string[], content: string) {
    this.#passages = passages;
    this.#content = content;
    this.#isUsed = passages.map(() => false);
  }

  exists(): boolean {
    const chosen: number[] = [];
    let at = 0;
    let from = 0;
    while (at < this.#content.length) {
      const next = this.#nextFitting(at, from);
      if (next >= 0) {
        chosen.push(next);
        at += this.#lengthOf(next);
        this.#isUsed[next] = true;
        from = 0;
        continue;
      }
      const last = chosen.pop();
      if (last === undefined || this.#comparisons > mostComparisons) return false;
      at -= this.#lengthOf(last);
      this.#isUsed[last] = false;
      from = last + 1;
    }
    return true;
  }

  /** The first unused passage from `from` on that stands in the text at this place, or -1. */
  #nextFitting(at: number, from: number): number {
    for (let index = from; index < this.#passages.length; index += 1) {
      if (this.#isUsed[index] === true) continue;
      this.#comparisons += 1;
      if (this.#comparisons > mostComparisons) return -1;
      if (this.#content.startsWith(this.#passages[index] as string, at)) return index;
    }
    return -1;
  }

  #lengthOf(index: number): number {
    return (this.#passages[index] as string).length;
  }
}
