/** Trials with real processes, and beside each of them the same trial simulated. */

import type { FateCounts } from './fate.ts';
import type { LiveSetup } from './live-setup.ts';
import type { Estimate } from './sweep.ts';
import type { RunReport, Share, Suspect, TrialRecord } from './suite.ts';

/** What was really done to processes. */
export interface LiveDeeds {
  /** Crashes: SIGKILL, then a new process on the same files. */
  readonly kills: number;
  /** SIGSTOP, then SIGCONT. */
  readonly stops: number;
  /** SIGKILL, then a new process on the files of a backup. */
  readonly restores: number;
  /** What all restores together took back. */
  readonly recordsRolledBack: number;
  /** How many were started, those after a kill included. */
  readonly processes: number;
  readonly wallSeconds: number;
}

export interface LiveTrial {
  readonly record: TrialRecord;
  /** Counted from 1. */
  readonly repetition: number;
  readonly deeds: LiveDeeds;
}

/** The trials of a cell in one of the two worlds: sums over those that are not void. */
export interface WorldSide {
  readonly trials: number;
  /** Void ones, beside these. */
  readonly failed: number;
  /** Trials in which a promise broke or an invariant of protocols was violated. */
  readonly broken: number;
  readonly fates: FateCounts;
  readonly committed: number;
  /** Lost of the committed writes; null when there were none. */
  readonly lostShare: Share | null;
  /** The trial to look at first. */
  readonly worst: Suspect | null;
}

/**
 * What is said of the lost shares of a cell:
 * - `agrees`: their difference can't be told from chance
 * - `close`: it can, but the live share lies within the interval of the simulated one
 * - `differs`: it can, and the live share lies outside
 * - `undecided`: there are fewer than two pairs
 */
export type LiveStanding = 'agrees' | 'close' | 'differs' | 'undecided';

/** A strategy on a workload under a fault profile, live and simulated with the same seeds. */
export interface LiveCell {
  readonly strategy: string;
  /** Null: all of the run. */
  readonly workload: string | null;
  readonly faults: string | null;
  readonly live: WorldSide;
  readonly simulated: WorldSide;
  /** Pairs that the difference rests on: scripts (a workload and a seed), or the trials of the one script that there is. */
  readonly pairs: number;
  /** Lost share, live less simulated; null where there is no pair. */
  readonly difference: Estimate | null;
  /** Whether the live share lies within the interval of the simulated one; null where one of them is missing. */
  readonly isWithin: boolean | null;
  readonly standing: LiveStanding;
}

export interface LiveReport {
  /** What the live trials come to. */
  readonly run: RunReport;
  readonly setup: LiveSetup;
  /** Repetition by repetition, in the order of the suite. */
  readonly trials: readonly LiveTrial[];
  /** One for each seed, in the order of the suite. */
  readonly simulated: readonly TrialRecord[];
  readonly cells: readonly LiveCell[];
  /** All workloads and fault profiles folded. */
  readonly strategies: readonly LiveCell[];
  /** Of all trials together. */
  readonly deeds: LiveDeeds;
}
