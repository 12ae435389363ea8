/** How long commits take: how often which time, a strip per strategy, on a logarithmic scale. */

import { scaleLog } from 'd3-scale';
import { binsPerDecade } from '../../src/contract/index.ts';
import { duration } from '../wording.ts';
import { axisLabel, bottomAxis, frameOf, type Frame } from './axes.ts';
import { shortened } from './labels.ts';
import { element, type Markup } from './markup.ts';
import { measureNamed, type MeasureName } from './measures.ts';
import { cellHash, cellsFor, type CellData, type PageData } from './page-data.ts';

const quantiles: readonly MeasureName[] = ['latencyMs.p50', 'latencyMs.p95', 'latencyMs.p99', 'latencyMs.max'];

const rowHeight = 26;
/** The scale begins here: what takes less takes no time at all. */
const floorMs = 1;

export function latencyChart(data: PageData, faults: string, width: number): Markup {
  const cells = cellsFor(data, null).filter((cell) => cell.faults === faults);
  const rows = cells.map((cell) => ({ cell, values: quantiles.map((name) => valueOf(cell, name)) }));
  const frame = frameOf(width, rows.length * rowHeight + 58, {
    left: namesWidth(cells),
    right: 26,
    top: 10,
    bottom: 46,
  });
  const longest = Math.max(10, ...cellsFor(data, null).map((cell) => valueOf(cell, 'latencyMs.max') ?? 0));
  const x = scaleLog().domain([floorMs, longest]).range([frame.left, frame.right]).clamp(true);
  const ticks = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000].filter((ms) => ms <= longest);
  const isTight = (frame.right - frame.left) / ticks.length < 48;
  return element(
    'svg',
    {
      class: 'chart',
      viewBox: `0 0 ${String(width)} ${String(frame.height)}`,
      role: 'img',
      'aria-label': `Commit latency under ${faults}`,
    },
    bottomAxis(
      frame,
      ticks.map((ms, index) => ({
        at: x(ms),
        text: isTight && index % 2 === 1 ? '' : duration(ms).replace(/\.0+(?= )/, ''),
      })),
    ),
    axisLabel(frame, 'virtual time from commit to answer'),
    rows.map(({ cell, values }, index) =>
      strip(
        frame,
        cell,
        values.map((value) => (value === null ? null : x(Math.max(floorMs, value)))),
        index,
        shape(cell, middleOf(frame, index), (ms) => x(Math.max(floorMs, ms))),
      ),
    ),
  );
}

/** Room for the longest name, within reason. */
function namesWidth(cells: readonly CellData[]): number {
  const longest = Math.max(0, ...cells.map(({ strategy }) => strategy.length));
  return Math.min(170, 24 + longest * 6.9);
}

function middleOf(frame: Frame, index: number): number {
  return frame.top + (index + 0.5) * rowHeight;
}

/** As high as the bin is often, both ways. */
function shape({ latencyBins }: CellData, y: number, x: (ms: number) => number): readonly Markup[] {
  const most = Math.max(...latencyBins.map(([, count]) => count));
  return latencyBins.map(([fromMs, count]) => {
    const [from, to] = [x(fromMs), x(fromMs * 10 ** (1 / binsPerDecade))];
    const half = Math.max(0.75, (count / most) * 11);
    return element('rect', {
      class: 'density',
      x: from,
      y: y - half,
      width: Math.max(1.5, to - from),
      height: half * 2,
    });
  });
}

function strip(
  frame: Frame,
  cell: CellData,
  places: readonly (number | null)[],
  index: number,
  distribution: readonly Markup[],
): Markup {
  const y = middleOf(frame, index);
  const [p50 = null, p95 = null, p99 = null, max = null] = places;
  const texts = quantiles.map((name) => `${name.slice('latencyMs.'.length)} ${duration(valueOf(cell, name))}`);
  const name = element('text', { x: frame.left - 10, y, dy: '0.32em', 'text-anchor': 'end' }, shortened(cell.strategy));
  const title = element('title', {}, `${cell.strategy}: ${texts.join(', ')}`);
  if (p50 === null || p95 === null || p99 === null || max === null)
    return element('g', { class: 'strip' }, title, name);
  const tick = (at: number, half: number, part: string): Markup =>
    element('rect', { class: part, x: at - 1.25, y: y - half, width: 2.5, height: half * 2, rx: 1.25 });
  return element(
    'a',
    { class: 'strip', href: cellHash(cell) },
    title,
    name,
    distribution,
    tick(p50, 10, 'median'),
    tick(p95, 7, 'p95'),
    tick(p99, 4.5, 'p99'),
    element('circle', { class: 'max', cx: max, cy: y, r: 2.5 }),
  );
}

function valueOf(cell: CellData, name: MeasureName): number | null {
  return cell.values[measureNamed(name).index] ?? null;
}

export function latencyLegend(): Markup {
  const item = (part: string, text: string): Markup =>
    element('li', {}, element('span', { class: `swatch ${part}` }), text);
  return element(
    'ul',
    { class: 'legend' },
    item('density', 'how often'),
    item('median', 'median'),
    item('p95', 'p95'),
    item('p99', 'p99'),
    item('max', 'the longest'),
  );
}
