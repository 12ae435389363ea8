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
  #bytes: Uint8Array;

  constructor(disk: Disk, rules: ReaderRules) {
    this.#file = fileOn(disk, 'journal');
    this.#reader = new LaneReader(rules);
    const found = joined(this.#file.records());
    this.#reader.advance(found);
    this.#bytes = found.subarray(0, this.#reader.place.offset);
    if (this.#bytes.length < found.length) this.#file.replace([this.#bytes], () => undefined);
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
    if (generation === current && offset <= this.#bytes.length) {
      return { from: { generation, offset }, bytes: this.#bytes.subarray(offset) };
    }
    return { from: { generation: current, offset: 0 }, bytes: this.#bytes };
  }

  append(bytes: Uint8Array, durable: (changes: readonly LaneChange[]) => void): void {
    this.#file.append(bytes, () => {
      this.#bytes = joined([this.#bytes, bytes]);
      durable(this.#reader.advance(bytes));
    });
  }

  /** Puts these bytes in the place of the whole journal, all at once. */
  replace(bytes: Uint8Array, durable: () => void): void {
    this.#file.replace([bytes], () => {
      this.#bytes = bytes;
      this.#reader.rewind(bytes);
      durable();
    });
  }
}
