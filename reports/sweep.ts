/** A table per metric with a column per point of the dial, and in sentences where strategies change places. */

import type { Crossover, Estimate, SweepCell, SweepMetric, SweepReport } from '../src/contract/index.ts';
import { drawTable, duration, percent, type Column, type Paint } from './format.ts';

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

interface Wording {
  readonly title: string;
  readonly number: (value: number) => string;
  /** What a strategy does that has less of it than another one, and what it does afterwards. */
  readonly less: string;
  readonly more: string;
}

const wordings: Readonly<Record<SweepMetric, Wording>> = {
  lostShare: words('lost, % of the committed writes', 'loses a smaller share', 'loses a larger one', percent),
  lost: words('lost writes per trial', 'loses less', 'loses more'),
  duplicates: words('duplicates per trial', 'has fewer duplicates', 'has more'),
  brokenInvariants: words('violated invariants of workloads per trial', 'violates fewer', 'violates more'),
  escalations: words('escalations per trial', 'escalates less', 'escalates more'),
  commitP50Ms: words('commit p50', 'commits faster', 'commits slower', duration),
  commitP95Ms: words('commit p95', 'commits faster', 'commits slower', duration),
  convergenceMs: words('converged after', 'converges faster', 'converges slower', duration),
  makespanMs: words('makespan', 'is done earlier', 'is done later', duration),
  blockedMs: words('blocked time per trial, all agents', 'waits less', 'waits more', duration),
  attempts: words('attempts per trial', 'needs fewer attempts', 'needs more'),
  refusals: words('refusals per trial', 'refuses less', 'refuses more'),
  gaveUp: words('turns given up per trial', 'has fewer turns given up', 'has more'),
  wastedThinkMs: words('wasted think time per trial', 'wastes less time', 'wastes more', duration),
  modelCalls: words('calls of the judge per trial', 'asks the judge less', 'asks it more'),
  wrongJudgements: words('wrong judgements per trial', 'judges wrong less often', 'judges wrong more often'),
  tokens: words('tokens per trial, all calls', 'uses fewer tokens', 'uses more'),
  usd: words('USD per trial, all calls', 'is cheaper', 'is dearer'),
  wastedTokens: words('wasted tokens per trial', 'wastes fewer tokens', 'wastes more'),
  wastedUsd: words('wasted USD per trial', 'wastes less money', 'wastes more'),
  messages: words('messages per trial', 'sends fewer messages', 'sends more'),
  bytes: words('bytes per trial', 'sends fewer bytes', 'sends more'),
};

function words(title: string, less: string, more: string, number: Wording['number'] = threeDigits): Wording {
  return { title, less, more, number };
}

/** 12345 as `12,345`, 12.345 as `12.3`, 0.0012345 as `0.00123`. */
function threeDigits(value: number): string {
  if (Math.abs(value) >= 999.5) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  return String(Number(value.toPrecision(3)));
}

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
      return sentences(
        `${wordings[metric].title}${under}`,
        own.filter(({ faults }) => faults === name),
      );
    });
  });
  return [title, ...(lines.length === 0 ? ['Nowhere, in what is shown.'] : lines)].join('\n');
}

/** The clear ones one by one, then the others by the points between which they are. */
function sentences(title: string, own: readonly Crossover[]): readonly string[] {
  const clear = own.flatMap((each) => (each.kind === 'clear' ? [`${title}: ${clearText(each)}`] : []));
  const unclear = new Map<string, string[]>();
  for (const { kind, between, before, after } of own) {
    if (kind === 'clear') continue;
    const place = between.join(' and ');
    unclear.set(place, [...(unclear.get(place) ?? []), `${before} and ${after}`]);
  }
  const others = [...unclear].map(
    ([place, pairs]) => `${title}: no clear crossover between ${place}: ${listed(pairs)}`,
  );
  return [...clear, ...others];
}

function clearText({ metric, before, after, between, at, low, high }: Extract<Crossover, { kind: 'clear' }>): string {
  const { less, more } = wordings[metric];
  const interval = `95 % interval ${threeDigits(low)} to ${threeDigits(high)}`;
  const certain = `certain at ${between.map(String).join(' and ')}`;
  return `below ${threeDigits(at)} ${before} ${less} than ${after}; above it ${more} (${interval}, ${certain})`;
}

const maxPairs = 6;

function listed(pairs: readonly string[]): string {
  const more = pairs.length - maxPairs;
  return `${pairs.slice(0, maxPairs).join(', ')}${more > 0 ? ` and ${String(more)} pairs more` : ''}`;
}
