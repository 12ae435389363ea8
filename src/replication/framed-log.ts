/**
 * A log as bytes: each payload stands behind its length, its checksum and a checksum of the two. Whoever reads sees one row
 * of bytes, however they were written, and can tell a record that was torn off at the end from one that was damaged.
 */

import { checksum } from './checksum.ts';

/** What stands in a log up to `end`: a whole record, or bytes that are none. */
export type Piece = { readonly end: number } & (
  { readonly kind: 'record'; readonly payload: Uint8Array } | { readonly kind: 'damage' }
);

export interface Scan {
  readonly pieces: readonly Piece[];
  /** Where the next record belongs. What stands behind is the beginning of a record that was never finished. */
  readonly end: number;
}

const headerLength = 12;

/** The payload as it stands in the log. */
export function frame(payload: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(headerLength + payload.length);
  setNumber(bytes, 0, payload.length);
  setNumber(bytes, 4, checksum(payload));
  setNumber(bytes, 8, checksum(bytes, 0, 8));
  bytes.set(payload, headerLength);
  return bytes;
}

/**
 * Reads as far as there are records. Behind bytes that are none it goes on with the next whole record, so that neither a
 * damaged nor a torn record ever swallows the ones behind it.
 */
export function scan(bytes: Uint8Array): Scan {
  const pieces: Piece[] = [];
  let position = 0;
  while (position < bytes.length) {
    const payload = payloadAt(bytes, position);
    if (payload !== null) {
      position += headerLength + payload.length;
      pieces.push({ kind: 'record', payload, end: position });
      continue;
    }
    const next = nextRecord(bytes, position + 1);
    if (next === null && isTorn(bytes, position)) break;
    position = next ?? bytes.length;
    pieces.push({ kind: 'damage', end: position });
  }
  return { pieces, end: position };
}

/** Null where no whole record begins. */
function payloadAt(bytes: Uint8Array, position: number): Uint8Array | null {
  const end = endOfRecord(bytes, position);
  if (end === null || end > bytes.length) return null;
  const start = position + headerLength;
  return checksum(bytes, start, end) === numberAt(bytes, position + 4) ? bytes.subarray(start, end) : null;
}

function nextRecord(bytes: Uint8Array, from: number): number | null {
  for (let position = from; position + headerLength <= bytes.length; position += 1) {
    if (payloadAt(bytes, position) !== null) return position;
  }
  return null;
}

/** A record whose end never reached the disk: its header is incomplete, or right and promises more than there is. */
function isTorn(bytes: Uint8Array, position: number): boolean {
  if (bytes.length - position < headerLength) return true;
  const end = endOfRecord(bytes, position);
  return end !== null && end > bytes.length;
}

/** Where the record would end by its header; null where no header stands. */
function endOfRecord(bytes: Uint8Array, position: number): number | null {
  if (position + headerLength > bytes.length) return null;
  const isHeader = checksum(bytes, position, position + 8) === numberAt(bytes, position + 8);
  return isHeader ? position + headerLength + numberAt(bytes, position) : null;
}

/** Four bytes, the highest first. */
function numberAt(bytes: Uint8Array, position: number): number {
  let value = 0;
  for (let index = position; index < position + 4; index += 1) value = value * 0x100 + (bytes[index] as number);
  return value;
}

function setNumber(bytes: Uint8Array, position: number, value: number): void {
  for (let index = 0; index < 4; index += 1) bytes[position + index] = value >>> (24 - 8 * index);
}
