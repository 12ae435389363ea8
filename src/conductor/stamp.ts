/** Messages between replicas carry when they were sent, by the monotonic clock that all processes share. */

import { monotonicNanos } from './messages.ts';

const stampBytes = 8;

export interface Stamped {
  readonly sentAt: number;
  readonly message: Uint8Array;
}

export function stamped(message: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(stampBytes + message.length);
  bytes.writeDoubleBE(monotonicNanos(), 0);
  bytes.set(message, stampBytes);
  return bytes;
}

export function stampedAt(bytes: Uint8Array): Stamped {
  const sentAt = Buffer.from(bytes.buffer, bytes.byteOffset, stampBytes).readDoubleBE(0);
  // A copy: a replica may keep what it was sent, and the rest of the piece of the stream would stay with it.
  return { sentAt, message: bytes.slice(stampBytes) };
}
