/** Registered parts by name. */

import { InputError } from '../input-error.ts';
import { unknownName } from '../options/nearest.ts';

export function findNamed<Part extends { readonly name: string }>(
  what: string,
  name: string,
  parts: readonly Part[],
): Part {
  const found = parts.find((part) => part.name === name);
  if (found !== undefined) return found;
  if (/\.[cm]?[jt]s$/.test(name)) throw new InputError(`unknown ${what} '${name}': write a file as ./${name}`);
  throw unknownName(what, name, namesOf(parts));
}

export function namesOf(parts: readonly { readonly name: string }[]): readonly string[] {
  return parts.map((part) => part.name);
}
