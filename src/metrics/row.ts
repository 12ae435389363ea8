/** The row of a trial from its parts. */

import type { TrialResult, TrialSpec } from '../contract/index.ts';
import type { Recovered } from './recovered.ts';
import type { Spendings } from './spending.ts';

/** What is worked out by itself. */
export interface RowParts {
  readonly spec: TrialSpec;
  readonly judged: Judged;
  readonly times: Times;
  readonly recovered: Recovered;
  readonly takenBack: TakenBack;
  readonly traffic: Traffic;
  readonly spendings: Spendings;
}

type Judged = Pick<
  TrialResult,
  | 'agents'
  | 'digest'
  | 'settled'
  | 'converged'
  | 'exercised'
  | 'outcome'
  | 'failure'
  | 'brokenPromises'
  | 'brokenInvariants'
  | 'protocolViolations'
  | 'anomalies'
  | 'anomaliesPossible'
  | 'fates'
  | 'committed'
  | 'duplicates'
  | 'misattributed'
  | 'escalations'
>;

export type Times = Pick<
  TrialResult,
  'latencyMs' | 'convergenceMs' | 'makespanMs' | 'attempts' | 'refusals' | 'wastedThinkMs' | 'blockedMs' | 'gaveUp'
>;

export type TakenBack = Pick<TrialResult, 'grants' | 'reclaims' | 'recoveryMs'>;

export type Traffic = Pick<
  TrialResult,
  'callsFailed' | 'modelCalls' | 'judgements' | 'messages' | 'bytes' | 'faultsStruck' | 'restores'
>;

/** Member by member: to spread its parts into a row takes the engine a fiftieth of the trial. */
export function rowOf({ spec, judged, times, recovered, takenBack, traffic, spendings }: RowParts): TrialResult {
  return {
    strategy: spec.strategy,
    workload: spec.workload,
    faults: spec.faults,
    seed: spec.seed,
    recovery: spec.recovery,
    model: spec.model,
    agents: judged.agents,
    digest: judged.digest,
    settled: judged.settled,
    converged: judged.converged,
    exercised: judged.exercised,
    outcome: judged.outcome,
    failure: judged.failure,
    brokenPromises: judged.brokenPromises,
    brokenInvariants: judged.brokenInvariants,
    protocolViolations: judged.protocolViolations,
    anomalies: judged.anomalies,
    anomaliesPossible: judged.anomaliesPossible,
    fates: judged.fates,
    committed: judged.committed,
    duplicates: judged.duplicates,
    misattributed: judged.misattributed,
    escalations: judged.escalations,
    latencyMs: times.latencyMs,
    convergenceMs: times.convergenceMs,
    makespanMs: times.makespanMs,
    attempts: times.attempts,
    refusals: times.refusals,
    wastedThinkMs: times.wastedThinkMs,
    blockedMs: times.blockedMs,
    gaveUp: times.gaveUp,
    turnsRepeated: recovered.turnsRepeated,
    turnsForgotten: recovered.turnsForgotten,
    checkpointsSetAside: recovered.checkpointsSetAside,
    grants: takenBack.grants,
    reclaims: takenBack.reclaims,
    recoveryMs: takenBack.recoveryMs,
    callsFailed: traffic.callsFailed,
    modelCalls: traffic.modelCalls,
    judgements: traffic.judgements,
    messages: traffic.messages,
    bytes: traffic.bytes,
    faultsStruck: traffic.faultsStruck,
    restores: traffic.restores,
    thinking: spendings.thinking,
    wasted: spendings.wasted,
    judging: spendings.judging,
    repairing: spendings.repairing,
    tokens: spendings.tokens,
    usd: spendings.usd,
  };
}
