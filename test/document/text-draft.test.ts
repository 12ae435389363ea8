import { describe, expect, it } from 'vitest';
import { field, type View } from '../../src/contract/index.ts';
import { editText } from '../../src/document/text-draft.ts';

const body = field('body');
const shown: View = {
  fields: [
    { field: body, kind: 'text', content: 'old', version: { a1: 1 } },
    { field: body, kind: 'text', content: '👩‍🚀b', version: { a1: 65 } },
  ],
  escalations: [],
};

describe('an edit of the text that an agent was shown', () => {
  it('counts code points of the newest view and names its version', () => {
    expect(editText(shown, body, { share: 0.99, deleted: 0, inserted: 'x' })).toEqual({
      field: 'body',
      kind: 'text',
      value: { basis: { a1: 65 }, edits: [{ position: 4, deleted: 0, inserted: 'x' }] },
    });
  });

  it('deletes no more than there is', () => {
    expect(editText(shown, body, { share: 0.5, deleted: 9, inserted: '' })).toMatchObject({
      value: { edits: [{ position: 2, deleted: 2 }] },
    });
  });

  it('takes a text that was not shown for empty', () => {
    expect(editText({ fields: [], escalations: [] }, body, { share: 1, deleted: 3, inserted: 'x' })).toMatchObject({
      value: { basis: {}, edits: [{ position: 0, deleted: 0, inserted: 'x' }] },
    });
  });
});
