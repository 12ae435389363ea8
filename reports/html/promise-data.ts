/** What each strategy promises, and whether it held. */

import {
  conditionsOf,
  coversFaults,
  promiseNames,
  type PromiseName,
  type RunReport,
  type StrategyEntry,
} from '../../src/contract/index.ts';

export const promiseTitles: Readonly<Record<PromiseName, string>> = {
  converges: 'converges',
  keepsCommittedWrites: 'keeps committed writes',
  keepsRefusedOut: 'keeps refused out',
  exactlyOnce: 'exactly once',
  allOrNothing: 'all or nothing',
  escalatesTruly: 'escalates truly',
  serializable: 'serializable',
  serialInRankOrder: 'in rank order',
  neverWaits: 'never waits',
};

export interface PromiseRow {
  readonly strategy: string;
  /** In the order of the promises' names. */
  readonly standings: readonly Standing[];
}

export interface Standing {
  readonly kind: 'kept' | 'broken' | 'not made' | 'not tested';
  /** Trials in which it broke. */
  readonly trials: number;
  /** Where it is made, if not everywhere; null: everywhere. */
  readonly only: string | null;
}

export function promiseRows(report: RunReport): readonly PromiseRow[] {
  return report.suite.strategies.map((strategy) => ({
    strategy: strategy.label,
    standings: promiseNames.map((name) => standing(report, strategy, name)),
  }));
}

function standing({ suite, cells }: RunReport, { label, promises }: StrategyEntry, name: PromiseName): Standing {
  const scope = promises[name];
  if (scope === false) return { kind: 'not made', trials: 0, only: null };
  const own = cells.filter(({ strategy }) => strategy === label);
  const broken = own.flatMap(({ brokenPromises }) => brokenPromises.filter(({ promise }) => promise === name));
  const trials = broken.reduce((sum, each) => sum + each.trials, 0);
  const covered = suite.faults.filter((faults) => coversFaults(scope, faults));
  const conditions = [
    ...(covered.length === suite.faults.length ? [] : [`under ${covered.map((faults) => faults.name).join(', ')}`]),
    ...(conditionsOf(scope)?.given === 'right-judgements' ? ['where no notice is misjudged'] : []),
  ];
  const only = conditions.length === 0 ? null : conditions.join(', ');
  if (trials > 0) return { kind: 'broken', trials, only };
  const isTested = own.some(
    (cell) => cell.trials > cell.failed && covered.some((faults) => faults.name === cell.faults),
  );
  return isTested ? { kind: 'kept', trials: 0, only } : { kind: 'not tested', trials: 0, only: null };
}
