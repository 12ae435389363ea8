/** Which trials a page shows as diagrams. */

import type { Cell, RunReport, Suspect } from '../../src/contract/index.ts';
import { isWrong } from '../wrong-cells.ts';

/** More would make the page heavy; what is left out is what is lost by design. */
const maxDrawn = 400;

/**
 * The worst trial of each strategy under each fault profile, and of each workload where something is wrong or lost: first
 * where more is promised.
 */
export function suspectsToDraw({ suite, cells, cellsByWorkload }: RunReport): readonly Suspect[] {
  const canaries = new Set(suite.strategies.filter(({ canary }) => canary).map(({ label }) => label));
  const losing = cellsByWorkload.filter((cell) => isWrong(cell) || cell.fates.lost > 0);
  const byWeight = [
    ...cells,
    ...losing.filter(({ strategy }) => !canaries.has(strategy)),
    ...losing.filter(({ strategy }) => canaries.has(strategy)),
  ];
  return distinct(byWeight).slice(0, maxDrawn);
}

function distinct(cells: readonly Cell[]): readonly Suspect[] {
  const suspects = new Map<string, Suspect>();
  for (const { worst } of cells) {
    if (worst === null) continue;
    const { strategy, workload, faults, seed } = worst.spec;
    const key = JSON.stringify([strategy, workload, faults, seed]);
    if (!suspects.has(key)) suspects.set(key, worst);
  }
  return [...suspects.values()];
}
