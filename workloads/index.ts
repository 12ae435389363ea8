/** All workloads of the default suite, in the order of the tables. A recording becomes one with `editingTrace`. */

import type { Workload } from '../src/contract/index.ts';
import { canaryCase } from './canary.ts';
import { cleanMerge } from './clean-merge.ts';
import { disjoint } from './disjoint.ts';
import { fleet } from './fleet.ts';
import { handoffChain } from './handoff-chain.ts';
import { mixed } from './mixed.ts';
import { notes } from './notes.ts';
import { oppositeOrder } from './opposite-order.ts';
import { pingPong } from './ping-pong.ts';
import { semanticConflict } from './semantic-conflict.ts';
import { slotRace } from './slot-race.ts';
import { statusRace } from './status-race.ts';
import { tally } from './tally.ts';
import { tornPair } from './torn-pair.ts';
import { typeMismatch } from './type-mismatch.ts';
import { union } from './union.ts';
import { uniqueClaim } from './unique-claim.ts';
import { values } from './values.ts';

export { editingTrace, parseEditingTrace, type EditingTrace } from './editing-trace.ts';

export const workloads: readonly Workload[] = [
  cleanMerge,
  semanticConflict,
  union,
  notes,
  statusRace,
  tally,
  mixed,
  tornPair,
  canaryCase,
  uniqueClaim,
  slotRace,
  fleet,
  oppositeOrder,
  pingPong,
  handoffChain,
  typeMismatch,
  values,
  disjoint,
];
