/** Who loses what under which fault: strategies by fault profiles, a colour and a number in each cell. */

import { percent, plural, whole } from '../wording.ts';
import { element, type Markup } from './markup.ts';
import { measureNamed, valueText, type MeasureName } from './measures.ts';
import { cellHash, cellsFor, type CellData, type PageData, type StrategyData } from './page-data.ts';

export interface HeatMapChoice {
  readonly measure: MeasureName;
  /** Null: all of them. */
  readonly workload: string | null;
}

/** What the colours may stand for. */
export const heatMeasures: readonly MeasureName[] = [
  'lostShare',
  'phantom',
  'duplicates',
  'escalations.false',
  'escalations.missed',
  'latencyMs.p95',
  'blockedMs',
  'usd',
];

/** Lost shares from which on a cell is one step darker. */
const lossSteps = [0, 0.001, 0.01, 0.05, 0.15, 0.3];

export function heatMap(data: PageData, choice: HeatMapChoice): Markup {
  const cells = cellsFor(data, choice.workload);
  const largest = Math.max(0, ...cells.map((cell) => valueOf(cell, choice.measure) ?? 0));
  const head = data.faults.map(({ name, summary }) => element('th', { scope: 'col', title: summary }, name));
  const rows = bySafety(data.strategies, cells).map((strategy) =>
    element(
      'tr',
      {},
      strategyHead(strategy),
      data.faults.map(({ name }) => {
        const cell = cells.find((each) => each.strategy === strategy.name && each.faults === name);
        return element('td', {}, cell === undefined ? '–' : heatCell(cell, choice.measure, largest));
      }),
    ),
  );
  return element(
    'table',
    { class: 'heat' },
    element('caption', {}, captionOf(choice)),
    element('thead', {}, element('tr', {}, element('td', {}), head)),
    element('tbody', {}, rows),
  );
}

function captionOf({ measure, workload }: HeatMapChoice): string {
  const { title } = measureNamed(measure);
  const what = measure === 'lostShare' ? 'Writes lost after their agents were told that they are safe' : title;
  return `${what}, ${workload === null ? 'all workloads' : `workload ${workload}`}`;
}

export function strategyHead({ name, summary, canary }: StrategyData): Markup {
  const tag = canary ? element('small', { class: 'tag' }, 'canary') : null;
  return element('th', { scope: 'row', title: summary }, element('span', { class: 'name' }, name), tag);
}

/** Those that lose most first; canaries last, since they lose by design. */
function bySafety(strategies: readonly StrategyData[], cells: readonly CellData[]): readonly StrategyData[] {
  const shareOf = ({ name }: StrategyData): number => {
    const own = cells.filter((cell) => cell.strategy === name);
    const sum = (of: (cell: CellData) => number): number => own.reduce((total, cell) => total + of(cell), 0);
    return (
      sum((cell) => cell.lost) /
      Math.max(
        1,
        sum((cell) => cell.committed),
      )
    );
  };
  const ranked = strategies.map((strategy) => ({ strategy, share: shareOf(strategy) }));
  const compare = (left: (typeof ranked)[number], right: (typeof ranked)[number]): number =>
    Number(left.strategy.canary) - Number(right.strategy.canary) || right.share - left.share;
  return ranked.sort(compare).map(({ strategy }) => strategy);
}

function heatCell(cell: CellData, measure: MeasureName, largest: number): Markup {
  const value = valueOf(cell, measure);
  const isBroken = cell.broken !== null;
  const classes = ['cell', levelOf(cell, measure, value, largest), ...(isBroken ? ['broken'] : [])];
  return element(
    'a',
    { class: classes.join(' '), href: cellHash(cell), title: describe(cell), 'aria-label': describe(cell) },
    element('b', {}, numberIn(cell, measure, value)),
    element('small', {}, noteIn(cell, measure)),
    isBroken ? element('span', { class: 'mark' }, 'promise broken') : null,
  );
}

function valueOf(cell: CellData, measure: MeasureName): number | null {
  return cell.values[measureNamed(measure).index] ?? null;
}

/** The name of the colour. */
function levelOf(cell: CellData, measure: MeasureName, value: number | null, largest: number): string {
  if (value === null) return 'none';
  if (value === 0) return measure === 'lostShare' && !cell.keepsWrites ? 'level-0' : 'kept';
  if (measure === 'lostShare') return `level-${String(lossSteps.filter((step) => value > step).length)}`;
  return `level-${String(Math.max(1, Math.ceil(Math.sqrt(value / largest) * lossSteps.length)))}`;
}

function numberIn(cell: CellData, measure: MeasureName, value: number | null): string {
  if (value === null) return cell.trials === 0 ? '–' : 'none';
  if (measure !== 'lostShare') return valueText(measureNamed(measure).unit, value);
  return value === 0 ? '0' : `${percent(value)} %`;
}

function noteIn(cell: CellData, measure: MeasureName): string {
  if (measure !== 'lostShare') return '';
  if (cell.committed === 0) return 'committed';
  if (cell.lost === 0) return cell.keepsWrites ? '✓ kept' : 'no promise';
  return `${whole(cell.lost)} of ${whole(cell.committed)}`;
}

/** For those who don't see the colours, and for whoever rests on a cell. */
export function describe(cell: CellData): string {
  const { strategy, faults, workload, lost, committed, interval, keepsWrites, broken, trials } = cell;
  const where = `${strategy} under ${faults}${workload === null ? '' : `, workload ${workload}`}`;
  const share = interval === null ? '' : `, 95 % interval ${percent(interval[0])} to ${percent(interval[1])} %`;
  const promise = keepsWrites ? 'It promises to lose nothing' : 'It makes no promise to keep writes';
  const wrong = broken === null ? '' : `; ${broken}`;
  return `${where}: ${whole(lost)} of ${whole(committed)} committed writes lost${share} in ${plural(trials, 'trial')}. ${promise}${wrong}.`;
}

export function heatLegend(): Markup {
  const item = (name: string, text: string): Markup =>
    element('li', {}, element('span', { class: `swatch ${name}` }), text);
  const names = ['up to 0.1 %', 'up to 1 %', 'up to 5 %', 'up to 15 %', 'up to 30 %', 'more'];
  return element(
    'ul',
    { class: 'legend' },
    item('kept', 'nothing lost, as promised'),
    item('level-0', 'nothing lost, no promise'),
    names.map((text, index) => item(`level-${String(index + 1)}`, text)),
    item('broken', 'a promise is broken'),
  );
}
