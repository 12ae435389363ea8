/** 32 bits as 8 hexadecimal digits: the engine takes long to write a number beyond 31 bits in hexadecimal. */

const digitsOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hexOf(word: number): string {
  const digitsAt = (shift: number): string => digitsOfByte[(word >>> shift) & 0xff] as string;
  return digitsAt(24) + digitsAt(16) + digitsAt(8) + digitsAt(0);
}
