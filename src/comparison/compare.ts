/** Two runs, trial by trial: what got worse, what got better, what is missing, and which rules that breaks. */

import type { MetricChange, ComparedCell, ComparedRun, Comparison, Excess, Gap, TrialSpec } from '../contract/index.ts';
import { gauges, type Gauge, type GaugeUnit } from '../metrics/index.ts';
import type { Column } from './column.ts';
import type { ComparedTrials } from './baseline.ts';
import { canaryRule, exceeds, type LimitRule, type Rule } from './rules.ts';
import type { TableCell, TrialTable } from './trial-table.ts';

/** A cell that both runs have, with the seeds that both have, rising. */
interface CellPair {
  readonly before: TableCell;
  readonly after: TableCell;
  readonly seeds: readonly number[];
}

interface Pair {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

export function compare(before: ComparedTrials, after: ComparedTrials, rules: readonly Rule[]): Comparison {
  const cells = pairsOf(before.trials, after.trials);
  const canaries = new Set([...before.run.canaries, ...after.run.canaries]);
  const changes = changesIn(cells, after.run).map((change) => ({
    ...change,
    breaks: brokenBy(change, rules, canaries),
  }));
  const excesses = rules.flatMap((rule) => (rule.kind === 'limit' ? excessesOf(after, rule, canaries) : []));
  const gaps = { missing: gapsOf(before.trials, after.trials), new: gapsOf(after.trials, before.trials) };
  const brokenGapRules = (['missing', 'new'] as const).filter(
    (kind) => gaps[kind].length > 0 && rules.some((rule) => rule.kind === kind),
  );
  const unchecked = rules.filter((rule) => !isChecked(rule, before.trials, after.trials));
  const isBroken = brokenGapRules.length + excesses.length > 0 || changes.some(({ breaks }) => breaks.length > 0);
  return {
    before: before.run,
    after: after.run,
    rules: rules.map(({ text }) => text),
    pairs: cells.reduce((sum, { seeds }) => sum + seeds.length, 0),
    cells: cells.length,
    changes: changes.toSorted((left, right) => rankOf(left) - rankOf(right)),
    excesses,
    missing: gaps.missing,
    added: gaps.new,
    brokenGapRules,
    uncheckedRules: unchecked.map(({ text }) => text),
    notes: notesOn(before.run, after.run),
    verdict: isBroken ? 'broken' : after.run.partial || unchecked.length > 0 ? 'undecided' : 'kept',
  };
}

function pairsOf(before: TrialTable, after: TrialTable): readonly CellPair[] {
  return [...after.cells()].flatMap((cell) => {
    const earlier = before.find(cell.cell);
    if (earlier === undefined) return [];
    const seeds = [...cell.rows.keys()].filter((seed) => earlier.rows.has(seed)).sort((left, right) => left - right);
    return seeds.length === 0 ? [] : [{ before: earlier, after: cell, seeds }];
  });
}

type PlainChange = Omit<MetricChange, 'breaks'>;

/** By metric, then by cell. What one of the runs doesn't hold has no values. */
function changesIn(cells: readonly CellPair[], after: ComparedRun): readonly PlainChange[] {
  return gauges.flatMap((gauge) => cells.flatMap((pair) => changeIn(pair, gauge, after) ?? []));
}

/** Null: it is the same in every pair of trials. */
function changeIn(cells: CellPair, gauge: Gauge, after: ComparedRun): PlainChange | null {
  const pairs = valuesOf(cells, gauge);
  const changed = pairs.filter(({ from, to }) => from !== to);
  if (changed.length === 0) return null;
  const [from, to] = [
    fold(
      gauge,
      pairs.map((pair) => pair.from),
    ),
    fold(
      gauge,
      pairs.map((pair) => pair.to),
    ),
  ];
  const sign = Math.sign(to - from);
  const extent = (pair: Pair): number => (sign === 0 ? Math.abs(pair.to - pair.from) : sign * (pair.to - pair.from));
  const largest = largestOf(changed, extent);
  const { cell } = cells.after;
  return {
    cell,
    metric: gauge.name,
    from,
    to,
    pairs: pairs.length,
    changed: changed.length,
    direction: directionOf(gauge, sign),
    largest: { spec: specOf(cell, largest.seed, after), from: largest.from, to: largest.to },
  };
}

/** Void trials and trials that had nothing to measure are left out, in both runs. */
function valuesOf({ before, after, seeds }: CellPair, { name }: Gauge): readonly Pair[] {
  const [earlier, later] = [before.columns.get(name), after.columns.get(name)];
  return seeds.flatMap((seed) => {
    const [from, to] = [valueAt(before, earlier, seed), valueAt(after, later, seed)];
    return from === null || to === null ? [] : [{ seed, from, to }];
  });
}

function valueAt({ rows }: TableCell, column: Column | undefined, seed: number): number | null {
  const row = rows.get(seed);
  return row === undefined || column === undefined ? null : column.at(row);
}

/** Whole numbers add up to the same in any order: microseconds, nanodollars. */
const parts: Readonly<Record<GaugeUnit, number>> = { flag: 1, count: 1, bytes: 1, ms: 1_000, usd: 1e9 };

function fold({ fold: how, unit }: Gauge, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + Math.round(value * parts[unit]), 0) / parts[unit];
  return how === 'sum' ? sum : sum / values.length;
}

function directionOf({ worse }: Gauge, sign: number): MetricChange['direction'] {
  if (worse === 'neither' || sign === 0) return 'neither';
  return (worse === 'more') === sign > 0 ? 'worse' : 'better';
}

/** The first one of equals. There is at least one. */
function largestOf<Item>(items: readonly Item[], extent: (item: Item) => number): Item {
  return items.reduce((largest, item) => (extent(item) > extent(largest) ? item : largest));
}

function specOf(cell: ComparedCell, seed: number, { agents }: ComparedRun): TrialSpec {
  const { strategy, workload, faults, recovery, model } = cell;
  return { strategy, workload, faults, seed, agents, recovery, model };
}

function brokenBy(
  { cell, metric, from, to }: PlainChange,
  rules: readonly Rule[],
  canaries: ReadonlySet<string>,
): readonly string[] {
  const broken = rules.filter((rule) => rule.kind === 'worsening' && rule.metric === metric && exceeds(rule, from, to));
  const isBlind = metric === 'lost' && from > 0 && to === 0 && canaries.has(cell.strategy);
  return [...broken.map(({ text }) => text), ...(isBlind ? [canaryRule] : [])];
}

function rankOf({ breaks, direction }: MetricChange): number {
  if (breaks.length > 0) return 0;
  return { worse: 1, better: 2, neither: 3 }[direction];
}

/** A limit holds for the later run alone. */
function isChecked(rule: Rule, before: TrialTable, after: TrialTable): boolean {
  switch (rule.kind) {
    case 'worsening':
      return before.has(rule.metric) && after.has(rule.metric);
    case 'limit':
      return after.has(rule.metric);
    case 'missing':
    case 'new':
      return true;
  }
}

/** A canary is held only to what it was before: it is there to lose. */
function excessesOf(
  { run, trials }: ComparedTrials,
  { metric, limit, text }: LimitRule,
  canaries: ReadonlySet<string>,
): readonly Excess[] {
  const gauge = gauges.find(({ name }) => name === metric);
  if (gauge === undefined) return [];
  return [...trials.cells()].flatMap((cell): readonly Excess[] => {
    const values = [...cell.rows.keys()].flatMap((seed) => {
      const value = valueAt(cell, cell.columns.get(metric), seed);
      return value === null ? [] : [{ seed, value }];
    });
    if (values.length === 0 || canaries.has(cell.cell.strategy)) return [];
    const value = fold(
      gauge,
      values.map((each) => each.value),
    );
    if (value <= limit) return [];
    const largest = largestOf(values, (each) => each.value);
    const spec = specOf(cell.cell, largest.seed, run);
    return [
      { cell: cell.cell, metric, value, trials: values.length, rule: text, largest: { spec, value: largest.value } },
    ];
  });
}

/** Trials of the one run that the other one hasn't. */
function gapsOf(one: TrialTable, other: TrialTable): readonly Gap[] {
  return [...one.cells()].flatMap(({ cell, rows }) => {
    const known = other.find(cell);
    const trials = [...rows.keys()].filter((seed) => known?.rows.has(seed) !== true).length;
    return trials === 0 ? [] : [{ cell, trials, whole: known === undefined }];
  });
}

function notesOn(before: ComparedRun, after: ComparedRun): readonly string[] {
  const stopped = [before, after].flatMap(({ source, partial }) =>
    partial ? [`${source} was stopped before its end: only what is there is compared`] : [],
  );
  const sides = (text: (run: ComparedRun) => string): readonly [string, string] => [text(before), text(after)];
  const worlds = {
    'number of agents': sides(({ agents }) => (agents === null ? "each workload's own" : String(agents))),
    recovery: sides(({ recovery }) => recovery),
    model: sides(({ model }) => model),
    'recorded session': sides(({ trace }) => (trace === null ? 'none' : `sha256 ${trace.sha256}`)),
  };
  const different = Object.entries(worlds).flatMap(([what, [earlier, later]]) =>
    earlier === later ? [] : [`the runs differ in their ${what}: ${earlier}, then ${later}`],
  );
  return [...stopped, ...different];
}
