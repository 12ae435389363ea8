/** The worker threads, with a watchdog: a trial that hangs or takes its worker down is reported, and the rest goes on. */

import type { MessagePort } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import { addedUp } from '../../comparison/index.ts';
import type { TrialRecord, TrialSpec, WalkRow } from '../../contract/index.ts';
import { measureFailure } from '../../metrics/index.ts';
import type { DialChoice } from '../options/dial.ts';
import { prepareForTrials, prepareForWalks } from './engine.ts';
import { InputError, messageOf } from '../input-error.ts';
import {
  isAsking,
  newProgress,
  progressOf,
  unwrap,
  type Answer,
  type BatchTask,
  type Described,
  type DescribedSweep,
  type DescribeSweepTask,
  type DescribeTask,
  type Drawn,
  type DrawTask,
  type JudgeLine,
  type LiveRow,
  type LiveTask,
  type Place,
  type PlannedWalk,
  type PlanWalksTask,
  type Replayed,
  type ReplayTask,
  type Selection,
  type WalkSelection,
  type WalkTask,
  type Watched,
} from './tasks.ts';

const watchEveryMs = 100;
/** Loading the modules takes a second; this long it takes only when one of them hangs. */
const loadingSeconds = 60;
/** After so many hangs the rest of a batch is reported as failed without being run: it would take hours. */
const maxHangs = 3;
/** After so many batches the workers are replaced: the memory of a WASM library never shrinks. */
const batchesPerGeneration = 400;

export interface PoolOptions {
  readonly workers: number;
  /** A trial that takes longer is given up. Wall-clock time. */
  readonly trialTimeoutSeconds: number;
  readonly trace: string | null;
  /** Who answers the conflicts of trials; without it the simulated model does. */
  readonly judge?: JudgeLines | null;
  /** Not for trials but for walks, which go the same way again and again. */
  readonly walks?: true;
}

export interface JudgeLines {
  open(): { readonly line: JudgeLine; close(): void };
}

/** `culprit`: the trial at this position hung or took the worker down, and with it whatever else the task had done. */
type Ended<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'culprit'; readonly index: number; readonly problem: string };

/** Tasks whose trials may have something to judge. */
type Judged = BatchTask | ReplayTask;

export class TrialPool {
  readonly #options: PoolOptions;
  readonly #pool: Tinypool;
  readonly #running = new Set<AbortController>();
  #isStopped = false;
  #batches = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    if (options.walks === true) prepareForWalks();
    else prepareForTrials(0);
    this.#pool = new Tinypool({
      filename: new URL('./worker.js', import.meta.url).href,
      runtime: 'worker_threads',
      minThreads: 1,
      maxThreads: options.workers,
      idleTimeout: 60_000,
    });
  }

  get workers(): number {
    return this.#options.workers;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** `alike`: how many trials of one strategy in one workload are coming, which says how they run fastest. */
  expect(alike: number): void {
    prepareForTrials(alike / this.workers);
  }

  /** Null: the pool was stopped meanwhile. Throws {@link InputError} for whatever is wrong with the selection. */
  describe(selection: Selection): Promise<Described | null> {
    const task: DescribeTask = { selection, progress: newProgress() };
    return this.#answered<Described>('describe', task, unchecked);
  }

  /** The same with the dial at each of its values. */
  describeSweep(selection: Selection, dial: DialChoice): Promise<DescribedSweep | null> {
    const task: DescribeSweepTask = { selection, dial, progress: newProgress() };
    return this.#answered<DescribedSweep>('describeSweep', task, unchecked);
  }

  /** Null: the pool was stopped meanwhile. A text: why the trial did not end. */
  async replay(selection: Selection, colours: boolean): Promise<Replayed | string | null> {
    const task = { selection, colours, progress: newProgress() };
    const ended = await this.#judged<Answer<Replayed>, ReplayTask>('replay', task);
    switch (ended.kind) {
      case 'done':
        return unwrap(ended.value);
      case 'stopped':
        return null;
      case 'culprit':
        return ended.problem;
    }
  }

  /** Null: there is no such trial here, it didn't end, or the pool was stopped meanwhile. */
  async draw(trial: TrialSpec): Promise<Drawn | null> {
    const task: DrawTask = { trial, trace: this.#options.trace, progress: newProgress() };
    const ended = await this.#watched<Answer<Drawn>>('draw', task);
    return ended.kind === 'done' && ended.value.kind === 'done' ? ended.value.value : null;
  }

  /** Null: the pool was stopped meanwhile. Throws {@link InputError} for whatever is wrong with the selection. */
  async planWalks(selection: WalkSelection): Promise<readonly PlannedWalk[] | null> {
    const task: PlanWalksTask = { selection, progress: newProgress() };
    return this.#answered<readonly PlannedWalk[]>('planWalks', task, brokenWalk);
  }

  /** Null: the pool was stopped meanwhile. */
  async walk(parts: Omit<WalkTask, 'progress'>): Promise<WalkRow | null> {
    const task: WalkTask = { ...parts, progress: newProgress() };
    return this.#answered<WalkRow>('walkThrough', task, brokenWalk);
  }

  /** `blame`: what to throw when the task hung or took its worker down. */
  async #answered<Value>(name: string, task: Watched, blame: (problem: string) => Error): Promise<Value | null> {
    const ended = await this.#watched<Answer<Value>>(name, task);
    switch (ended.kind) {
      case 'done':
        return unwrap(ended.value);
      case 'stopped':
        return null;
      case 'culprit':
        throw blame(ended.problem);
    }
  }

  /** Null: the pool was stopped meanwhile. */
  async runBatch(trials: readonly TrialSpec[]): Promise<readonly TrialRecord[] | null> {
    const records: TrialRecord[] = [];
    let rest = trials;
    for (let hangs = 0; rest.length > 0 && hangs < maxHangs; hangs += 1) {
      const task = { trials: rest, trace: this.#options.trace, progress: newProgress() };
      const ended = await this.#judged<readonly TrialRecord[], BatchTask>('runBatch', task);
      if (ended.kind === 'stopped') return null;
      if (ended.kind === 'done') {
        await this.#countBatch();
        return [...records, ...ended.value];
      }
      // The rows of the trials before it were lost with the worker; they are run again, without it.
      const { index, problem } = ended;
      const before = await this.runBatch(rest.slice(0, index));
      if (before === null) return null;
      records.push(...before, ...rest.slice(index, index + 1).map((trial) => failed(trial, problem)));
      rest = rest.slice(index + 1);
    }
    const notRun = `not run, since ${String(maxHangs)} trials before it hung`;
    return [...records, ...rest.map((trial) => failed(trial, notRun))];
  }

  /** One trial with real processes. Null: the pool was stopped meanwhile. */
  async runLive(task: Omit<LiveTask, 'progress'>): Promise<LiveRow | null> {
    const ended = await this.#watched<LiveRow>('runLive', { ...task, progress: newProgress() });
    switch (ended.kind) {
      case 'done':
        return ended.value;
      case 'stopped':
        return null;
      case 'culprit':
        return { record: failed(task.trial, ended.problem), deeds: addedUp([]) };
    }
  }

  /** A worker that is busy is replaced when it is done. */
  async #countBatch(): Promise<void> {
    this.#batches += 1;
    if (this.#batches % batchesPerGeneration === 0 && !this.#isStopped) await this.#pool.recycleWorkers();
  }

  /** Tasks that are running or waiting are given up. */
  stop(): void {
    this.#isStopped = true;
    for (const controller of this.#running) controller.abort();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#pool.destroy();
  }

  /** With a line of its own to whoever judges. */
  async #judged<Value, Task extends Judged>(name: string, task: Omit<Task, 'judge'> & Watched): Promise<Ended<Value>> {
    const opened = this.#options.judge?.open() ?? null;
    try {
      const transferList = opened === null ? [] : [opened.line.port];
      return await this.#watched<Value>(name, { ...task, judge: opened?.line ?? null }, transferList);
    } finally {
      opened?.close();
    }
  }

  /** Runs a task in a worker. Throws {@link InputError} when it doesn't get beyond loading what was named. */
  async #watched<Value>(name: string, task: Watched, transferList: readonly MessagePort[] = []): Promise<Ended<Value>> {
    if (this.#isStopped) return { kind: 'stopped' };
    const controller = new AbortController();
    const watchdog = watch(task.progress, this.#options.trialTimeoutSeconds, controller);
    this.#running.add(controller);
    try {
      const value = (await this.#pool.run(task, {
        name,
        signal: controller.signal,
        transferList: [...transferList],
      })) as Value;
      return { kind: 'done', value };
    } catch (error) {
      if (this.isStopped) return { kind: 'stopped' };
      return blame(progressOf(task.progress), controller.signal.aborted, error, this.#options.trialTimeoutSeconds);
    } finally {
      this.#running.delete(controller);
      clearInterval(watchdog);
    }
  }
}

const unchecked = (problem: string): Error => new InputError(`what was named cannot be checked: ${problem}`);
const brokenWalk = (problem: string): Error => new Error(`a walk ${problem}`);

function blame(place: Place, isLate: boolean, error: unknown, limitSeconds: number): Ended<never> {
  if (place === 'waiting') throw error;
  if (place === 'loading') {
    if (!isLate) throw error;
    throw new InputError(`loading what was named takes longer than ${String(loadingSeconds)} s`);
  }
  const problem = isLate
    ? `did not return within ${String(limitSeconds)} s`
    : `took its worker thread down: ${messageOf(error)}`;
  return { kind: 'culprit', index: place.trial, problem };
}

/** The clock of a trial starts when its worker says that it has begun with it, and stands still while it waits for the model. */
function watch(progress: SharedArrayBuffer, limitSeconds: number, controller: AbortController): NodeJS.Timeout {
  let seen = keyOf(progressOf(progress));
  let since = performance.now();
  let lastLook = since;
  return setInterval(() => {
    const place = progressOf(progress);
    const now = performance.now();
    if (isAsking(progress)) since += now - lastLook;
    lastLook = now;
    if (keyOf(place) !== seen) {
      seen = keyOf(place);
      since = now;
      return;
    }
    const allowedSeconds = place === 'loading' ? loadingSeconds : limitSeconds;
    if (place !== 'waiting' && now - since >= allowedSeconds * 1_000) controller.abort();
  }, watchEveryMs);
}

function keyOf(place: Place): string | number {
  return typeof place === 'string' ? place : place.trial;
}

function failed(trial: TrialSpec, problem: string): TrialRecord {
  const message = `strategy ${trial.strategy} or workload ${trial.workload}: ${problem}`;
  return measureFailure(
    { spec: trial, history: null, prices: { agents: null, judge: null } },
    { culprit: 'strategy', message },
  );
}
