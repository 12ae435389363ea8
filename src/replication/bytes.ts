/** Bytes for messages and disk records: whole numbers in groups of seven bits, texts and byte strings with their length. */

const decoder = new TextDecoder();
/** Where the next writer writes; a writer that is under way has taken it, and gives it back when it is finished. */
let spare: Uint8Array | null = null;
const spareLength = 4096;

export class ByteWriter {
  #bytes = spare ?? new Uint8Array(spareLength);
  #length = 0;

  constructor() {
    spare = null;
  }

  /** A whole number from 0 to 2^53 - 1. */
  number(value: number): this {
    this.#reserve(8);
    const bytes = this.#bytes;
    let high = value;
    for (; high > 0x7fff_ffff; high = Math.floor(high / 128)) bytes[this.#length++] = (high % 128) + 128;
    let rest = high | 0;
    for (; rest > 127; rest >>>= 7) bytes[this.#length++] = (rest & 127) | 128;
    bytes[this.#length++] = rest;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.number(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  text(value: string): this {
    return this.bytes(Buffer.from(value));
  }

  /** A copy of what was written. The writer must not be used any more. */
  finish(): Uint8Array {
    // Node hands out small buffers from a pool, which takes half the time of an array with memory of its own.
    const written = Buffer.from(this.#bytes.subarray(0, this.#length));
    spare = this.#bytes;
    return written;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what a `ByteWriter` wrote, in the same order. Throws a RangeError where the bytes end too soon. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw new RangeError('the bytes end within a number');
      if (byte < 128) return value + byte * scale;
      value += (byte - 128) * scale;
    }
  }

  /** A view of the same memory, not a copy. */
  bytes(): Uint8Array {
    const length = this.number();
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RangeError('the bytes end within a byte string');
    const value = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return value;
  }

  text(): string {
    return decoder.decode(this.bytes());
  }
}
