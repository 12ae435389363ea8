/** Two agents set one status to values that exclude each other. The case is AgentSync's. */

import { field, type Conflict, type Workload, type WriteId } from '../src/contract/index.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { scalarsWereWritten } from '../src/document/invariants.ts';
import { draftScripts, readThenWrite } from '../src/random/agent-script.ts';

const status = field('status');
const values = ['draft', 'published'] as const;

/** A published document is further along than a draft. */
function furthestAlong(conflict: Conflict): WriteId {
  const published = conflict.contenders.find((write) => write.kind === 'scalar' && write.value === 'published');
  return published?.id ?? latestWrite(conflict);
}

export const semanticConflict: Workload = {
  name: 'semantic-conflict',
  summary: 'two agents set one status, to "draft" and to "published": only one can be right',
  conflict: 'both agents set the status without having seen each other',
  contended: true,
  agents: { default: 2, min: 2, max: 2 },
  plan: (setting) => ({
    schema: {
      fields: [{ field: status, kind: 'scalar', meaning: 'how far the document is: first draft, then published' }],
    },
    agents: draftScripts(setting, 1, ({ seat }) => [
      readThenWrite([{ field: status, kind: 'scalar', value: values[seat] ?? null }]),
    ]),
    rightChoice: furthestAlong,
  }),
  exercised: ({ byField }) => (byField.get(status) ?? 0) > 0,
  invariants: [scalarsWereWritten],
};
