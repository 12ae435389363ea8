/** Two agents fill in one small document together: everything fits, so nothing may be lost. The case is AgentSync's. */

import { field, type Workload, type WriteDraft } from '../src/contract/index.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { everyElementOnce, everyLineOnce, scalarsWereWritten } from '../src/document/invariants.ts';
import { draftScripts, readThenWrite } from '../src/random/agent-script.ts';

const title = field('title');
const tags = field('tags');
const notes = field('notes');

const drafts: readonly (readonly WriteDraft[])[] = [
  [
    { field: title, kind: 'scalar', value: 'Project Sync' },
    { field: tags, kind: 'grow_set', value: ['crdt', 'agents'] },
    { field: notes, kind: 'append_text', value: ['A: seeded the doc.'] },
  ],
  [
    { field: tags, kind: 'grow_set', value: ['benchmark', 'loro'] },
    { field: notes, kind: 'append_text', value: ['B: added a note.'] },
  ],
];

export const cleanMerge: Workload = {
  name: 'clean-merge',
  summary: 'two agents fill in title, tags and notes: 5 writes that all fit together',
  conflict: 'both agents add to the tags and to the notes without having seen each other',
  contended: true,
  agents: { default: 2, min: 2, max: 2 },
  plan: (setting) => ({
    schema: {
      fields: [
        { field: title, kind: 'scalar', meaning: 'the title of the document' },
        { field: tags, kind: 'grow_set', meaning: 'what the document is about' },
        { field: notes, kind: 'append_text', meaning: 'remarks of everyone who worked on the document' },
      ],
    },
    agents: draftScripts(setting, 1, ({ seat }) => [readThenWrite(drafts[seat] ?? [])]),
    rightChoice: latestWrite,
  }),
  exercised: ({ byField }) => (byField.get(tags) ?? 0) > 0 && (byField.get(notes) ?? 0) > 0,
  invariants: [scalarsWereWritten, everyElementOnce, everyLineOnce],
};
