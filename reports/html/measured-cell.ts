/** The numbers of a cell as the page shows them, taken from the list of gauges. */

import type { Cell } from '../../src/contract/index.ts';
import { gauges, type GaugeName } from '../../src/metrics/gauges.ts';
import { measures, type MeasureName } from './measures.ts';

/** Means over the valid trials; the others are as they stand in the cell. */
const perTrial: ReadonlySet<MeasureName> = new Set([
  'makespanMs',
  'blockedMs',
  'wastedThinkMs',
  'attempts',
  'calls',
  'tokens',
  'usd',
  'messages',
]);

/** Calls of agents and of judges. */
const calls: readonly GaugeName[] = ['thinking.calls', 'judging.calls', 'repairing.calls', 'modelCalls'];

/** One per measure, in their order; null where there was nothing to measure. */
export function measuredCell(cell: Cell): readonly (number | null)[] {
  const valid = cell.trials - cell.failed;
  return measures.map(({ name }) => {
    const value = valueIn(cell, name);
    if (!perTrial.has(name)) return value;
    return value === null || valid === 0 ? null : value / valid;
  });
}

function valueIn(cell: Cell, name: MeasureName): number | null {
  if (name === 'lostShare') return cell.lostShare?.share ?? null;
  if (name === 'calls') return calls.reduce((sum, each) => sum + (gaugeOf(cell, each) ?? 0), 0);
  return gaugeOf(cell, name);
}

function gaugeOf(cell: Cell, name: GaugeName): number | null {
  return gauges.find((gauge) => gauge.name === name)?.ofCell(cell) ?? null;
}
