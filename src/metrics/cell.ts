/**
 * Trials folded into a cell. Everything that is summed is a whole number (microseconds, nanodollars), so that any order and
 * any grouping of the trials gives the same cell to the last bit, and a cell takes the same memory however many there are.
 */

import {
  anomalyNames,
  fates,
  invariantNames,
  outcomes,
  reclaimTriggers,
  refusalCauses,
  type AnomalyName,
  type AnomalyTally,
  type Cell,
  type Fate,
  type FateCounts,
  type InvariantName,
  type InvariantTally,
  type PromiseName,
  type Quantiles,
  type ReclaimTrigger,
  type RefusalCause,
  type Spending,
  type TrialOutcome,
  type TrialRecord,
  type TrialResult,
} from '../contract/index.ts';
import { Findings } from './findings.ts';
import { Histogram } from './histogram.ts';
import { clusteredShare } from './interval.ts';
import { isWorse, specOf, suspectOf, type Ranked } from './worst-trial.ts';

export type CellName = Pick<Cell, 'strategy' | 'workload' | 'faults'>;

export class CellTally {
  #trials = 0;
  #failed = 0;
  readonly #sums = new Map<SumName, number>();
  readonly #fates = new Map<Fate | 'issued', number>();
  readonly #outcomes = new Map<TrialOutcome, number>();
  readonly #refusals = new Map<RefusalCause, number>();
  readonly #brokenPromises = new Findings<PromiseName, Cell['brokenPromises'][number]['first']>();
  readonly #brokenInvariants = new Map<string, number>();
  readonly #exercised = new Map<InvariantName, number>();
  readonly #violated = new Findings<InvariantName, NonNullable<InvariantTally['first']>>();
  readonly #possible = new Map<AnomalyName, number>();
  readonly #found = new Findings<AnomalyName, NonNullable<AnomalyTally['first']>>();
  readonly #trueReclaims = new Map<ReclaimTrigger, number>();
  readonly #falseReclaims = new Map<ReclaimTrigger, number>();
  readonly #latencies = new Histogram();
  readonly #recoveries = new Histogram();
  readonly #convergences = new Histogram();
  #maxLatencyMs: number | null = null;
  #maxRecoveryMs: number | null = null;
  #maxConvergenceMs: number | null = null;
  #worst: Ranked | null = null;

  /** `agents` as on the command line, to run the worst trial again. */
  add(record: TrialRecord, agents: number | null): void {
    const { result, latencies } = record;
    this.#trials += 1;
    this.#consider(suspectOf(result, agents));
    if (result.failure !== null) {
      this.#failed += 1;
      return;
    }
    for (const name of sumNames) count(this.#sums, name, sumsOf[name](result));
    for (const fate of countedFates) count(this.#fates, fate, result.fates[fate]);
    count(this.#outcomes, result.outcome, 1);
    for (const cause of refusalCauses) count(this.#refusals, cause, result.refusals[cause]);
    for (const name of new Set(result.brokenInvariants.map((broken) => broken.name))) {
      count(this.#brokenInvariants, name, 1);
    }
    this.#addFindings(result, agents);
    this.#addProtocol(record);
    this.#latencies.fold(latencies);
    this.#maxLatencyMs = larger(this.#maxLatencyMs, result.latencyMs.max);
    if (result.convergenceMs !== null) this.#convergences.add(result.convergenceMs * 1_000);
    this.#maxConvergenceMs = larger(this.#maxConvergenceMs, result.convergenceMs);
  }

  fold(other: CellTally): void {
    this.#trials += other.#trials;
    this.#failed += other.#failed;
    addAll(this.#sums, other.#sums);
    addAll(this.#fates, other.#fates);
    addAll(this.#outcomes, other.#outcomes);
    addAll(this.#refusals, other.#refusals);
    this.#brokenPromises.fold(other.#brokenPromises);
    addAll(this.#brokenInvariants, other.#brokenInvariants);
    addAll(this.#exercised, other.#exercised);
    this.#violated.fold(other.#violated);
    addAll(this.#possible, other.#possible);
    this.#found.fold(other.#found);
    addAll(this.#trueReclaims, other.#trueReclaims);
    addAll(this.#falseReclaims, other.#falseReclaims);
    this.#recoveries.fold(other.#recoveries.entries());
    this.#maxRecoveryMs = larger(this.#maxRecoveryMs, other.#maxRecoveryMs);
    this.#latencies.fold(other.#latencies.entries());
    this.#convergences.fold(other.#convergences.entries());
    this.#maxLatencyMs = larger(this.#maxLatencyMs, other.#maxLatencyMs);
    this.#maxConvergenceMs = larger(this.#maxConvergenceMs, other.#maxConvergenceMs);
    if (other.#worst !== null) this.#consider(other.#worst);
  }

  cell(name: CellName): Cell {
    const sum = (of: SumName): number => this.#sums.get(of) ?? 0;
    const toMs = (micros: number): number => micros / 1_000;
    return {
      ...name,
      trials: this.#trials,
      failed: this.#failed,
      exercised: sum('exercised'),
      settled: sum('settled'),
      converged: sum('converged'),
      fates: this.#fateCounts(),
      committed: sum('committed'),
      lostShare: this.#lostShare(),
      duplicates: sum('duplicates'),
      misattributed: sum('misattributed'),
      escalations: { raised: sum('raised'), true: sum('true'), false: sum('false'), missed: sum('missed') },
      outcomes: tableOf(outcomes, this.#outcomes),
      brokenPromises: this.#brokenPromises.sorted().map(([promise, found]) => ({ promise, ...found })),
      brokenInvariants: sorted(this.#brokenInvariants).map(([invariant, trials]) => ({ name: invariant, trials })),
      protocol: this.#protocol(),
      anomalies: this.#anomalies(),
      latencyMs: quantilesMs(this.#latencies, this.#maxLatencyMs),
      latencyBins: this.#latencies.bins().map(([fromMicros, count]) => [fromMicros / 1_000, count]),
      convergenceMs: quantilesMs(this.#convergences, this.#maxConvergenceMs),
      makespanMs: toMs(sum('makespanMicros')),
      attempts: sum('attempts'),
      refusals: tableOf(refusalCauses, this.#refusals),
      wastedThinkMs: toMs(sum('wastedThinkMicros')),
      blockedMs: toMs(sum('blockedMicros')),
      gaveUp: sum('gaveUp'),
      grants: sum('grants'),
      reclaims: this.#reclaims(),
      recoveryMs: quantilesMs(this.#recoveries, this.#maxRecoveryMs),
      turnsRepeated: sum('turnsRepeated'),
      turnsForgotten: sum('turnsForgotten'),
      checkpointsSetAside: sum('checkpointsSetAside'),
      callsFailed: sum('callsFailed'),
      modelCalls: sum('modelCalls'),
      judgements: { right: sum('right'), wrong: sum('wrong'), abstained: sum('abstained'), failed: sum('noAnswer') },
      thinking: this.#spent('thinking'),
      wasted: this.#spent('wasted'),
      judging: this.#spent('judging'),
      repairing: this.#spent('repairing'),
      tokens: sum('tokens'),
      usd: this.#usd('all'),
      messages: sum('messages'),
      bytes: sum('bytes'),
      faultsStruck: sum('faultsStruck'),
      restores: { struck: sum('restoresStruck'), rolledBack: sum('rolledBack') },
      worst: this.#worst?.suspect ?? null,
    };
  }

  /** The first of those with one name is the one that is shown. */
  #addFindings(result: TrialResult, agents: number | null): void {
    const spec = specOf(result, agents);
    const broken = new Map(result.brokenPromises.toReversed().map(({ promise, evidence }) => [promise, evidence]));
    for (const [promise, evidence] of broken) this.#brokenPromises.add(promise, { spec, evidence });
    for (const { invariant, atMs, violation } of result.protocolViolations)
      this.#violated.add(invariant, { spec, atMs, violation });
    for (const anomaly of result.anomaliesPossible) count(this.#possible, anomaly, 1);
    for (const { anomaly, evidence } of result.anomalies) this.#found.add(anomaly, { spec, evidence });
  }

  #addProtocol({ result, recoveries, invariantsExercised }: TrialRecord): void {
    for (const invariant of invariantsExercised) count(this.#exercised, invariant, 1);
    for (const trigger of reclaimTriggers) {
      count(this.#trueReclaims, trigger, result.reclaims[trigger].true);
      count(this.#falseReclaims, trigger, result.reclaims[trigger].false);
    }
    this.#recoveries.fold(recoveries);
    this.#maxRecoveryMs = larger(this.#maxRecoveryMs, result.recoveryMs.max);
  }

  #protocol(): readonly InvariantTally[] {
    return invariantNames.flatMap((invariant): InvariantTally[] => {
      const exercised = this.#exercised.get(invariant) ?? 0;
      const { trials = 0, first = null } = this.#violated.get(invariant) ?? {};
      return exercised + trials === 0 ? [] : [{ invariant, exercised, violated: trials, first }];
    });
  }

  #anomalies(): readonly AnomalyTally[] {
    return anomalyNames.flatMap((anomaly): AnomalyTally[] => {
      const possible = this.#possible.get(anomaly) ?? 0;
      const { trials = 0, first = null } = this.#found.get(anomaly) ?? {};
      return possible + trials === 0 ? [] : [{ anomaly, possible, found: trials, first }];
    });
  }

  #reclaims(): TrialResult['reclaims'] {
    const tally = (trigger: ReclaimTrigger): TrialResult['reclaims'][ReclaimTrigger] => ({
      true: this.#trueReclaims.get(trigger) ?? 0,
      false: this.#falseReclaims.get(trigger) ?? 0,
    });
    return Object.fromEntries(reclaimTriggers.map((trigger) => [trigger, tally(trigger)])) as TrialResult['reclaims'];
  }

  #spent(on: Spent): Spending {
    return { calls: this.#sums.get(`${on}Calls`) ?? 0, tokens: this.#sums.get(`${on}Tokens`) ?? 0, usd: this.#usd(on) };
  }

  /** Null if a trial of it was run with a model that has no price. */
  #usd(on: Spent | 'all'): number | null {
    if ((this.#sums.get('unpriced') ?? 0) > 0) return null;
    return (this.#sums.get(`${on}NanoUsd`) ?? 0) / 1e9;
  }

  #consider(candidate: Ranked): void {
    if (this.#worst === null || isWorse(candidate, this.#worst)) this.#worst = candidate;
  }

  #fateCounts(): FateCounts {
    return tableOf(countedFates, this.#fates);
  }

  #lostShare(): Cell['lostShare'] {
    const sum = (of: SumName): number => this.#sums.get(of) ?? 0;
    return clusteredShare({
      clusters: sum('withCommitted'),
      n: sum('committed'),
      x: this.#fates.get('lost') ?? 0,
      nSquared: sum('committedSquared'),
      xSquared: sum('lostSquared'),
      nTimesX: sum('committedTimesLost'),
    });
  }
}

const countedFates = ['issued', ...fates] as const;

/** What is summed of each trial, as a whole number. */
const sumsOf = {
  exercised: (trial) => Number(trial.exercised),
  settled: (trial) => Number(trial.settled),
  converged: (trial) => Number(trial.converged),
  committed: (trial) => trial.committed,
  withCommitted: (trial) => Number(trial.committed > 0),
  committedSquared: (trial) => trial.committed ** 2,
  lostSquared: (trial) => trial.fates.lost ** 2,
  committedTimesLost: (trial) => trial.committed * trial.fates.lost,
  duplicates: (trial) => trial.duplicates,
  misattributed: (trial) => trial.misattributed,
  raised: (trial) => trial.escalations.raised,
  true: (trial) => trial.escalations.true,
  false: (trial) => trial.escalations.false,
  missed: (trial) => trial.escalations.missed,
  makespanMicros: (trial) => Math.round(trial.makespanMs * 1_000),
  attempts: (trial) => trial.attempts,
  wastedThinkMicros: (trial) => Math.round(trial.wastedThinkMs * 1_000),
  blockedMicros: (trial) => Math.round(trial.blockedMs * 1_000),
  gaveUp: (trial) => trial.gaveUp,
  grants: (trial) => trial.grants,
  turnsRepeated: (trial) => trial.turnsRepeated,
  turnsForgotten: (trial) => trial.turnsForgotten,
  checkpointsSetAside: (trial) => trial.checkpointsSetAside,
  callsFailed: (trial) => trial.callsFailed,
  modelCalls: (trial) => trial.modelCalls,
  right: (trial) => trial.judgements.right,
  wrong: (trial) => trial.judgements.wrong,
  abstained: (trial) => trial.judgements.abstained,
  noAnswer: (trial) => trial.judgements.failed,
  thinkingCalls: (trial) => trial.thinking.calls,
  thinkingTokens: (trial) => trial.thinking.tokens,
  thinkingNanoUsd: (trial) => nanoUsd(trial.thinking.usd),
  wastedCalls: (trial) => trial.wasted.calls,
  wastedTokens: (trial) => trial.wasted.tokens,
  wastedNanoUsd: (trial) => nanoUsd(trial.wasted.usd),
  judgingCalls: (trial) => trial.judging.calls,
  judgingTokens: (trial) => trial.judging.tokens,
  judgingNanoUsd: (trial) => nanoUsd(trial.judging.usd),
  repairingCalls: (trial) => trial.repairing.calls,
  repairingTokens: (trial) => trial.repairing.tokens,
  repairingNanoUsd: (trial) => nanoUsd(trial.repairing.usd),
  tokens: (trial) => trial.tokens,
  allNanoUsd: (trial) => nanoUsd(trial.usd),
  unpriced: (trial) => Number(trial.usd === null),
  messages: (trial) => trial.messages,
  bytes: (trial) => trial.bytes,
  faultsStruck: (trial) => trial.faultsStruck,
  restoresStruck: (trial) => trial.restores.struck,
  rolledBack: (trial) => trial.restores.rolledBack,
} as const satisfies Record<string, (trial: TrialResult) => number>;

type SumName = keyof typeof sumsOf;
const sumNames = Object.keys(sumsOf) as readonly SumName[];

type Spent = 'thinking' | 'wasted' | 'judging' | 'repairing';

function nanoUsd(usd: number | null): number {
  return Math.round((usd ?? 0) * 1e9);
}

function count<Name>(counts: Map<Name, number>, name: Name, amount: number): void {
  counts.set(name, (counts.get(name) ?? 0) + amount);
}

function addAll<Name>(counts: Map<Name, number>, others: ReadonlyMap<Name, number>): void {
  for (const [name, amount] of others) count(counts, name, amount);
}

function tableOf<Name extends string>(
  names: readonly Name[],
  counts: ReadonlyMap<Name, number>,
): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name) => [name, counts.get(name) ?? 0])) as Record<Name, number>;
}

function sorted<Name extends string>(counts: ReadonlyMap<Name, number>): readonly (readonly [Name, number])[] {
  return [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
}

function larger(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.max(left, right);
}

function quantilesMs(histogram: Histogram, max: number | null): Quantiles {
  const at = (share: number): number | null => {
    const micros = histogram.quantile(share);
    return micros === null || max === null ? null : Math.min(micros / 1_000, max);
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max };
}
