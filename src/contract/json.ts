/** The values that agents write: plain JSON, compared by their canonical form. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One text per value: object keys sorted by code unit, no white space. Equal values have equal texts. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${entries.join(',')}}`;
}

export function equalJson(left: Json, right: Json): boolean {
  return left === right || canonicalJson(left) === canonicalJson(right);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
