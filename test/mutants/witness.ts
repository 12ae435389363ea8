/** Ways in which a trial shows that something is wrong. Which of them catches which bug is what the kill matrix says. */

import {
  invariantNames,
  type History,
  type InvariantName,
  type PromiseName,
  type ProtocolVerdict,
  type TrialResult,
} from '../../src/contract/index.ts';
import type { TrialRun } from '../../src/experiment/index.ts';
import { checkProtocol } from '../../src/oracle/protocol/index.ts';

interface Evidence {
  readonly result: TrialResult;
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
  'extra calls': ({ result, history }) => result.modelCalls > conflictsOf(history),
  'turn forgotten': ({ result }) => result.turnsForgotten > 0,
  'never ends': ({ history }) =>
    history?.turns.some(({ end }) => end === 'unfinished' || end === 'livelocked') === true,
  failure: ({ result }) => result.failure !== null,
} as const satisfies Record<string, (evidence: Evidence) => boolean>;

type Sign = keyof typeof signs;
export type Witness = Sign | InvariantName;

/** Invariants to which only those are held who promise them. */
const promised: Partial<Record<PromiseName, InvariantName>> = {
  allOrNothing: 'AllOrNothing',
  serializable: 'NoSkew',
  serialInRankOrder: 'RankOrder',
};

const signNames = Object.keys(signs) as readonly Sign[];

/** In the order of the matrix. */
export const witnesses: readonly Witness[] = [...signNames, ...invariantNames];

export function witnessesOf({ record, verdict, history }: TrialRun): readonly Witness[] {
  const evidence: Evidence = { result: record.result, history };
  const violated = violatedIn(verdict?.protocol ?? []);
  const broken = record.result.brokenPromises.flatMap(({ promise }) => promised[promise] ?? []);
  return [...signNames.filter((sign) => signs[sign](evidence)), ...violated, ...broken];
}

/** What a plan shows that was run by itself: only what the protocol has reported is judged. */
export function protocolWitnessesOf({ observations }: History): readonly Witness[] {
  return violatedIn(checkProtocol(observations));
}

function violatedIn(verdicts: readonly ProtocolVerdict[]): readonly InvariantName[] {
  return verdicts.flatMap(({ violation }) => violation?.invariant ?? []);
}

/** Conflicts that were settled or are open, on the replica that knows of most. */
function conflictsOf(history: History | null): number {
  const counts = (history?.finals ?? []).map(({ state }) => state.resolutions.length + state.escalations.length);
  return Math.max(0, ...counts);
}
