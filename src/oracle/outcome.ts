/** How the result was reached: three passes are not the same thing. */

import type { TrialOutcome, Verdict } from '../contract/index.ts';
import type { Case } from './case.ts';

type Findings = Pick<Verdict, 'counts' | 'converged' | 'duplicates' | 'brokenInvariants' | 'contention'>;

/** The heaviest that applies. */
export function outcomeOf(findings: Findings, { finals }: Case): TrialOutcome {
  const { counts, converged, duplicates, brokenInvariants, contention } = findings;
  if (counts.lost > 0 || counts.phantom > 0 || duplicates > 0 || !converged || brokenInvariants.length > 0)
    return 'corrupted';
  if (finals.some(({ state }) => state.escalations.length > 0)) return 'escalated';
  if (finals.some(({ state }) => state.resolutions.length > 0)) return 'resolved';
  return [...contention.byField.values()].some((pairs) => pairs > 0) ? 'auto-merged' : 'uncontended';
}
