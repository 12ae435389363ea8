/** All workloads of the default suite, in the order of the tables. A recording becomes one with `editingTrace`. */

import type { Workload } from '../src/contract/index.ts';
import { cleanMerge } from './clean-merge.ts';
import { disjoint } from './disjoint.ts';
import { mixed } from './mixed.ts';
import { notes } from './notes.ts';
import { semanticConflict } from './semantic-conflict.ts';
import { statusRace } from './status-race.ts';
import { tally } from './tally.ts';
import { typeMismatch } from './type-mismatch.ts';
import { union } from './union.ts';
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
  typeMismatch,
  values,
  disjoint,
];
