/** What an agent remembers of its reads. */

import type { FieldName, FieldState, View } from '../contract/index.ts';

/**
 * All that was seen so far: of each field the newest reading, and the escalations of that reading. A field that was asked for
 * and isn't shown is not set, whatever was seen of it before.
 */
export function mergeViews(earlier: View, newer: View, asked: readonly FieldName[]): View {
  if (earlier.fields.length === 0 && earlier.escalations.length === 0) return newer;
  const renewed = new Set([...asked, ...[...newer.fields, ...newer.escalations].map((part) => part.field)]);
  return {
    fields: [...earlier.fields.filter((part) => !renewed.has(part.field)), ...newer.fields],
    escalations: [...earlier.escalations.filter((part) => !renewed.has(part.field)), ...newer.escalations],
  };
}

/** Histories don't keep the content of texts: edits name their version, and a copy for each view would fill the memory. */
export function withoutTextContent(view: View): View {
  if (!view.fields.some((state) => state.kind === 'text')) return view;
  return { ...view, fields: view.fields.map(withoutContent) };
}

function withoutContent(state: FieldState): FieldState {
  return state.kind === 'text' ? { ...state, content: '' } : state;
}
