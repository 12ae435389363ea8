/**
 * Two files on one disk: the journal of the lanes, and the turns that were accepted. Each record of the disk begins with the
 * mark of its file; what becomes durable does so in the order in which it was written, across the files.
 */

import type { Disk } from '../contract/index.ts';

/** They differ in every bit: a flipped one never moves a record from one file to the other. */
export const fileMarks = { journal: 0x4a, turns: 0xb5 } as const;

/** A record whose mark is damaged is taken for a part of the journal, which can tell what is damaged. */
export function fileOn(disk: Disk, name: keyof typeof fileMarks): Disk {
  const isOurs = (record: Uint8Array): boolean => (record[0] === fileMarks.turns) === (name === 'turns');
  const marked = (record: Uint8Array): Uint8Array => {
    // Cut from a slab, unlike an array of its own; every byte is written.
    const bytes = Buffer.allocUnsafe(record.length + 1);
    bytes[0] = fileMarks[name];
    bytes.set(record, 1);
    return bytes;
  };
  return {
    append: (record, done) => {
      disk.append(marked(record), done);
    },
    records: () =>
      disk
        .records()
        .filter(isOurs)
        .map((record) => record.subarray(1)),
    replace: (records, done) => {
      const others = disk.records().filter((record) => !isOurs(record));
      disk.replace([...others, ...records.map(marked)], done);
    },
  };
}
