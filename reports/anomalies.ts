/** The matrix of strategies by anomalies, and whatever else went wrong beside the fates: only rows with something in them. */

import type { AnomalyCell, AnomalyName, Cell } from '../src/contract/index.ts';
import { anomalyTitle, cellsOf, legend, standingText, testedAnomalies, witnesses } from './anomaly-wording.ts';
import { drawTable, groupsOf, headlineOf, titled, whole, type Column, type Paint, type ReportView } from './format.ts';

/** All workloads and fault profiles folded. */
export function anomalies(view: ReportView): string {
  const { report, paint } = view;
  const title = headlineOf(view, 'Anomalies: share of the trials that could have shown them');
  const tested = testedAnomalies(report);
  if (tested.length === 0) return `${title}: no trial could have shown any`;
  const columns = ['strategy', ...tested.map(heading)].map((text): Column => ({ title: text, align: 'left' }));
  const groups = report.anomalies.map((row) => [
    [row.strategy, ...cellsOf(row, tested).map((cell) => painted(cell, paint))],
  ]);
  return [title, drawTable(columns, groups, paint), ...legend.map((line) => paint.dim(line))].join('\n');
}

/** A column is as wide as the longest of these lines. */
function heading(anomaly: AnomalyName): string {
  return anomalyTitle(anomaly)
    .replace('transaction', 'trans-\naction')
    .replace('resurrected', 'resur-\nrected')
    .replace('interleaved', 'inter-\nleaved')
    .replace('divergence', 'diver-\ngence')
    .replace('duplicate', 'dupli-\ncate')
    .replaceAll(' ', '\n');
}

function painted(cell: AnomalyCell, paint: Paint): string {
  const { seen, of } = standingText(cell);
  const colour = {
    never: paint.green,
    found: paint.yellow,
    broken: paint.red,
    'not-promised': paint.dim,
    'not-tested': paint.dim,
  };
  const shown = seen.replace('BROKEN ', 'BROKEN\n').split('\n').map(colour[cell.standing]);
  return [...shown, ...(of === '' ? [] : [paint.dim(of)])].join('\n');
}

/** Each anomaly that a strategy shows, with its evidence and the command that tells the trial. */
export function anomalyWitnesses({ report, paint }: ReportView): string {
  const found = witnesses(report);
  if (found.length === 0) return paint.bold('No anomaly was found.');
  const lines = found.map(({ what, evidence, command }) => `${what}: ${evidence}\n${command}`);
  return [paint.bold('See each of them with'), ...lines].join('\n');
}

/** What is wrong with a trial beside the fates and the anomalies. */
export function otherFindings(view: ReportView): string {
  const profiles = view.report.suite.faults.map(({ name }) => name);
  const columns: readonly Column[] = [
    { title: 'strategy', align: 'left' },
    { title: 'what', align: 'left' },
    ...profiles.map((title): Column => ({ title, align: 'right' })),
  ];
  const title = 'Beside the anomalies';
  if (!groupsOf(view).some(({ cells }) => cells.some((cell) => findingsIn(cell).size > 0))) {
    return `${headlineOf(view, title)}: nothing`;
  }
  return titled(view, title, (cells) => {
    const groups = view.report.suite.strategies.map(({ label }) => rowsOf(label, cells));
    return drawTable(
      columns,
      groups.filter((rows) => rows.length > 0),
      view.paint,
    );
  });
}

function rowsOf(strategy: string, cells: readonly Cell[]): readonly (readonly string[])[] {
  const counts = cells.filter((cell) => cell.strategy === strategy).map(findingsIn);
  const names = [...new Set(counts.flatMap((each) => [...each.keys()]))];
  return names.map((name, index) => [
    index === 0 ? strategy : '',
    name,
    ...counts.map((each) => whole(each.get(name) ?? 0)),
  ]);
}

/** How many trials, or writes, show it. */
function findingsIn(cell: Cell): ReadonlyMap<string, number> {
  const counts = [
    ['trials that did not come to rest', cell.trials - cell.failed - cell.settled],
    ['writes refused that stand nevertheless', cell.fates.phantom],
    ['writes that stand more than once', cell.duplicates],
    ['writes attributed to the wrong author', cell.misattributed],
    ...cell.brokenInvariants.map(({ name, trials }) => [`trials against the law "${name}"`, trials] as const),
  ] as const;
  return new Map(counts.filter(([, count]) => count > 0));
}
