/** A table per metric with a column per point of the dial, and in sentences where strategies change places. */

import type { Estimate, SweepCell, SweepMetric, SweepReport } from '../src/contract/index.ts';
import { drawTable, type Column, type Paint } from './format.ts';
import { crossoverSentences, wordings } from './sweep-wording.ts';

/** What a reader needs on one screen. All the rest stands in the result file. */
export const shownMetrics: readonly SweepMetric[] = [
  'lostShare',
  'escalations',
  'commitP95Ms',
  'makespanMs',
  'blockedMs',
  'wrongJudgements',
  'usd',
];

export function sweepText(report: SweepReport, metrics: readonly SweepMetric[], paint: Paint): string {
  const drawn = metrics.map((metric) => tablesOf(report, metric, paint));
  const alike = metrics.filter((_metric, index) => drawn[index] === null);
  const parts = drawn.filter((table) => table !== null);
  if (alike.length > 0) parts.push(alike.map((metric) => alikeEverywhere(report, metric)).join('\n'));
  return [...parts, crossovers(report, metrics, paint), paint.dim(reading)].join('\n\n');
}

const reading = [
  'Means over trials; shares and quantiles are those of each trial. Crossovers come from the differences between trials with',
  'the same seed, by straight lines between the points. Each interval is right in 95 of 100 cases: of many, some are wrong.',
  'Where a crossover is not clear, the means change places, but the differences do not exclude zero on both sides of it.',
].join('\n');

/** More columns don't fit into a line. */
const maxColumns = 11;

/** Null: there is nothing to compare. */
function tablesOf(report: SweepReport, metric: SweepMetric, paint: Paint): string | null {
  const { points } = report;
  if (textsOf(report, metric).size < 2) return null;
  const blocks: string[] = [];
  for (let first = 0; first < points.length; first += maxColumns) {
    blocks.push(block(report, metric, points.slice(first, first + maxColumns), paint));
  }
  return `${paint.bold(wordings[metric].title)}\n${blocks.join('\n\n')}`;
}

function block({ run }: SweepReport, metric: SweepMetric, points: SweepReport['points'], paint: Paint): string {
  const names = run.suite.faults.length === 1 ? ['strategy'] : ['strategy', 'faults'];
  const columns: readonly Column[] = [
    ...names.map((title): Column => ({ title, align: 'left' })),
    ...points.map(({ value }): Column => ({ title: String(value), align: 'right' })),
  ];
  const groups = run.suite.strategies.map(({ label }) =>
    run.suite.faults.map(({ name }, index) => [
      index === 0 ? label : '',
      ...(names.length === 1 ? [] : [name]),
      ...points.map(({ cells }) => textIn(metric, cellOf(cells, label, name))),
    ]),
  );
  return drawTable(columns, names.length === 1 ? [groups.flat()] : groups, paint);
}

function cellOf(cells: readonly SweepCell[], strategy: string, faults: string): SweepCell | undefined {
  return cells.find((cell) => cell.strategy === strategy && cell.faults === faults);
}

function textIn(metric: SweepMetric, cell: SweepCell | undefined): string {
  if (cell === undefined) return '-';
  const failed = cell.failed === 0 ? '' : ` (${String(cell.failed)} failed)`;
  return `${estimateText(metric, cell.metrics[metric])}${failed}`;
}

function estimateText(metric: SweepMetric, estimate: Estimate | null): string {
  return estimate === null ? '-' : wordings[metric].number(estimate.mean);
}

function textsOf({ points }: SweepReport, metric: SweepMetric): ReadonlySet<string> {
  return new Set(points.flatMap(({ cells }) => cells.map((cell) => textIn(metric, cell))));
}

function alikeEverywhere(report: SweepReport, metric: SweepMetric): string {
  const [text = '-'] = textsOf(report, metric);
  return `${wordings[metric].title}: ${text} everywhere`;
}

function crossovers(report: SweepReport, metrics: readonly SweepMetric[], paint: Paint): string {
  const title = paint.bold('Where strategies change places');
  const lines = metrics.flatMap((metric) => {
    const own = report.crossovers.filter((each) => each.metric === metric);
    return report.run.suite.faults.flatMap(({ name }, _index, all) => {
      const under = all.length === 1 ? '' : ` under ${name}`;
      return crossoverSentences(
        `${wordings[metric].title}${under}`,
        own.filter(({ faults }) => faults === name),
      );
    });
  });
  return [title, ...(lines.length === 0 ? ['Nowhere, in what is shown.'] : lines)].join('\n');
}
