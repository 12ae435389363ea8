/**
 * The journal of the lanes as a file: bytes, of which everybody is shown only the durable ones. When it is opened, a record
 * that was torn off is cut away, so that the next one doesn't stand behind it.
 */

import type { Disk } from '../contract/index.ts';
import { fileOn } from './disk-files.ts';
import type { Scan } from './framed-log.ts';
import type { FoldRules, LaneChange, LaneFold } from './lane-fold.ts';
import { LaneReader, type JournalPlace } from './lane-reader.ts';
import { frameOf, recordsOf, rowIn, type LaneRow } from './lane-rows.ts';

export interface JournalRules extends FoldRules {
  scan(bytes: Uint8Array): Scan;
}

/** What stands in the journal up to `end`; null where that is no record. */
interface Entry {
  readonly row: LaneRow | null;
  readonly end: number;
}

/** A part of the journal, up to `end` in the same generation. */
export interface Extract {
  readonly from: JournalPlace;
  readonly rows: readonly (LaneRow | null)[];
  readonly end: number;
}

export class LaneJournal {
  readonly #file: Disk;
  readonly #reader: LaneReader;
  #entries: Entry[];

  constructor(disk: Disk, rules: JournalRules) {
    this.#file = fileOn(disk, 'journal');
    this.#reader = new LaneReader(rules);
    const found = Buffer.concat(this.#file.records());
    const { pieces, end } = rules.scan(found);
    this.#entries = pieces.map((piece) => ({
      row: piece.kind === 'record' ? rowIn(piece.payload) : null,
      end: piece.end,
    }));
    this.#reader.advance(recordsOf(this.#entries.map(({ row }) => row)), end);
    if (end < found.length) this.#file.replace([found.subarray(0, end)], () => undefined);
  }

  get fold(): LaneFold {
    return this.#reader.fold;
  }

  get end(): JournalPlace {
    return this.#reader.place;
  }

  /** What stands behind this place; everything where the place is no longer part of the journal. */
  readFrom({ generation, offset }: JournalPlace): Extract {
    const { end } = this;
    const from = generation === end.generation && offset <= end.offset ? offset : 0;
    const first = this.#entries.findLastIndex((entry) => entry.end <= from) + 1;
    const rows = this.#entries.slice(first).map(({ row }) => row);
    return { from: { generation: end.generation, offset: from }, rows, end: end.offset };
  }

  append(rows: readonly LaneRow[], durable: (changes: readonly LaneChange[]) => void): void {
    const frames = rows.map(frameOf);
    const bytes = Buffer.concat(frames);
    this.#file.append(bytes, () => {
      const { offset } = this.end;
      this.#entries.push(...entriesAt(offset, rows, frames));
      durable(this.#reader.advance(recordsOf(rows), offset + bytes.length));
    });
  }

  /** Puts these rows in the place of the whole journal, all at once. */
  replace(rows: readonly LaneRow[], durable: () => void): void {
    const frames = rows.map(frameOf);
    const bytes = Buffer.concat(frames);
    this.#file.replace([bytes], () => {
      this.#entries = entriesAt(0, rows, frames);
      this.#reader.rewind(recordsOf(rows), bytes.length);
      durable();
    });
  }
}

function entriesAt(start: number, rows: readonly LaneRow[], frames: readonly Uint8Array[]): Entry[] {
  let end = start;
  return rows.map((row, index) => {
    end += frames[index]?.length ?? 0;
    return { row, end };
  });
}
