/** What each strategy claims, and whether it held. What it doesn't claim is said, too. */

import {
  conditionsOf,
  coversFaults,
  promiseNames,
  type PromiseName,
  type RunReport,
  type StrategyEntry,
} from '../src/contract/index.ts';
import { drawTable, headlineOf, whole, type Column, type Paint, type ReportView } from './format.ts';

const titles: Readonly<Record<PromiseName, string>> = {
  converges: 'converges',
  keepsCommittedWrites: 'keeps\ncommitted\nwrites',
  keepsRefusedOut: 'keeps\nrefused out',
  exactlyOnce: 'exactly\nonce',
  allOrNothing: 'all or\nnothing',
  escalatesTruly: 'escalates\ntruly',
  serializable: 'serial-\nizable',
  serialInRankOrder: 'in rank\norder',
  neverWaits: 'never\nwaits',
};

export function promises(view: ReportView): string {
  const { report, paint } = view;
  const columns: readonly Column[] = ['strategy', ...promiseNames.map((name) => titles[name])].map((title) => ({
    title,
    align: 'left',
  }));
  const rows = report.suite.strategies.map((strategy) => [
    strategy.canary ? `${strategy.label} (canary)` : strategy.label,
    ...promiseNames.map((name) => standing(report, strategy, name, paint)),
  ]);
  const parts = [headlineOf(view, 'Promises'), drawTable(columns, [rows], paint), ...footnotes(report)];
  return parts.join('\n');
}

function standing(report: RunReport, strategy: StrategyEntry, name: PromiseName, paint: Paint): string {
  const scope = strategy.promises[name];
  if (scope === false) return paint.dim('not made');
  const broken = brokenTrials(report, strategy.label, name);
  if (broken > 0) return paint.red(`BROKEN ${whole(broken)}`);
  const covered = report.suite.faults.filter((faults) => coversFaults(scope, faults)).length;
  if (covered === 0 || !hasValidTrials(report, strategy.label)) return paint.dim('not tested');
  const isConditional = covered < report.suite.faults.length || conditionsOf(scope)?.given === 'right-judgements';
  return paint.green(isConditional ? 'kept*' : 'kept');
}

function hasValidTrials({ cells }: RunReport, label: string): boolean {
  return cells.some((cell) => cell.strategy === label && cell.trials > cell.failed);
}

/** Trials in which it broke. */
function brokenTrials(report: RunReport, label: string, name: PromiseName): number {
  const counts = report.cells
    .filter((cell) => cell.strategy === label)
    .flatMap((cell) => cell.brokenPromises.filter(({ promise }) => promise === name));
  return counts.reduce((sum, { trials }) => sum + trials, 0);
}

function footnotes({ suite }: RunReport): readonly string[] {
  return suite.strategies.flatMap(({ label, promises: made }) =>
    promiseNames.flatMap((name) => {
      const scope = made[name];
      const covered = suite.faults.filter((faults) => coversFaults(scope, faults)).map((faults) => faults.name);
      if (covered.length === 0) return [];
      const under = covered.length === suite.faults.length ? [] : [`only under ${covered.join(', ')}`];
      const given = conditionsOf(scope)?.given === 'right-judgements' ? ['where no notice is misjudged'] : [];
      const conditions = [...under, ...given];
      return conditions.length === 0 ? [] : [`* ${label} promises ${name} ${conditions.join(', ')}`];
    }),
  );
}
