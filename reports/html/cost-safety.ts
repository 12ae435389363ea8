/** Cost against safety: each strategy a point. To the left it loses less, further down it costs less. */

import { scaleLinear, scaleSqrt } from 'd3-scale';
import { duration, percent, whole } from '../wording.ts';
import { axisLabel, bottomAxis, durationTicks, frameOf, leftAxis, type Frame } from './axes.ts';
import { shortened, spread } from './labels.ts';
import { element, type Markup } from './markup.ts';
import { measureNamed, valueText, type MeasureName, type Unit } from './measures.ts';
import { cellHash, cellsFor, type CellData, type PageData, type StrategyData } from './page-data.ts';

export interface CostChoice {
  readonly cost: MeasureName;
  /** Null: all of them together. */
  readonly faults: string | null;
}

/** What a strategy may be said to cost; each is a mean over trials. */
export const costs: readonly MeasureName[] = ['makespanMs', 'blockedMs', 'calls', 'usd', 'tokens', 'messages'];

export const costTitles: Readonly<Partial<Record<MeasureName, string>>> = {
  makespanMs: 'time',
  blockedMs: 'waiting',
  calls: 'model calls',
  usd: 'dollars',
  tokens: 'tokens',
  messages: 'messages',
};

interface Point {
  readonly strategy: StrategyData;
  readonly lost: number;
  readonly committed: number;
  readonly cost: number;
  readonly isBroken: boolean;
  readonly href: string;
}

export function costSafety(data: PageData, choice: CostChoice, width: number): Markup {
  const points = pointsOf(data, choice);
  const frame = frameOf(width, Math.max(320, 120 + points.length * 17), { left: 58, bottom: 44, top: 14, right: 16 });
  const shareOf = ({ lost, committed }: Point): number => (committed === 0 ? 0 : lost / committed);
  const x = scaleSqrt()
    .domain([0, Math.max(0.01, ...points.map(shareOf)) * 1.05])
    .range([frame.left + 10, frame.right]);
  const { unit, title } = measureNamed(choice.cost);
  const largest = Math.max(0, ...points.map(({ cost }) => cost)) * 1.08;
  const y = scaleLinear()
    .domain([0, largest === 0 ? 1 : largest])
    .range([frame.bottom, frame.top]);
  const costTicks = unit === 'ms' ? durationTicks(largest, 5) : largest === 0 ? [0] : y.ticks(5);
  const placed = points.map((point) => ({ point, x: x(shareOf(point)), y: y(point.cost) }));
  const text = `${title} against the share of committed writes that is lost`;
  return element(
    'svg',
    { class: 'chart', viewBox: `0 0 ${String(width)} ${String(frame.height)}`, role: 'img', 'aria-label': text },
    leftAxis(
      frame,
      costTicks.map((value) => ({ at: y(value), text: shortText(unit, value) })),
    ),
    bottomAxis(
      frame,
      ticksOf(x.domain()[1] ?? 1, width).map((value) => ({
        at: x(value),
        text: value === 0 ? 'none' : `${percent(value).replace('.0', '')} %`,
      })),
    ),
    axisLabel(frame, 'lost, of the committed writes →'),
    labelled(frame, placed, unit),
  );
}

/** Round values need no decimals. */
function shortText(unit: Unit, value: number): string {
  return unit === 'ms' ? duration(value).replace(/\.0+(?= )/, '') : valueText(unit, value);
}

function ticksOf(largest: number, width: number): readonly number[] {
  const all = width < 500 ? [0, 0.01, 0.1, 0.3, 0.6, 1] : [0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];
  return all.filter((tick) => tick <= largest);
}

interface Placed {
  readonly point: Point;
  readonly x: number;
  readonly y: number;
}

const labelHeight = 16;

/** Names beside their points, moved up and down until none covers another. */
function labelled(frame: Frame, placed: readonly Placed[], unit: Unit): readonly Markup[] {
  const isRight = ({ x }: Placed): boolean => x > frame.left + (frame.right - frame.left) * 0.62;
  return [false, true].flatMap((right) => {
    const own = placed.filter((each) => isRight(each) === right).sort((left, other) => left.y - other.y);
    const places = spread(
      own.map(({ y }) => y),
      labelHeight,
      frame.top + 6,
      frame.bottom - 6,
    );
    return own.map((each, index) => pointMark(each, places[index] ?? each.y, right, unit));
  });
}

function pointMark({ point, x, y }: Placed, labelY: number, right: boolean, unit: Unit): Markup {
  const { strategy, lost, committed, cost, isBroken, href } = point;
  const away = right ? -1 : 1;
  const title = `${strategy.name}: ${whole(lost)} of ${whole(committed)} committed writes lost, ${valueText(unit, cost)}`;
  const kind = isBroken ? 'broken' : lost > 0 ? 'losing' : 'keeping';
  return element(
    'a',
    { class: `point ${kind}${strategy.canary ? ' canary' : ''}`, href },
    element('title', {}, title),
    Math.abs(labelY - y) < 2
      ? null
      : element('path', {
          class: 'leader',
          d: `M${fixed(x + away * 6)} ${fixed(y)}L${fixed(x + away * 14)} ${fixed(labelY)}`,
        }),
    symbol(x, y, lost > 0),
    element(
      'text',
      { x: x + away * 17, y: labelY, dy: '0.32em', 'text-anchor': right ? 'end' : 'start' },
      shortened(strategy.name),
    ),
  );
}

/** Losing and keeping differ in shape too, for those who can't tell the colours. */
function symbol(x: number, y: number, loses: boolean): Markup {
  if (!loses) return element('circle', { cx: x, cy: y, r: 5 });
  return element('path', { d: `M${fixed(x)} ${fixed(y - 7)}l7 7l-7 7l-7 -7z` });
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function pointsOf(data: PageData, { cost, faults }: CostChoice): readonly Point[] {
  const { index } = measureNamed(cost);
  const cells = cellsFor(data, null).filter((cell) => faults === null || cell.faults === faults);
  return data.strategies.flatMap((strategy) => {
    const own = cells.filter((cell) => cell.strategy === strategy.name);
    const mean = meanOf(own, index);
    if (mean === null) return [];
    const sum = (of: (cell: CellData) => number): number => own.reduce((total, cell) => total + of(cell), 0);
    const worst = own.reduce((left, right) => (right.lost > left.lost ? right : left));
    return [
      {
        strategy,
        cost: mean,
        lost: sum((cell) => cell.lost),
        committed: sum((cell) => cell.committed),
        isBroken: own.some(({ broken }) => broken !== null),
        href: cellHash(worst),
      },
    ];
  });
}

/** Over the valid trials of the cells; null if something wasn't measured in one of them. */
function meanOf(cells: readonly CellData[], index: number): number | null {
  let sum = 0;
  let trials = 0;
  for (const cell of cells.filter((each) => each.trials > each.failed)) {
    const value = cell.values[index] ?? null;
    if (value === null) return null;
    sum += value * (cell.trials - cell.failed);
    trials += cell.trials - cell.failed;
  }
  return trials === 0 ? null : sum / trials;
}
