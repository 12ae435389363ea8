/** All trials of a suite, in one fixed order, however many workers run them. */

import type { Suite, TrialSpec } from '../contract/index.ts';

/** Strategy, workload, fault profile, seed; the last one changes fastest. */
export function* trialsOf(suite: Suite): Generator<TrialSpec> {
  const { strategies, workloads, faults, seeds, agents, recovery, model } = suite;
  for (const { label: strategy } of strategies) {
    for (const { label: workload } of workloads) {
      for (const { name } of faults) {
        for (let seed = seeds.first; seed < seeds.first + seeds.count; seed += 1) {
          yield { strategy, workload, faults: name, seed, agents, recovery, model };
        }
      }
    }
  }
}

export function countTrials({ strategies, workloads, faults, seeds }: Suite): number {
  return strategies.length * workloads.length * faults.length * seeds.count;
}

/** Neighbouring trials that share a strategy and a workload, at most `size` of them: handing out single trials is slow. */
export function* batchesOf(trials: Iterable<TrialSpec>, size: number): Generator<readonly TrialSpec[]> {
  let batch: TrialSpec[] = [];
  for (const trial of trials) {
    const first = batch[0];
    const fits = first?.strategy === trial.strategy && first.workload === trial.workload;
    if (batch.length > 0 && (!fits || batch.length === size)) {
      yield batch;
      batch = [];
    }
    batch.push(trial);
  }
  if (batch.length > 0) yield batch;
}

/** `Row`: what a trial yields. */
export interface MatrixRun<Row> {
  readonly trials: Iterable<TrialSpec>;
  readonly batchSize: number;
  /** How many batches may be handed out before the oldest is done: it bounds the memory. */
  readonly window: number;
  /** Runs a batch in some worker. Null: it was given up because the run is being stopped. */
  execute(batch: readonly TrialSpec[]): Promise<readonly Row[] | null>;
  isStopped(): boolean;
  /** Called in the order of the trials. */
  onRecord(record: Row): void;
}

export async function runMatrix<Row>(run: MatrixRun<Row>): Promise<void> {
  const inFlight: Promise<readonly Row[] | null>[] = [];
  const collectOldest = async (): Promise<void> => {
    const records = (await inFlight.shift()) ?? [];
    for (const record of records) run.onRecord(record);
  };
  for (const batch of batchesOf(run.trials, run.batchSize)) {
    if (run.isStopped()) break;
    inFlight.push(run.execute(batch));
    if (inFlight.length >= run.window) await collectOldest();
  }
  while (inFlight.length > 0) await collectOldest();
}
