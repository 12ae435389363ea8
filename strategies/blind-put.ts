/** The naive store: whole documents are put back without a check. Kept to show that the harness sees what that loses. */

import type { FieldState, MergeStrategy } from '../src/contract/index.ts';
import { wholeDocument, wholeDocumentPromises, type Shelf } from '../src/replication/index.ts';

function variable(): Shelf {
  let held: readonly FieldState[] = [];
  return {
    get: () => held,
    put: (fields) => {
      held = fields;
    },
  };
}

export const blindPut: MergeStrategy = {
  name: 'blind-put',
  summary: 'naive store: each commit puts the whole document back as the agent saw it, plus its change',
  layout: 'hub',
  promises: wholeDocumentPromises,
  canary: true,
  open: (host) => wholeDocument(host, variable),
};
