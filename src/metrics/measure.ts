/** What one trial comes to in numbers: the row of the result file. */

import {
  refusalCauses,
  type Attempt,
  type FateCounts,
  type History,
  type ModelCall,
  type Quantiles,
  type RefusalCause,
  type TrialFailure,
  type TrialRecord,
  type TrialResult,
  type TrialSpec,
  type Verdict,
} from '../contract/index.ts';
import { coordinationOf, type Coordination } from './coordination.ts';
import { Histogram } from './histogram.ts';
import { countRecovered, nothingRecovered } from './recovered.ts';
import { rowOf, type TakenBack, type Times, type Traffic } from './row.ts';
import { spendingOf, succeeded, type Pricing } from './spending.ts';

export interface Measurable {
  readonly spec: TrialSpec;
  readonly history: History;
  readonly verdict: Verdict;
  readonly prices: Pricing;
}

export function measure({ spec, history, verdict, prices }: Measurable): TrialRecord {
  const latencies = commitLatencies(history.attempts);
  const coordination = coordinationOf(history.observations);
  const { brokenPromises, brokenInvariants, protocol, duplicates, escalations, converged, exercised, outcome } =
    verdict;
  const result = rowOf({
    spec,
    judged: {
      agents: history.agents.length,
      digest: history.digest,
      settled: history.restAt !== null,
      converged,
      exercised,
      outcome,
      failure: null,
      brokenPromises,
      brokenInvariants,
      protocolViolations: protocol.flatMap(({ violation: found }) =>
        found === null ? [] : [{ invariant: found.invariant, atMs: toMs(found.at), violation: found.violation }],
      ),
      anomalies: verdict.anomalies.found,
      anomaliesPossible: verdict.anomalies.possible,
      fates: verdict.counts,
      committed: verdict.fates.filter((fate) => fate.told === 'committed').length,
      duplicates,
      misattributed: verdict.attribution.wrong,
      escalations,
    },
    times: timesOf(history, latencies),
    recovered: countRecovered(history),
    takenBack: takenBack(coordination),
    traffic: trafficOf(history),
    spendings: spendingOf(history, prices),
  });
  return {
    result,
    latencies: histogramOf(latencies),
    recoveries: histogramOf(coordination.recoveriesMicros),
    invariantsExercised: protocol.filter(({ judged }) => judged > 0).map(({ invariant }) => invariant),
    culprit: null,
  };
}

/** `history` is null if the trial never ran. */
export type VoidMeasurable = Pick<Measurable, 'spec' | 'prices'> & { readonly history: History | null };

/** A trial that is void: whatever it wrote proves nothing, so it has no fates. */
export function measureFailure({ spec, history, prices }: VoidMeasurable, failure: FailureFacts): TrialRecord {
  const result = rowOf({
    spec,
    judged: {
      agents: history?.agents.length ?? spec.agents ?? 0,
      digest: history?.digest ?? '',
      settled: false,
      converged: false,
      exercised: false,
      outcome: 'corrupted',
      failure: failure.message,
      brokenPromises: [],
      brokenInvariants: [],
      protocolViolations: [],
      anomalies: [],
      anomaliesPossible: [],
      fates: noFates,
      committed: 0,
      duplicates: 0,
      misattributed: 0,
      escalations: { raised: 0, true: 0, false: 0, missed: 0 },
    },
    times: history === null ? noTimes : timesOf(history, commitLatencies(history.attempts)),
    recovered: history === null ? nothingRecovered : countRecovered(history),
    takenBack: takenBack(coordinationOf(history?.observations ?? [])),
    traffic: history === null ? noTraffic : trafficOf(history),
    spendings: spendingOf(history, prices),
  });
  return { result, latencies: [], recoveries: [], invariantsExercised: [], culprit: failure.culprit };
}

export type FailureFacts = Pick<TrialFailure, 'culprit' | 'message'>;

const noFates: FateCounts = {
  issued: 0,
  survived: 0,
  superseded: 0,
  escalated: 0,
  resolved: 0,
  rejected: 0,
  indeterminate: 0,
  phantom: 0,
  lost: 0,
};

function timesOf(history: History, latencies: readonly number[]): Times {
  const { attempts, turns, agentsDoneAt, restAt } = history;
  return {
    latencyMs: quantilesMs(latencies),
    convergenceMs: restAt === null ? null : toMs(Math.max(0, restAt - agentsDoneAt)),
    makespanMs: toMs(agentsDoneAt),
    attempts: attempts.length,
    refusals: refusalsOf(attempts),
    wastedThinkMs: toMs(sum(attempts.filter((attempt) => !succeeded(attempt)).map((attempt) => attempt.thinkMicros))),
    blockedMs: toMs(sum(attempts.map((attempt) => attempt.blockedMicros))),
    gaveUp: turns.filter(({ end }) => end !== 'done' && end !== 'rejected' && end !== 'forgotten').length,
  };
}

const noTimes: Times = {
  latencyMs: { p50: null, p95: null, p99: null, max: null },
  convergenceMs: null,
  makespanMs: 0,
  attempts: 0,
  refusals: refusalsOf([]),
  wastedThinkMs: 0,
  blockedMs: 0,
  gaveUp: 0,
};

function takenBack({ grants, reclaims, recoveriesMicros }: Coordination): TakenBack {
  return { grants, reclaims, recoveryMs: quantilesMs(recoveriesMicros) };
}

function trafficOf({ callsFailed, modelCalls, faults, messages, bytes }: History): Traffic {
  const restores = faults.filter((struck) => struck.entry.fault.kind === 'restore');
  return {
    callsFailed,
    modelCalls: modelCalls.length,
    judgements: judgementsOf(modelCalls),
    messages,
    bytes,
    faultsStruck: faults.length,
    restores: { struck: restores.length, rolledBack: restores.filter((struck) => struck.recordsLost > 0).length },
  };
}

const noTraffic: Traffic = {
  callsFailed: 0,
  modelCalls: 0,
  judgements: { right: 0, wrong: 0, abstained: 0, failed: 0 },
  messages: 0,
  bytes: 0,
  faultsStruck: 0,
  restores: { struck: 0, rolledBack: 0 },
};

function judgementsOf(calls: readonly ModelCall[]): TrialResult['judgements'] {
  return {
    right: calls.filter((call) => call.right === true).length,
    wrong: calls.filter((call) => call.right === false).length,
    abstained: calls.filter((call) => call.judgement.kind === 'abstain').length,
    failed: calls.filter((call) => call.judgement.kind === 'failed').length,
  };
}

function refusalsOf(attempts: readonly Attempt[]): TrialResult['refusals'] {
  const refusals = Object.fromEntries(refusalCauses.map((cause) => [cause, 0])) as Record<RefusalCause, number>;
  for (const { outcome } of attempts) if (outcome !== null && 'cause' in outcome) refusals[outcome.cause] += 1;
  return refusals;
}

/** Microseconds from the commit request to the answer, smallest first. */
function commitLatencies(attempts: readonly Attempt[]): readonly number[] {
  const latencies: number[] = [];
  for (const attempt of attempts) {
    if (succeeded(attempt) && attempt.committedAt !== null) latencies.push(attempt.endedAt - attempt.committedAt);
  }
  return latencies.sort((left, right) => left - right);
}

function histogramOf(durations: readonly number[]): TrialRecord['latencies'] {
  const histogram = new Histogram();
  for (const duration of durations) histogram.add(duration);
  return histogram.entries();
}

function quantilesMs(sorted: readonly number[]): Quantiles {
  const at = (share: number): number | null => {
    const value = nearestRank(sorted, share);
    return value === null ? null : toMs(value);
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** The smallest value that is not below this share of the values; null when there is none. */
export function nearestRank(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function toMs(micros: number): number {
  return micros / 1_000;
}
