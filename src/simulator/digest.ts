/** A streaming 64-bit hash over all that happens in a trial: two 32-bit lanes in the manner of FNV-1a. Not for secrets. */

export class Digest {
  #low = 0x811c9dc5;
  #high = 0x9e3779b9;

  mix(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x01000193);
    this.#high = Math.imul(this.#high ^ (value + (this.#low >>> 15)), 0x85ebca6b);
  }

  /** A time or a count beyond 32 bits. */
  mixLarge(value: number): void {
    this.mix(value | 0);
    this.mix(Math.floor(value / 4294967296));
  }

  mixBytes(bytes: Uint8Array): void {
    for (const byte of bytes) this.mix(byte);
    this.mix(bytes.length);
  }

  mixText(text: string): void {
    for (let index = 0; index < text.length; index += 1) this.mix(text.charCodeAt(index));
    this.mix(text.length);
  }

  /** 16 hexadecimal digits. */
  hex(): string {
    return [this.#high, this.#low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
