/** All workloads in the order of the tables, and which of them are the default suite. A recording becomes one with `editingTrace`. */

import type { Workload } from '../src/contract/index.ts';
import { canaryCase } from './canary.ts';
import { cleanMerge } from './clean-merge.ts';
import { disjoint } from './disjoint.ts';
import { fleet } from './fleet.ts';
import { handoffChain } from './handoff-chain.ts';
import { mixed } from './mixed.ts';
import { notes } from './notes.ts';
import { oppositeOrder } from './opposite-order.ts';
import { outboxCase } from './outbox.ts';
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
  outboxCase,
  handoffChain,
  typeMismatch,
  values,
  disjoint,
];

/**
 * Run when they are named: they take most of the time of all workloads. What they show at a larger scale, the others show in
 * small, one conflict each; and the tests ask all of them of every strategy.
 */
const onDemand: readonly Workload[] = [
  union,
  notes,
  statusRace,
  mixed,
  uniqueClaim,
  fleet,
  handoffChain,
  values,
  outboxCase,
];

/** The default suite: what is run unless workloads are named. */
export const defaultWorkloads: readonly Workload[] = workloads.filter((workload) => !onDemand.includes(workload));
