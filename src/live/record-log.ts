/**
 * The records of a disk as the bytes of a file: each stands behind its length, its place in the file, its checksum and a
 * checksum of these three. Whoever reads can tell a record that was torn off at the end from one that was damaged, and how
 * many are missing. A record may hold such bytes itself: its header says where the next one begins.
 */

import { crc32 } from 'node:zlib';

const headerLength = 16;
/** Starts the checksum of a header: bytes in another form are not taken for records. */
const formSeed = 0x6c77_0001;

export interface ReadLog {
  readonly records: readonly Uint8Array[];
  /** Bytes that are no whole record, in the order of the file. */
  readonly damaged: readonly Uint8Array[];
  /** At least so many records stood there once: places that are taken by no whole record. */
  readonly missing: number;
  /** The beginning of a record that was never finished: nobody was told that it is durable. */
  readonly tornBytes: number;
}

export function encodeRecord(place: number, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(headerLength + payload.length);
  bytes.writeUInt32BE(payload.length, 0);
  bytes.writeUInt32BE(place, 4);
  bytes.writeUInt32BE(crc32(payload), 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 12), formSeed), 12);
  bytes.set(payload, headerLength);
  return bytes;
}

/** Behind bytes that are no record it goes on with the next whole one: damage never swallows what stands behind it. */
export function readLog(file: Uint8Array): ReadLog {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  const damaged: Uint8Array[] = [];
  let missing = 0;
  let nextPlace = 0;
  let position = 0;
  while (position < bytes.length) {
    const header = headerAt(bytes, position, nextPlace);
    if (header !== null && header.end <= bytes.length) {
      const payload = bytes.subarray(position + headerLength, header.end);
      const isWhole = crc32(payload) === header.payloadChecksum;
      if (isWhole) records.push(payload);
      else damaged.push(bytes.subarray(position, header.end));
      missing += header.place - nextPlace + (isWhole ? 0 : 1);
      nextPlace = header.place + 1;
      position = header.end;
      continue;
    }
    const next = nextHeader(bytes, position + 1, nextPlace);
    const isTorn = next === null && (header !== null || bytes.length - position < headerLength);
    if (isTorn) return { records, damaged, missing, tornBytes: bytes.length - position };
    damaged.push(bytes.subarray(position, next ?? bytes.length));
    position = next ?? bytes.length;
  }
  return { records, damaged, missing, tornBytes: 0 };
}

interface Header {
  readonly place: number;
  readonly payloadChecksum: number;
  readonly end: number;
}

/** Null where no header of a record of this file begins: places only rise. */
function headerAt(bytes: Buffer, position: number, lowestPlace: number): Header | null {
  const start = position + headerLength;
  if (start > bytes.length) return null;
  if (crc32(bytes.subarray(position, start - 4), formSeed) !== bytes.readUInt32BE(start - 4)) return null;
  const place = bytes.readUInt32BE(position + 4);
  if (place < lowestPlace) return null;
  return { place, payloadChecksum: bytes.readUInt32BE(position + 8), end: start + bytes.readUInt32BE(position) };
}

/** Where the next record begins whose header is right and that ends within the file. */
function nextHeader(bytes: Buffer, from: number, lowestPlace: number): number | null {
  for (let position = from; position + headerLength <= bytes.length; position += 1) {
    const header = headerAt(bytes, position, lowestPlace);
    if (header !== null && header.end <= bytes.length) return position;
  }
  return null;
}
