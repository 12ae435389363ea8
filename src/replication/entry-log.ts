/** The entries that a replica holds, in an order in which each comes after all that its author had merged. */

import { covers, raise, type Entry, type Vector } from './entry.ts';

export class EntryLog {
  readonly #entries: Entry[] = [];
  readonly #vector: Vector = new Map();

  get vector(): Vector {
    return this.#vector;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  holds(entry: Entry): boolean {
    return entry.sequence < (this.#vector.get(entry.origin) ?? 0);
  }

  /** Whether the entry is the next one of its origin, and everything that it depends on is here. */
  isNext(entry: Entry): boolean {
    return entry.sequence === (this.#vector.get(entry.origin) ?? 0) && covers(this.#vector, entry.dependencies);
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    raise(this.#vector, entry.origin, entry.sequence + 1);
  }

  /** What somebody lacks who has this much. */
  missingIn(vector: Vector): readonly Entry[] {
    if (covers(vector, this.#vector)) return [];
    return this.#entries.filter((entry) => entry.sequence >= (vector.get(entry.origin) ?? 0));
  }
}
