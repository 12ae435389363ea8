/** Ways in which a trial shows that something is wrong. Which of them catches which bug is what the kill matrix says. */

import type { FieldName, History, TrialResult, Verdict } from '../../src/contract/index.ts';
import type { TrialRun } from '../../src/experiment/index.ts';
import { twoOwners } from '../support/ownership.ts';

interface Evidence {
  readonly result: TrialResult;
  readonly verdict: Verdict | null;
  readonly history: History | null;
}

const signs = {
  lost: ({ result }) => result.fates.lost > 0,
  phantom: ({ result }) => result.fates.phantom > 0,
  duplicates: ({ result }) => result.duplicates > 0,
  divergence: ({ result }) => !result.converged,
  'invented value': ({ result }) => result.brokenInvariants.some(({ name }) => name === 'nothing invented'),
  'false author': ({ result }) => result.misattributed > 0,
  'false escalation': ({ result }) => result.escalations.false > 0,
  'missed escalation': ({ result }) => result.escalations.missed > 0,
  'workload law': ({ result }) => result.brokenInvariants.some(({ name }) => name !== 'nothing invented'),
  'write skew': ({ result }) => result.brokenPromises.some(({ promise }) => promise === 'serializable'),
  'extra calls': ({ result, history }) => result.modelCalls > conflictsOf(history),
  'turn forgotten': ({ result }) => result.turnsForgotten > 0,
  'never ends': ({ history }) => history?.turns.some(({ end }) => end === 'unfinished') === true,
  'tokens fall': ({ history }) => tokensFall(history),
  'two owners': ({ history }) => history !== null && twoOwners(history) !== null,
  failure: ({ result }) => result.failure !== null,
} as const satisfies Record<string, (evidence: Evidence) => boolean>;

export type Witness = keyof typeof signs;

/** In the order of the matrix. */
export const witnesses = Object.keys(signs) as readonly Witness[];

export function witnessesOf({ record, verdict, history }: TrialRun): readonly Witness[] {
  const evidence: Evidence = { result: record.result, verdict, history };
  return witnesses.filter((witness) => signs[witness](evidence));
}

/** Conflicts that were settled or are open, on the replica that knows of most. */
function conflictsOf(history: History | null): number {
  const counts = (history?.finals ?? []).map(({ state }) => state.resolutions.length + state.escalations.length);
  return Math.max(0, ...counts);
}

/** Some field was granted with a token that is not above the one before. */
function tokensFall(history: History | null): boolean {
  const last = new Map<FieldName, number>();
  return (history?.observations ?? []).some((seen) => {
    if (seen.kind !== 'reported' || seen.event.kind !== 'grant') return false;
    const { field, token } = seen.event;
    const before = last.get(field) ?? -Infinity;
    last.set(field, token);
    return token <= before;
  });
}
