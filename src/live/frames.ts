/** Messages on a stream of bytes: each stands behind its length, in four bytes with the highest first. */

const headerLength = 4;

export function encodeFrame(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(headerLength + message.length);
  bytes.writeUInt32BE(message.length, 0);
  bytes.set(message, headerLength);
  return bytes;
}

/** Puts frames together from the pieces in which a stream delivers them. */
export class FrameReader {
  /** A frame that claims to be longer is refused. */
  longestBytes: number;
  readonly #pieces: Buffer[] = [];
  #held = 0;
  #length: number | null = null;

  constructor(longestBytes: number) {
    this.longestBytes = longestBytes;
  }

  /** The messages that are whole with this piece. */
  *read(piece: Buffer): Generator<Buffer, void> {
    this.#pieces.push(piece);
    this.#held += piece.length;
    for (;;) {
      if (this.#length === null) {
        if (this.#held < headerLength) return;
        this.#length = this.#take(headerLength).readUInt32BE(0);
        if (this.#length > this.longestBytes) {
          throw new Error(
            `a frame of ${String(this.#length)} bytes: the longest may have ${String(this.longestBytes)}`,
          );
        }
      }
      if (this.#held < this.#length) return;
      const message = this.#take(this.#length);
      this.#length = null;
      yield message;
    }
  }

  #take(bytes: number): Buffer {
    let first = this.#pieces[0] ?? Buffer.alloc(0);
    // Pieces are joined only when all that is wanted is there: a long frame is copied once.
    if (first.length < bytes) first = Buffer.concat(this.#pieces.splice(0));
    else this.#pieces.shift();
    if (first.length > bytes) this.#pieces.unshift(first.subarray(bytes));
    this.#held -= bytes;
    return first.subarray(0, bytes);
  }
}
