/** CRC-32 (ISO 3309): finds every flipped bit and every run of damage that is no longer than 32 bits. */

const polynomial = 0xedb8_8320;

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  return value;
});

/** Of the bytes from `start` up to `end`. Indices and no iterator: this loop sees every byte that anybody reads. */
export function checksum(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let value = 0xffff_ffff;
  for (let index = start; index < end; index += 1) {
    value = (value >>> 8) ^ (table[(value ^ (bytes[index] as number)) & 0xff] as number);
  }
  return (value ^ 0xffff_ffff) >>> 0;
}
