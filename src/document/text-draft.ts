/** A positional edit by an agent that has the text before it: the edit refers to the version that the agent was shown. */

import type { FieldName, View, WriteDraft } from '../contract/index.ts';

/** Inserts after this share (from 0 to 1) of the text's code points, and deletes up to `deleted` code points that follow. */
export interface RelativeEdit {
  readonly share: number;
  readonly deleted: number;
  readonly inserted: string;
}

/** A text that the view doesn't show is taken as empty. */
export function editText(view: View, field: FieldName, edit: RelativeEdit): WriteDraft {
  const shown = view.fields.findLast((state) => state.field === field);
  const text = shown?.kind === 'text' ? shown : { content: '', version: {} };
  const length = Array.from(text.content).length;
  const position = Math.min(Math.floor(edit.share * (length + 1)), length);
  const deleted = Math.min(edit.deleted, length - position);
  return {
    field,
    kind: 'text',
    value: { basis: text.version, edits: [{ position, deleted, inserted: edit.inserted }] },
  };
}
