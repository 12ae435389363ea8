/** Which trials a page shows as diagrams. */

import type { Cell, RunReport, TrialSpec } from '../../src/contract/index.ts';
import { isWrong } from '../wrong-cells.ts';

/** More would make the page heavy; what is left out is what is lost by design. */
const maxDrawn = 400;

/** A trial with what the run says of it: whatever is drawn must show the same. */
export interface TrialToDraw {
  readonly spec: TrialSpec;
  readonly shows:
    | { readonly kind: 'worst'; readonly lost: number; readonly wrong: string | null }
    | { readonly kind: 'anomaly'; readonly evidence: string };
}

/**
 * The worst trial of each strategy under each fault profile, the first one that shows an anomaly, and the worst one of each
 * workload where something is wrong or lost: first where more is promised.
 */
export function trialsToDraw({ suite, cells, cellsByWorkload, anomalies }: RunReport): readonly TrialToDraw[] {
  const canaries = new Set(suite.strategies.filter(({ canary }) => canary).map(({ label }) => label));
  const losing = cellsByWorkload.filter((cell) => isWrong(cell) || cell.fates.lost > 0);
  const firsts = anomalies.flatMap((row) => row.cells.flatMap(({ first }) => first ?? []));
  return distinct([
    ...cells.flatMap(worstOf),
    ...firsts.map(({ spec, evidence }): TrialToDraw => ({ spec, shows: { kind: 'anomaly', evidence } })),
    ...losing.filter(({ strategy }) => !canaries.has(strategy)).flatMap(worstOf),
    ...losing.filter(({ strategy }) => canaries.has(strategy)).flatMap(worstOf),
  ]).slice(0, maxDrawn);
}

function worstOf({ worst }: Cell): readonly TrialToDraw[] {
  if (worst === null) return [];
  const { spec, lost, wrong } = worst;
  return [{ spec, shows: { kind: 'worst', lost, wrong } }];
}

function distinct(trials: readonly TrialToDraw[]): readonly TrialToDraw[] {
  const known = new Map<string, TrialToDraw>();
  for (const trial of trials) {
    const { strategy, workload, faults, seed } = trial.spec;
    const key = JSON.stringify([strategy, workload, faults, seed]);
    if (!known.has(key)) known.set(key, trial);
  }
  return [...known.values()];
}
