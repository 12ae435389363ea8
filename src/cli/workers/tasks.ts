/** What the main thread asks of a worker, and what comes back. Everything here can be cloned, or handed over. */

import type { MessagePort } from 'node:worker_threads';
import type {
  LeftOut,
  Dial,
  JudgeUse,
  LiveSetup,
  LiveTrial,
  Prices,
  SimulationInputs,
  Suite,
  TraceSource,
  TrialRecord,
  TrialResult,
  TrialSpec,
  WalkBounds,
  WalkedFaults,
} from '../../contract/index.ts';
import type { DialledSuite } from '../../experiment/index.ts';
import type { DialChoice } from '../options/dial.ts';
import { InputError } from '../input-error.ts';

/** Stands for every registered one where names are given. */
export const everyName = 'all';

/** As named on the command line; null stands for the default suite. */
export interface Selection {
  readonly strategies: readonly string[] | null;
  readonly workloads: readonly string[] | null;
  readonly faults: readonly string[] | null;
  readonly seeds: Suite['seeds'];
  readonly agents: number | null;
  readonly recovery: string;
  readonly model: string;
  readonly trace: string | null;
}

export interface Described {
  readonly suite: Suite;
  readonly inputs: SimulationInputs;
  readonly trace: TraceSource | null;
  readonly leftOut: LeftOut;
  /** What the user should know before the first trial. */
  readonly notices: readonly string[];
}

/** The suite is the one without the dial. */
export interface DescribedSweep extends Described {
  readonly dial: Dial;
  readonly points: readonly DialledSuite[];
}

/** The user's mistakes are answers, not exceptions: these would lose their class on the way. */
export type Answer<Value> =
  { readonly kind: 'done'; readonly value: Value } | { readonly kind: 'input-error'; readonly message: string };

/** Throws {@link InputError} for the user's mistakes. */
export function unwrap<Value>(answer: Answer<Value>): Value {
  switch (answer.kind) {
    case 'done':
      return answer.value;
    case 'input-error':
      throw new InputError(answer.message);
  }
}

/** From a worker to the judge in the main thread. */
export interface JudgeLine {
  readonly port: MessagePort;
  /** One 32-bit number: how many answers were sent. */
  readonly bell: SharedArrayBuffer;
  readonly source: JudgeUse['source'];
  readonly prices: Prices | null;
  /** The file that answers come from or go to. */
  readonly recording: string | null;
}

export interface Watched {
  /** Two 32-bit numbers, see {@link progressOf} and {@link isAsking}: the watchdog reads them while the worker is busy. */
  readonly progress: SharedArrayBuffer;
}

export interface DescribeTask extends Watched {
  readonly selection: Selection;
}

export interface DescribeSweepTask extends DescribeTask {
  readonly dial: DialChoice;
}

/** `judge` null: the simulated one. */
export interface BatchTask extends Watched {
  readonly trials: readonly TrialSpec[];
  readonly trace: string | null;
  readonly judge: JudgeLine | null;
}

export interface ReplayTask extends Watched {
  readonly selection: Selection;
  readonly colours: boolean;
  readonly judge: JudgeLine | null;
}

export interface Replayed {
  readonly text: string;
  readonly record: TrialRecord;
}

/** A trial again, to be drawn. */
export interface DrawTask extends Watched {
  readonly trial: TrialSpec;
  readonly trace: string | null;
}

export interface Drawn {
  readonly result: TrialResult;
  /** Its diagram, compressed and in base64; null if there is nothing to draw. */
  readonly packed: string | null;
}

/** Which walks there are, by the names on the command line; null: by default. */
export interface WalkSelection {
  readonly strategies: readonly string[] | null;
  readonly scenarios: readonly string[] | null;
}

export interface PlanWalksTask extends Watched {
  readonly selection: WalkSelection;
}

export interface PlannedWalk {
  readonly strategy: string;
  readonly scenario: string;
}

export interface WalkTask extends Watched {
  readonly walk: PlannedWalk;
  readonly faults: WalkedFaults;
  readonly bounds: WalkBounds;
}

/** A trial with real processes. */
export interface LiveTask extends Watched {
  readonly trial: TrialSpec;
  readonly setup: LiveSetup;
  readonly timeoutSeconds: number;
}

export type LiveRow = Omit<LiveTrial, 'repetition'>;

/** `waiting` for a worker, `loading` the modules, or running the trial at a position. */
export type Place = 'waiting' | 'loading' | { readonly trial: number };

export function newProgress(): SharedArrayBuffer {
  return new SharedArrayBuffer(8);
}

export function reportLoading(progress: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(progress), 0, 1);
}

export function reportTrial(progress: SharedArrayBuffer, trial: number): void {
  Atomics.store(new Int32Array(progress), 0, trial + 2);
}

export function progressOf(progress: SharedArrayBuffer): Place {
  const value = Atomics.load(new Int32Array(progress), 0);
  if (value === 0) return 'waiting';
  return value === 1 ? 'loading' : { trial: value - 2 };
}

/** Whether a trial stands still because its model hasn't answered yet: that time isn't the trial's own. */
export function reportAsking(progress: SharedArrayBuffer, asks: boolean): void {
  Atomics.store(new Int32Array(progress), 1, asks ? 1 : 0);
}

export function isAsking(progress: SharedArrayBuffer): boolean {
  return Atomics.load(new Int32Array(progress), 1) === 1;
}
