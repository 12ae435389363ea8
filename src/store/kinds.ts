/** What kind of node a value becomes: as declared, or as its shape and its name tell. */

import type { Json } from '../contract/index.ts';
import { isArray, isObject, recordKeyOf, type Path, type RecordKey } from './node.ts';

/**
 * - `scalar`: one value, whatever its shape; concurrent different ones are a conflict
 * - `set`: a list of elements, which are added and removed one by one
 * - `append`: a text that grows at its end
 * - `counter`: a number to which amounts are added
 */
export type FieldKind = 'scalar' | 'set' | 'append' | 'counter';

/** By the name of a member (`tags`), or by its path in the item (`profile.tags`), which goes before. */
export type KindSchema = Readonly<Record<string, FieldKind>>;

/** Texts under these names grow at their end unless something else is declared. */
const growingTexts: readonly string[] = ['text', 'notes', 'findings', 'log'];
/** What is nested deeper is kept as one value. */
const deepest = 32;

export type Shape =
  | { readonly kind: 'object' | 'list' | 'text' | 'counter' | 'scalar' }
  | { readonly kind: 'records'; readonly by: RecordKey };

export function shapeOf(value: Json, path: Path, schema: KindSchema): Shape {
  if (path.length === 0 && isObject(value)) return { kind: 'object' };
  const declared = declaredKind(path, schema);
  if (declared === 'scalar' || path.length > deepest) return { kind: 'scalar' };
  if (isArray(value)) {
    const by = declared === 'set' ? null : recordKeyOf(value);
    return by === null ? { kind: 'list' } : { kind: 'records', by };
  }
  if (isObject(value)) return { kind: 'object' };
  if (typeof value === 'number' && declared === 'counter') return { kind: 'counter' };
  const grows = declared === 'append' || (declared === undefined && growingTexts.includes(nameOf(path)));
  return { kind: typeof value === 'string' && grows ? 'text' : 'scalar' };
}

function declaredKind(path: Path, schema: KindSchema): FieldKind | undefined {
  const whole = path.filter((segment) => segment.startsWith('.')).map((segment) => segment.slice(1));
  return own(schema, whole.join('.')) ?? own(schema, nameOf(path));
}

function own(schema: KindSchema, name: string): FieldKind | undefined {
  return Object.hasOwn(schema, name) ? schema[name] : undefined;
}

/** The name of the member; empty for an element of a list. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  return last?.startsWith('.') === true ? last.slice(1) : '';
}
