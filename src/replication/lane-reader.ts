/** Reads the journal of the lanes as it grows, and knows how far it has come. */

import { LaneFold, type FoldRules, type LaneChange } from './lane-fold.ts';
import type { LaneRecord } from './lane-records.ts';

/** A place in the journal: every compaction begins a new generation of it. */
export interface JournalPlace {
  readonly generation: number;
  readonly offset: number;
}

export function isSamePlace(one: JournalPlace, other: JournalPlace): boolean {
  return one.generation === other.generation && one.offset === other.offset;
}

export class LaneReader {
  readonly #rules: FoldRules;
  #fold: LaneFold;
  #offset = 0;

  constructor(rules: FoldRules) {
    this.#rules = rules;
    this.#fold = new LaneFold(rules);
  }

  get fold(): LaneFold {
    return this.#fold;
  }

  get place(): JournalPlace {
    return { generation: this.#fold.generation, offset: this.#offset };
  }

  /** Reads on from its place up to `end`; null where bytes stand that are no record. Returns what has changed. */
  advance(records: readonly (LaneRecord | null)[], end: number): readonly LaneChange[] {
    this.#offset = end;
    const changes: LaneChange[] = [];
    for (const record of records) {
      const change = record === null ? this.#fold.damaged() : this.#fold.apply(record);
      if (change !== null) changes.push(change);
    }
    return changes;
  }

  /** Forgets what it has read and begins at the start. */
  rewind(records: readonly (LaneRecord | null)[], end: number): readonly LaneChange[] {
    this.#fold = new LaneFold(this.#rules);
    return this.advance(records, end);
  }
}
