/** `anomalies`: a run of the workloads that can show them, with the matrix of strategies by anomalies in place of the other tables. */

import type { Selection } from '../workers/tasks.ts';

/** Small ones in which turns meet in every way that an anomaly needs; a recorded session is added where one is given. */
export const anomalyWorkloads: readonly string[] = [
  'semantic-conflict',
  'union',
  'notes',
  'status-race',
  'tally',
  'mixed',
  'torn-pair',
  'canary',
  'unique-claim',
  'slot-race',
  'opposite-order',
];

/** What is run unless workloads are named. */
export function withAnomalyWorkloads(selection: Selection): Selection {
  const recorded = selection.trace === null ? [] : ['editing-trace'];
  return { ...selection, workloads: selection.workloads ?? [...anomalyWorkloads, ...recorded] };
}
