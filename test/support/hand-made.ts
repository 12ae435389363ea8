/** Trials and runs put together by hand: a default for everything, and what a test cares about. */

import {
  defaultModelName,
  defaultRecovery,
  noUse,
  reclaimTriggers,
  refusalCauses,
  type AgentId,
  type Attempt,
  type Cell,
  type ComparedRun,
  type History,
  type Micros,
  type Outcome,
  type RunReport,
  type Suite,
  type TransactionId,
  type TrialRecord,
  type TrialResult,
  type Verdict,
} from '../../src/contract/index.ts';
import { Histogram } from '../../src/metrics/histogram.ts';
import { anomalyMatrix, inputsOf, SuiteTally } from '../../src/experiment/index.ts';
import { defaultModel } from '../../src/simulator/index.ts';

export const noRefusals = Object.fromEntries(refusalCauses.map((cause) => [cause, 0])) as TrialResult['refusals'];

const noReclaims = Object.fromEntries(
  reclaimTriggers.map((trigger) => [trigger, { true: 0, false: 0 }]),
) as TrialResult['reclaims'];

export const noFates: TrialResult['fates'] = {
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

const nothingSpent = { calls: 0, tokens: 0, usd: 0 };

export function trialResult(differs: Partial<TrialResult> = {}): TrialResult {
  return {
    strategy: 'plain',
    workload: 'talk',
    faults: 'none',
    seed: 1,
    agents: 2,
    recovery: defaultRecovery,
    model: defaultModelName,
    digest: '0123456789abcdef',
    settled: true,
    converged: true,
    exercised: true,
    outcome: 'auto-merged',
    failure: null,
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
    latencyMs: { p50: null, p95: null, p99: null, max: null },
    convergenceMs: 0,
    makespanMs: 0,
    attempts: 0,
    refusals: noRefusals,
    wastedThinkMs: 0,
    blockedMs: 0,
    gaveUp: 0,
    grants: 0,
    reclaims: noReclaims,
    recoveryMs: { p50: null, p95: null, p99: null, max: null },
    turnsRepeated: 0,
    turnsForgotten: 0,
    checkpointsSetAside: 0,
    callsFailed: 0,
    modelCalls: 0,
    judgements: { right: 0, wrong: 0, abstained: 0, failed: 0 },
    thinking: nothingSpent,
    wasted: nothingSpent,
    judging: nothingSpent,
    repairing: nothingSpent,
    tokens: 0,
    usd: 0,
    messages: 0,
    bytes: 0,
    faultsStruck: 0,
    restores: { struck: 0, rolledBack: 0 },
    ...differs,
  };
}

export function trialRecord(differs: Partial<TrialResult> = {}, latenciesMs: readonly number[] = []): TrialRecord {
  const histogram = new Histogram();
  for (const latencyMs of latenciesMs) histogram.add(latencyMs * 1_000);
  const result = trialResult(differs);
  const culprit = result.failure === null ? null : 'strategy';
  return { result, latencies: histogram.entries(), recoveries: [], invariantsExercised: [], culprit };
}

/** A trial in which `lost` of `committed` writes are lost. */
export function losing(lost: number, committed: number, differs: Partial<TrialResult> = {}): TrialRecord {
  const fates = { ...noFates, issued: committed, survived: committed - lost, lost };
  return trialRecord({ fates, committed, ...differs });
}

export function attempt(outcome: Outcome | null, differs: Partial<Attempt> = {}): Attempt {
  return {
    tx: { id: 'a1.1' as TransactionId, agent: 'a1' as AgentId, turn: 0, attempt: 1 },
    beganAt: 0 as Micros,
    views: [],
    writes: [],
    replaced: [],
    committedAt: 0 as Micros,
    outcome,
    endedAt: 0 as Micros,
    thinkMicros: 0 as Micros,
    uses: noUse,
    blockedMicros: 0 as Micros,
    waited: false,
    ...differs,
  };
}

export function history(differs: Partial<History> = {}): History {
  return {
    schema: { fields: [] },
    agents: ['a1' as AgentId],
    attempts: [],
    turns: [],
    finals: [],
    faults: [],
    modelCalls: [],
    notices: [],
    callsFailed: 0,
    observations: [],
    messages: 0,
    bytes: 0,
    agentsDoneAt: 0 as Micros,
    restAt: 0 as Micros,
    failure: null,
    digest: '0123456789abcdef',
    story: [],
    ...differs,
  };
}

export function verdict(differs: Partial<Verdict> = {}): Verdict {
  return {
    fates: [],
    counts: noFates,
    converged: true,
    duplicates: 0,
    attribution: { surviving: 0, wrong: 0 },
    escalations: { raised: 0, true: 0, false: 0, missed: 0 },
    anomalies: { found: [], possible: [] },
    brokenPromises: [],
    brokenInvariants: [],
    protocol: [],
    contention: { overlappingTurns: 0, byField: new Map(), handovers: new Map() },
    exercised: true,
    outcome: 'auto-merged',
    ...differs,
  };
}

const promises = {
  converges: 'survivable',
  keepsCommittedWrites: false,
  keepsRefusedOut: false,
  exactlyOnce: false,
  allOrNothing: false,
  escalatesTruly: false,
  serializable: ['none'],
  serialInRankOrder: false,
  neverWaits: false,
} as const;

export function suite(differs: Partial<Suite> = {}): Suite {
  return {
    strategies: [
      { label: 'plain', summary: 'a strategy', layout: 'peers', promises, canary: false, reclaims: false, knobs: {} },
    ],
    workloads: [
      {
        label: 'talk',
        summary: 'a workload',
        conflict: 'all talk at once',
        contended: true,
        agents: { default: 2, min: 1, max: 4 },
        knobs: {},
      },
    ],
    faults: [{ name: 'none', summary: 'no faults', survivable: true }],
    seeds: { first: 1, count: 20 },
    agents: null,
    recovery: defaultRecovery,
    model: defaultModelName,
    ...differs,
  };
}

const measured: RunReport['measured'] = {
  node: 'v20.20.0',
  platform: 'linux-x64',
  cpu: 'some CPU',
  cores: 2,
  commit: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  workers: 2,
  wallSeconds: 2,
  trialsPerSecond: 10,
  peakMemoryMb: 100,
  judge: null,
};

/** A run that consists of these trials. */
export function runReport(of: Suite, records: readonly TrialRecord[], differs: Partial<RunReport> = {}): RunReport {
  const tally = new SuiteTally(of);
  for (const record of records) tally.add(record);
  const cells: readonly Cell[] = tally.cells();
  return {
    version: '1.2.3',
    command: 'npm run bench',
    suite: of,
    leftOut: { workloads: [], faults: [] },
    inputs: inputsOf(defaultModel),
    trace: null,
    configuration: 'abcdef012345',
    shard: null,
    trials: { done: records.length, planned: records.length },
    partial: false,
    cells,
    cellsByWorkload: tally.cellsByWorkload(),
    anomalies: anomalyMatrix(of, cells),
    suiteFailures: [],
    notes: [],
    measured,
    ...differs,
  };
}

/** One side of a comparison. */
export function comparedRun(differs: Partial<ComparedRun> = {}): ComparedRun {
  return {
    source: 'a file',
    version: '1.2.3',
    configuration: 'abcdef012345',
    agents: null,
    recovery: defaultRecovery,
    model: defaultModelName,
    canaries: [],
    trace: null,
    recording: null,
    partial: false,
    ...differs,
  };
}
