/** Values as texts that can be compared, counted and quoted. */

import type { Change, FieldDeclaration, FieldState, Json } from '../contract/index.ts';
import { canonicalJson } from '../contract/index.ts';

/**
 * What must stand in the state for the write to be there: the value of a scalar, each element of a set once, each line as
 * often as it was appended. Counters and texts have no parts of their own: their writes melt into one value.
 */
export function partsOf(change: Change): readonly string[] {
  switch (change.kind) {
    case 'scalar':
      return [canonicalJson(change.value)];
    case 'grow_set':
      return [...new Set(change.value.map(canonicalJson))];
    case 'append_text':
      return change.value;
    case 'counter':
    case 'text':
      return [];
  }
}

/** The parts that stand in a field, as `partsOf` names them, with their authors. */
export function partsIn(
  state: FieldState | undefined,
): readonly { readonly part: string; readonly author: string | null }[] {
  switch (state?.kind) {
    case 'scalar':
      return [{ part: canonicalJson(state.value), author: state.author }];
    case 'grow_set':
      return state.elements.map(({ value, author }) => ({ part: canonicalJson(value), author }));
    case 'append_text':
      return state.lines.map(({ value, author }) => ({ part: value, author }));
    case 'counter':
    case 'text':
    case undefined:
      return [];
  }
}

/** The parts that a field starts with. */
export function initialParts(declaration: FieldDeclaration | null): readonly string[] {
  switch (declaration?.kind) {
    case 'scalar':
      return declaration.initial === undefined ? [] : [canonicalJson(declaration.initial)];
    case 'grow_set':
      return (declaration.initial ?? []).map(canonicalJson);
    case 'append_text':
      return declaration.initial ?? [];
    case 'counter':
    case 'text':
    case undefined:
      return [];
  }
}

const quotedCharacters = 60;

/** The value for a sentence, cut where it is long. */
function quote(value: Json): string {
  return quotePart(canonicalJson(value));
}

/** The same for a part as `partsOf` names it. */
export function quotePart(part: string): string {
  return part.length <= quotedCharacters ? part : `${part.slice(0, quotedCharacters)}...`;
}

export function quoteChange(change: Change): string {
  if (change.kind !== 'text') return quote(change.value);
  return quote(change.value.edits.map((edit) => [edit.position, edit.deleted, edit.inserted]));
}

export function count<Item>(items: Iterable<Item>): Map<Item, number> {
  const counts = new Map<Item, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
