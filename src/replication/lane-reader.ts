/** Reads the journal of the lanes as it grows, and knows how far it has come. */

import type { Scan } from './framed-log.ts';
import { LaneFold, type FoldRules, type LaneChange } from './lane-fold.ts';
import type { LaneRecord } from './lane-records.ts';
import { recordIn } from './lane-rows.ts';

/** A place in the journal: every compaction begins a new generation of it. */
export interface JournalPlace {
  readonly generation: number;
  readonly offset: number;
}

export function isSamePlace(one: JournalPlace, other: JournalPlace): boolean {
  return one.generation === other.generation && one.offset === other.offset;
}

export interface ReaderRules extends FoldRules {
  scan(bytes: Uint8Array): Scan;
}

export const journalStart: JournalPlace = { generation: 0, offset: 0 };

export class LaneReader {
  readonly #rules: ReaderRules;
  #fold: LaneFold;
  #offset = 0;

  constructor(rules: ReaderRules) {
    this.#rules = rules;
    this.#fold = new LaneFold(rules);
  }

  get fold(): LaneFold {
    return this.#fold;
  }

  get place(): JournalPlace {
    return { generation: this.#fold.generation, offset: this.#offset };
  }

  /** Reads on from its place. Returns what has changed, record by record. */
  advance(bytes: Uint8Array): readonly LaneChange[] {
    const { pieces, end } = this.#rules.scan(bytes);
    this.#offset += end;
    return pieces.flatMap((piece) => {
      if (piece.kind === 'record') return this.#fold.apply(recordIn(piece.payload)) ?? [];
      this.#fold.damaged();
      return [];
    });
  }

  /** Takes in what its owner has itself written at this place, in so many bytes. */
  wrote(records: readonly LaneRecord[], length: number): void {
    this.#offset += length;
    for (const record of records) this.#fold.apply(record);
  }

  /** Forgets what it has read and begins at the start. */
  rewind(bytes: Uint8Array): readonly LaneChange[] {
    this.#fold = new LaneFold(this.#rules);
    this.#offset = 0;
    return this.advance(bytes);
  }
}
