/**
 * The store on its disk: one record for each put, with all that stands at the nodes that it has written. The newest record of
 * a node counts, so a record that is lost takes nothing with it but itself. From time to time the journal is folded: it is
 * replaced by records that hold what stands by now.
 */

import type { Disk, FieldName } from '../contract/index.ts';
import { decode, encode } from '../replication/index.ts';
import type { Contender } from './node.ts';
import type { StoreResolution } from './outcome.ts';

export interface JournalRecord {
  readonly fields: readonly (readonly [FieldName, readonly Contender[]])[];
  readonly resolutions: readonly StoreResolution[];
}

/** Nodes in one record of a folded journal. */
const nodesPerRecord = 256;
/** A journal is folded when it has grown by so many bytes, and by several times its folded size. */
export const defaultFoldBytes = 2 ** 18;
const growthFactor = 4;

export class Journal {
  readonly #disk: Disk;
  readonly #foldBytes: number;
  #foldedBytes = 0;
  #grownBytes = 0;

  constructor(disk: Disk, foldBytes: number) {
    this.#disk = disk;
    this.#foldBytes = foldBytes;
  }

  /** Everything that was written, the oldest first. Throws if the disk holds something else. */
  records(): readonly JournalRecord[] {
    return this.#disk.records().map((bytes, index) => {
      this.#grownBytes += bytes.length;
      return readRecord(bytes, index);
    });
  }

  get isLong(): boolean {
    return this.#grownBytes > Math.max(this.#foldBytes, growthFactor * this.#foldedBytes);
  }

  append(record: JournalRecord, durable: () => void): void {
    const bytes = encode(record);
    this.#grownBytes += bytes.length;
    this.#disk.append(bytes, durable);
  }

  /** Replaces all records at once: whoever opens the disk finds the old ones or the new ones. */
  fold({ fields, resolutions }: JournalRecord): void {
    const records = [encode({ fields: [], resolutions })];
    for (let start = 0; start < fields.length; start += nodesPerRecord) {
      records.push(encode({ fields: fields.slice(start, start + nodesPerRecord), resolutions: [] }));
    }
    this.#foldedBytes = records.reduce((sum, bytes) => sum + bytes.length, 0);
    this.#grownBytes = 0;
    this.#disk.replace(records, () => undefined);
  }
}

function readRecord(bytes: Uint8Array, index: number): JournalRecord {
  const record = parsed(bytes);
  if (typeof record === 'object' && record !== null && 'fields' in record && 'resolutions' in record) {
    return record as JournalRecord;
  }
  throw new Error(`record ${index + 1} of the disk was not written by a store: is this the right folder?`);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    return null;
  }
}
