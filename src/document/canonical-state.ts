/** One text per document state: equal texts mean that two replicas show the same. */

import { canonicalJson, type DocumentState, type FieldState, type Json, type Write } from '../contract/index.ts';

/**
 * Fields in the order of their names, set elements in the order of their canonical form, lines as they stand. Authors
 * count; the version of a text doesn't, since it says what was merged and not what is shown.
 */
export function canonicalState(state: DocumentState): string {
  const fields = state.fields.map(canonicalField).sort();
  const escalations = state.escalations
    .map(({ field, contenders }) => [field, ...canonicalWrites(contenders)].join())
    .sort();
  const resolutions = state.resolutions
    .map(({ field, kept, value, discarded, by }) =>
      [field, String(kept), canonicalJson(value), ...canonicalWrites(discarded), by].join(),
    )
    .sort();
  return JSON.stringify([fields, escalations, resolutions]);
}

/** Equal texts mean that the field is the same, as above. */
export function canonicalField(state: FieldState): string {
  return `${JSON.stringify(state.field)}:${state.kind}:${canonicalValue(state)}`;
}

function canonicalValue(state: FieldState): string {
  switch (state.kind) {
    case 'scalar':
      return authored(state.value, state.author);
    case 'grow_set':
      return state.elements
        .map((element) => authored(element.value, element.author))
        .sort()
        .join();
    case 'append_text':
      return state.lines.map((line) => authored(line.value, line.author)).join();
    case 'counter':
      return String(state.value);
    case 'text':
      return JSON.stringify(state.content);
  }
}

function authored(value: Json, author: string | null): string {
  return `${canonicalJson(value)}@${String(author)}`;
}

function canonicalWrites(writes: readonly Write[]): string[] {
  return writes.map((write) => `${write.id}=${write.kind}:${canonicalJson(write.value as unknown as Json)}`).sort();
}
