/** What somebody who holds a field puts back after one write: an opaque read-modify-write that knows of nobody else. */

import { canonicalJson } from '../contract/index.ts';
import type {
  Authored,
  DocumentState,
  FieldDeclaration,
  FieldState,
  Json,
  Kind,
  Schema,
  TextEdit,
  Write,
} from '../contract/index.ts';

/**
 * The field as it stands after the write. `base` is the field as the writer holds it; if it is of another kind than the
 * write, the write replaces it. What an earlier attempt of the same write had added to a set or to the lines is replaced.
 */
export function putWrite(base: FieldState | undefined, write: Write): FieldState {
  const { field } = write;
  switch (write.kind) {
    case 'scalar':
      return { field, kind: 'scalar', value: write.value, author: write.id };
    case 'grow_set': {
      const kept = ofKind(base, 'grow_set')?.elements.filter((element) => element.author !== write.id) ?? [];
      return { field, kind: 'grow_set', elements: [...kept, ...missingElements(kept, write)] };
    }
    case 'append_text': {
      const kept = ofKind(base, 'append_text')?.lines.filter((line) => line.author !== write.id) ?? [];
      return {
        field,
        kind: 'append_text',
        lines: [...kept, ...write.value.map((value) => ({ value, author: write.id }))],
      };
    }
    case 'counter':
      return { field, kind: 'counter', value: (ofKind(base, 'counter')?.value ?? 0) + write.value };
    case 'text': {
      const held = ofKind(base, 'text');
      const number = Math.max(held?.version[write.agent] ?? 0, write.number);
      const content = applyEdits(held?.content ?? '', write.value.edits);
      return { field, kind: 'text', content, version: { ...held?.version, [write.agent]: number } };
    }
  }
}

/** The field before anybody wrote to it; undefined when nothing is declared but its kind. */
export function initialField(declaration: FieldDeclaration): FieldState | undefined {
  const { field } = declaration;
  switch (declaration.kind) {
    case 'scalar':
      return declaration.initial === undefined
        ? undefined
        : { field, kind: 'scalar', value: declaration.initial, author: null };
    case 'grow_set':
      return declaration.initial && { field, kind: 'grow_set', elements: declaration.initial.map(unauthored) };
    case 'append_text':
      return declaration.initial && { field, kind: 'append_text', lines: declaration.initial.map(unauthored) };
    case 'counter':
      return declaration.initial === undefined ? undefined : { field, kind: 'counter', value: declaration.initial };
    case 'text':
      return undefined;
  }
}

/** The document before anybody wrote to it, its fields sorted by name. */
export function initialState(schema: Schema): DocumentState {
  const fields = schema.fields.map(initialField).filter((state) => state !== undefined);
  return { fields: fields.sort(byField), escalations: [], resolutions: [] };
}

/** The order of fields in a state: by name, by code unit. */
export function byField(left: { readonly field: string }, right: { readonly field: string }): number {
  if (left.field === right.field) return 0;
  return left.field < right.field ? -1 : 1;
}

/** Applies the edits one after another. Positions count code points and are clamped to the text. */
function applyEdits(content: string, edits: readonly TextEdit[]): string {
  const plain = !surrogate.test(content) && edits.every((edit) => !surrogate.test(edit.inserted));
  if (plain) return edits.reduce(editPlainText, content);
  const characters = Array.from(content);
  for (const edit of edits) {
    const position = Math.max(0, Math.min(edit.position, characters.length));
    characters.splice(position, Math.max(0, edit.deleted), ...Array.from(edit.inserted));
  }
  return characters.join('');
}

const surrogate = /[\ud800-\udfff]/;

/** Where every character is one code unit, positions need no counting. */
function editPlainText(content: string, edit: TextEdit): string {
  const position = Math.max(0, Math.min(edit.position, content.length));
  return content.slice(0, position) + edit.inserted + content.slice(position + Math.max(0, edit.deleted));
}

function missingElements(
  kept: readonly Authored<Json>[],
  write: Write & { readonly kind: 'grow_set' },
): Authored<Json>[] {
  const present = new Set(kept.map((element) => canonicalJson(element.value)));
  const missing: Authored<Json>[] = [];
  for (const value of write.value) {
    const form = canonicalJson(value);
    if (present.has(form)) continue;
    present.add(form);
    missing.push({ value, author: write.id });
  }
  return missing;
}

function ofKind<K extends Kind>(
  base: FieldState | undefined,
  kind: K,
): (FieldState & { readonly kind: K }) | undefined {
  return base?.kind === kind ? (base as FieldState & { readonly kind: K }) : undefined;
}

function unauthored<Value>(value: Value): Authored<Value> {
  return { value, author: null };
}
