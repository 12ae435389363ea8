/** The rows that a run yields. The names are a contract: other tools read them. Virtual numbers only; they repeat exactly. */

import type { AnomalyName, FoundAnomaly } from './anomaly.ts';
import type { TrialOutcome, FateCounts, InvariantName } from './fate.ts';
import type { ReclaimTrigger } from './protocol.ts';
import type { PromiseName } from './strategy.ts';
import type { RefusalCause } from './transaction.ts';

/** Everything that is needed to run a trial again. */
export interface TrialSpec {
  /** Name with knobs, as on the command line: `lww`, `lww:clock=wall`, `./mine.js`. */
  readonly strategy: string;
  readonly workload: string;
  readonly faults: string;
  readonly seed: number;
  /** Number of agents; null for the workload's default. */
  readonly agents: number | null;
  /** How agents find out after a crash which turns to repeat. */
  readonly recovery: string;
  /** What agents and judges think with: name with knobs, as for strategies. */
  readonly model: string;
}

export const defaultRecovery = 'checkpoint';
export const defaultModelName = 'gpt-5-mini';

/** What was spent on calls of a model. */
export interface Spending {
  readonly calls: number;
  readonly tokens: number;
  /** Null: the model has no published price. */
  readonly usd: number | null;
}

/** All times in virtual milliseconds. Null where there was nothing to measure. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export interface TrialResult {
  readonly strategy: string;
  readonly workload: string;
  readonly faults: string;
  readonly seed: number;
  /** The number of agents that took part. */
  readonly agents: number;
  readonly recovery: string;
  readonly model: string;
  readonly digest: string;
  readonly settled: boolean;
  readonly converged: boolean;
  readonly exercised: boolean;
  readonly outcome: TrialOutcome;
  /** A strategy or workload that broke the rules of the interface; the other numbers then say how far it came. */
  readonly failure: string | null;
  readonly brokenPromises: readonly { readonly promise: PromiseName; readonly evidence: string }[];
  readonly brokenInvariants: readonly { readonly name: string; readonly violation: string }[];
  /** The first violation of each invariant of protocols that was violated. */
  readonly protocolViolations: readonly {
    readonly invariant: InvariantName;
    readonly atMs: number;
    readonly violation: string;
  }[];
  /** Those that were found. */
  readonly anomalies: readonly FoundAnomaly[];
  /** Those that the trial could have shown, found or not. */
  readonly anomaliesPossible: readonly AnomalyName[];
  readonly fates: FateCounts;
  /** Writes whose agents were told that they are safe (committed): what `lost` is a share of. */
  readonly committed: number;
  readonly duplicates: number;
  readonly misattributed: number;
  readonly escalations: {
    readonly raised: number;
    readonly true: number;
    readonly false: number;
    readonly missed: number;
  };
  /** From the commit request to the answer, of the attempts that were told committed or escalated. */
  readonly latencyMs: Quantiles;
  /** From the end of the last agent to rest; null if it did not settle. */
  readonly convergenceMs: number | null;
  /** From the start to the end of the last agent. */
  readonly makespanMs: number;
  readonly attempts: number;
  /** Attempts that were told conflict or rejected, by cause. */
  readonly refusals: Readonly<Record<RefusalCause, number>>;
  /** Think time of attempts that came to nothing. */
  readonly wastedThinkMs: number;
  /** Waiting for answers to reads and writes, all agents together. */
  readonly blockedMs: number;
  readonly gaveUp: number;
  /** Turns that an agent began again although an earlier attempt had landed, as far as anybody was ever told. */
  readonly turnsRepeated: number;
  /** Turns that were in flight at a crash and that their agent knew nothing of when it came back. */
  readonly turnsForgotten: number;
  /** Checkpoint files that an agent could not read. */
  readonly checkpointsSetAside: number;
  /** Grants that were given, as the strategy reports them. */
  readonly grants: number;
  /**
   * Grants that were taken away, by trigger: `true` where the holder's machine had crashed since, `false` where it was only
   * busy or slow.
   */
  readonly reclaims: Readonly<Record<ReclaimTrigger, { readonly true: number; readonly false: number }>>;
  /** From the crash of a holder to the end of its grant, or of an owner to the next one: when others can write again. */
  readonly recoveryMs: Quantiles;
  /** Calls of agents that failed and were made again; those of the strategy's judge stand in `judgements`. */
  readonly callsFailed: number;
  /** Calls of the strategy's judge. */
  readonly modelCalls: number;
  readonly judgements: {
    readonly right: number;
    readonly wrong: number;
    readonly abstained: number;
    readonly failed: number;
  };
  /** What the agents thought with. */
  readonly thinking: Spending;
  /** Of that, in attempts that came to nothing. */
  readonly wasted: Spending;
  /** After notices: to judge whether they matter, and to make writes anew. */
  readonly judging: Spending;
  readonly repairing: Spending;
  /** All that was spent on models: thinking, judging, repairing and the strategy's judge. */
  readonly tokens: number;
  readonly usd: number | null;
  readonly messages: number;
  readonly bytes: number;
  readonly faultsStruck: number;
  readonly restores: { readonly struck: number; readonly rolledBack: number };
}
