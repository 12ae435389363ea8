/** The invariants of protocols: in how many trials each held, and where it was first violated. */

import { invariantNames, type Cell, type InvariantName, type InvariantTally } from '../src/contract/index.ts';
import {
  commandFor,
  drawTable,
  duration,
  headlineOf,
  plural,
  titled,
  whole,
  type Column,
  type ReportView,
} from './format.ts';

export function protocol(view: ReportView): string {
  const { report, paint } = view;
  const title = 'Protocol invariants: trials in which each held';
  if (report.cells.every((cell) => cell.protocol.length === 0)) {
    return `${headlineOf(view, title)}: no strategy reported anything to judge`;
  }
  return titled(view, title, (cells) => {
    const tallies = new Map(talliesByStrategy(cells));
    const columns: readonly Column[] = [
      { title: 'invariant', align: 'left' },
      ...[...tallies.keys()].map((label): Column => ({ title: inLines(label), align: 'right' })),
    ];
    const rows = invariantNames.flatMap((name): (readonly string[])[] => {
      const standing = [...tallies.values()].map((tally) => tally.get(name));
      if (standing.every((tally) => tally === undefined)) return [];
      return [[name, ...standing.map((tally) => standingText(tally, view))]];
    });
    const violations = [...tallies].flatMap(([label, tally]) => violationLines(label, tally, view));
    return [drawTable(columns, [rows], paint), ...violations].join('\n');
  });
}

type Tallies = ReadonlyMap<InvariantName, InvariantTally>;

/** Over all fault profiles; only strategies that reported something. */
function talliesByStrategy(cells: readonly Cell[]): readonly (readonly [string, Tallies])[] {
  const strategies = [...new Set(cells.map(({ strategy }) => strategy))];
  return strategies.flatMap((strategy) => {
    const tallies = new Map<InvariantName, InvariantTally>();
    for (const { protocol: own } of cells.filter((cell) => cell.strategy === strategy)) {
      for (const tally of own) tallies.set(tally.invariant, added(tallies.get(tally.invariant), tally));
    }
    return tallies.size === 0 ? [] : [[strategy, tallies] as const];
  });
}

function added(before: InvariantTally | undefined, tally: InvariantTally): InvariantTally {
  if (before === undefined) return tally;
  return {
    invariant: tally.invariant,
    exercised: before.exercised + tally.exercised,
    violated: before.violated + tally.violated,
    first: before.first ?? tally.first,
  };
}

function standingText(tally: InvariantTally | undefined, { paint }: ReportView): string {
  if (tally === undefined) return paint.dim('-');
  if (tally.violated > 0) return paint.red(`VIOLATED ${whole(tally.violated)}`);
  return whole(tally.exercised);
}

function violationLines(label: string, tallies: Tallies, { report, paint }: ReportView): readonly string[] {
  return [...tallies.values()].flatMap(({ invariant, violated, first }) => {
    if (first === null) return [];
    const where = `${label} violates ${invariant} in ${plural(violated, 'trial')}, first at ${duration(first.atMs)}`;
    return [paint.red(`${where}: ${first.violation}`), commandFor(report, first.spec)];
  });
}

/** A column is as wide as the longest of these lines. */
function inLines(label: string): string {
  return label.replaceAll(/[-:]/g, (mark) => `${mark}\n`);
}
