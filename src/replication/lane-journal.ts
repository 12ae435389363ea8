/**
 * The journal of the lanes as a file: bytes, of which everybody is shown only the durable ones. When it is opened, a record
 * that was torn off is cut away, so that the next one doesn't stand behind it.
 */

import type { Disk } from '../contract/index.ts';
import { fileOn } from './disk-files.ts';
import type { LaneChange, LaneFold } from './lane-fold.ts';
import { LaneReader, type JournalPlace, type ReaderRules } from './lane-reader.ts';
import { joined } from './lane-records.ts';

export interface Extract {
  readonly from: JournalPlace;
  readonly bytes: Uint8Array;
}

export class LaneJournal {
  readonly #file: Disk;
  readonly #reader: LaneReader;
  /** Grows by halves, so that appending to a long journal doesn't copy all of it. */
  #space: Uint8Array;

  constructor(disk: Disk, rules: ReaderRules) {
    this.#file = fileOn(disk, 'journal');
    this.#reader = new LaneReader(rules);
    const found = joined(this.#file.records());
    this.#reader.advance(found);
    this.#space = found;
    if (this.end.offset < found.length) this.#file.replace([this.#bytes], () => undefined);
  }

  get fold(): LaneFold {
    return this.#reader.fold;
  }

  get end(): JournalPlace {
    return this.#reader.place;
  }

  /** What stands behind this place; everything where the place is no longer part of the journal. */
  readFrom({ generation, offset }: JournalPlace): Extract {
    const current = this.#reader.place.generation;
    const from = generation === current && offset <= this.end.offset ? offset : 0;
    return { from: { generation: current, offset: from }, bytes: this.#bytes.subarray(from) };
  }

  append(bytes: Uint8Array, durable: (changes: readonly LaneChange[]) => void): void {
    this.#file.append(bytes, () => {
      this.#extend(bytes);
      durable(this.#reader.advance(bytes));
    });
  }

  /** Puts these bytes in the place of the whole journal, all at once. */
  replace(bytes: Uint8Array, durable: () => void): void {
    this.#file.replace([bytes], () => {
      this.#space = bytes;
      this.#reader.rewind(bytes);
      durable();
    });
  }

  get #bytes(): Uint8Array {
    return this.#space.subarray(0, this.end.offset);
  }

  /** What may still stand behind the end was torn off, and was cut away in the file. */
  #extend(bytes: Uint8Array): void {
    const { offset } = this.end;
    if (offset + bytes.length > this.#space.length) {
      const wider = new Uint8Array(offset + bytes.length + (offset >> 1));
      wider.set(this.#bytes);
      this.#space = wider;
    }
    this.#space.set(bytes, offset);
  }
}
