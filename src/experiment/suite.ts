/** The rows of a run folded into cells, and the verdicts that only the run as a whole allows. */

import { reclaimTriggers, type Cell, type Suite, type TrialRecord } from '../contract/index.ts';
import { CellTally } from '../metrics/index.ts';

/** Below this many valid trials chance alone may keep a canary's writes, or a conflict from happening. */
const enoughTrials = 10;
/** Below this many, machines may always have come back before anybody took them for dead. */
const enoughTrialsWithFaults = 400;

export type RunVerdict = 'kept' | 'broken' | 'bad-workload' | 'harness-failed';

export class SuiteTally {
  readonly #suite: Suite;
  readonly #onRecord: (record: TrialRecord) => void;
  readonly #tallies = new Map<string, CellTally>();
  readonly #culprits = new Set<TrialRecord['culprit']>();
  #done = 0;

  /** `onRecord` is shown every record that is added. */
  constructor(suite: Suite, onRecord: (record: TrialRecord) => void = () => undefined) {
    this.#suite = suite;
    this.#onRecord = onRecord;
  }

  get done(): number {
    return this.#done;
  }

  add(record: TrialRecord): void {
    const { strategy, workload, faults } = record.result;
    this.#done += 1;
    this.#culprits.add(record.culprit);
    this.#tally(strategy, workload, faults).add(record, this.#suite.agents);
    this.#onRecord(record);
  }

  /** Strategy by fault profile, all workloads folded. */
  cells(): readonly Cell[] {
    const { strategies, workloads, faults } = this.#suite;
    return strategies.flatMap((strategy) =>
      faults.map(({ name }) => {
        const all = new CellTally();
        for (const workload of workloads) all.fold(this.#tally(strategy.label, workload.label, name));
        return all.cell({ strategy: strategy.label, workload: null, faults: name });
      }),
    );
  }

  cellsByWorkload(): readonly Cell[] {
    const { strategies, workloads, faults } = this.#suite;
    return strategies.flatMap(({ label: strategy }) =>
      workloads.flatMap(({ label: workload }) =>
        faults.map(({ name }) => this.#tally(strategy, workload, name).cell({ strategy, workload, faults: name })),
      ),
    );
  }

  #tally(strategy: string, workload: string, faults: string): CellTally {
    const key = JSON.stringify([strategy, workload, faults]);
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const tally = new CellTally();
    this.#tallies.set(key, tally);
    return tally;
  }

  /** The worst that happened; a run that can't be trusted outweighs one that found something. */
  verdict(): RunVerdict {
    if (this.#culprits.has('harness')) return 'harness-failed';
    if (this.#culprits.has('workload')) return 'bad-workload';
    const cells = this.cellsByWorkload();
    const broken = cells.some((cell) => cell.failed > 0 || cell.brokenPromises.length > 0 || isViolated(cell));
    return broken || suiteFailures(this.#suite, cells).length > 0 ? 'broken' : 'kept';
  }
}

/**
 * A harness that sees nothing finds nothing: a canary that keeps every write of a contended workload, and a workload
 * whose conflict never happens, fail the run; so does a recovery that is never needed. One agent alone has nobody to conflict with.
 */
export function suiteFailures(suite: Suite, cells: readonly Cell[]): readonly string[] {
  if (suite.agents === 1) return [];
  return [...blindCanaries(suite, cells), ...unexercised(suite, cells), ...idleSweeps(suite, cells)];
}

function isViolated({ protocol }: Cell): boolean {
  return protocol.some(({ violated }) => violated > 0);
}

function blindCanaries(suite: Suite, cells: readonly Cell[]): readonly string[] {
  const failures: string[] = [];
  for (const strategy of suite.strategies.filter(({ canary }) => canary)) {
    for (const workload of suite.workloads.filter(({ contended }) => contended)) {
      const own = cells.filter((cell) => cell.strategy === strategy.label && cell.workload === workload.label);
      if (validTrials(own) < enoughTrials || own.some((cell) => cell.fates.lost > 0)) continue;
      failures.push(
        `${strategy.label} is a canary and lost nothing on ${workload.label} in ${String(validTrials(own))} trials: ` +
          'either the workload is not contended, or the harness has gone blind',
      );
    }
  }
  return failures;
}

function unexercised(suite: Suite, cells: readonly Cell[]): readonly string[] {
  const failures: string[] = [];
  for (const workload of suite.workloads) {
    const own = cells.filter((cell) => cell.workload === workload.label);
    if (validTrials(own) < enoughTrials || own.some((cell) => cell.exercised > 0)) continue;
    failures.push(
      `${workload.label} never produced its conflict in ${String(validTrials(own))} trials (${workload.conflict})`,
    );
  }
  return failures;
}

/**
 * A recovery that is never needed was never tested. Which faults call for it is the strategy's own business: it must have
 * happened where machines crashed as well as stalled and others wanted the fields, in enough trials.
 */
function idleSweeps(suite: Suite, cells: readonly Cell[]): readonly string[] {
  const contended = new Set<Cell['workload']>(
    suite.workloads.filter((each) => each.contended).map((each) => each.label),
  );
  return suite.strategies.flatMap(({ label, reclaims }) => {
    const struck = cells.filter(
      ({ strategy, workload, faultsStruck, restores }) =>
        strategy === label && contended.has(workload) && faultsStruck > restores.struck,
    );
    const profiles = new Set(struck.map(({ faults }) => faults)).size;
    if (!reclaims || profiles < 2 || validTrials(struck) < enoughTrialsWithFaults || struck.some(hasSwept)) return [];
    return [`${label} never took a grant back in ${String(validTrials(struck))} trials with faults`];
  });
}

/** Victims of deadlocks say nothing about recovery. */
function hasSwept({ reclaims }: Cell): boolean {
  return reclaimTriggers.some(
    (trigger) => trigger !== 'deadlock' && reclaims[trigger].true + reclaims[trigger].false > 0,
  );
}

function validTrials(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.trials - cell.failed, 0);
}

/** What a reader would otherwise take for granted. */
export function notesOn(cells: readonly Cell[]): readonly string[] {
  return [...idleRestores(cells), ...unfinishedWork(cells)];
}

/** Turns that were given up may hide what they would have lost. */
function unfinishedWork(cells: readonly Cell[]): readonly string[] {
  return cells
    .filter(({ gaveUp }) => gaveUp > 0)
    .map(
      ({ strategy, faults, gaveUp }) =>
        `unfinished: ${strategy} under ${faults} has ${String(gaveUp)} turns that were given up`,
    );
}

/** Restores that took nothing back prove nothing about a strategy that survives them. */
function idleRestores(cells: readonly Cell[]): readonly string[] {
  return cells
    .filter(({ restores }) => restores.struck > 0 && restores.rolledBack === 0)
    .map(
      ({ strategy, faults, restores }) =>
        `not exercised: ${strategy} under ${faults} was restored ${String(restores.struck)} times, ` +
        'but never from a backup that had less than its disk',
    );
}
