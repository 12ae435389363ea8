/** The strategies, in the order in which reports show them. */

import type { MergeStrategy } from '../src/contract/index.ts';
import { authorityHandoff } from './authority-handoff.ts';
import { blindPut } from './blind-put.ts';
import { crdtCell } from './crdt-cell.ts';
import { laneLease } from './lane-lease.ts';
import { langgraphStore } from './langgraph-store.ts';
import { langgraphSynced } from './langgraph-synced.ts';
import { llmTransactional } from './llm-transactional.ts';
import { loro } from './loro.ts';
import { lww } from './lww.ts';
import { mesiLease } from './mesi-lease.ts';
import { mtpo } from './mtpo.ts';
import { notify } from './notify.ts';
import { occ } from './occ.ts';
import { serial } from './serial.ts';
import { twoPhaseLocking } from './two-phase-locking.ts';
import { yjs } from './yjs.ts';

export const strategies: readonly MergeStrategy[] = [
  serial,
  blindPut,
  langgraphStore,
  lww,
  crdtCell,
  loro,
  yjs,
  langgraphSynced(loro),
  occ,
  twoPhaseLocking,
  mesiLease,
  laneLease,
  authorityHandoff,
  llmTransactional,
  mtpo,
  notify,
];
