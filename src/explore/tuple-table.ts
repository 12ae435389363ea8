/** Tuples of whole numbers, each kept once: equal tuples have equal positions. 4 bytes per number, and 8 to 16 to find it again. */

const firstCapacity = 1024;

export class TupleTable {
  readonly #width: number;
  #tuples: Int32Array;
  /** Open addressing; a slot holds a position plus one, and zero is free. */
  #slots: Int32Array;
  #size = 0;

  constructor(width: number) {
    this.#width = width;
    this.#tuples = new Int32Array(firstCapacity * width);
    this.#slots = new Int32Array(firstCapacity * 2);
  }

  get size(): number {
    return this.#size;
  }

  /** The position of the tuple. It is new if `size` has grown. */
  intern(tuple: Int32Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(tuple, this.#width) & mask;
    for (let held = this.#slots[slot] as number; held !== 0; held = this.#slots[slot] as number) {
      if (this.#isAt(held - 1, tuple)) return held - 1;
      slot = (slot + 1) & mask;
    }
    return this.#add(tuple, slot);
  }

  /** Copies the tuple at the position. */
  read(position: number, into: Int32Array): void {
    const start = position * this.#width;
    for (let index = 0; index < this.#width; index += 1) into[index] = this.#tuples[start + index] as number;
  }

  #add(tuple: Int32Array, slot: number): number {
    const position = this.#size;
    if ((position + 1) * this.#width > this.#tuples.length) this.#tuples = doubled(this.#tuples);
    this.#tuples.set(tuple, position * this.#width);
    this.#slots[slot] = position + 1;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return position;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    const tuple = new Int32Array(this.#width);
    for (let position = 0; position < this.#size; position += 1) {
      this.read(position, tuple);
      let slot = hashOf(tuple, this.#width) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = position + 1;
    }
  }

  #isAt(position: number, tuple: Int32Array): boolean {
    const start = position * this.#width;
    for (let index = 0; index < this.#width; index += 1) {
      if (this.#tuples[start + index] !== tuple[index]) return false;
    }
    return true;
  }
}

/** A longer array with the same beginning. */
export function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(numbers.length * 2);
  longer.set(numbers);
  return longer;
}

/** In the manner of MurmurHash3 (Appleby, 2011): multiply, rotate, and mix well at the end. */
function hashOf(tuple: Int32Array, width: number): number {
  let hash = 0x9e3779b9;
  for (let index = 0; index < width; index += 1) {
    hash ^= Math.imul(tuple[index] as number, 0xcc9e2d51);
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
