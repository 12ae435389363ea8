/** Dial curves: how each strategy fares while one knob moves. */

import { scaleLinear } from 'd3-scale';
import { wordings } from '../sweep-wording.ts';
import { axisLabel, bottomAxis, frameOf, leftAxis, type Frame } from './axes.ts';
import { shortened, spread } from './labels.ts';
import { element, type Markup } from './markup.ts';
import type { Series, SweepData, SweepMetricData } from './sweep-data.ts';

export interface DialChoice {
  readonly metric: string;
  readonly faults: string;
}

/** So many colours can be told apart; further series differ by their dashes as well. */
const colours = 7;
/** More bands than these hide each other. */
const maxBands = 4;
const labelHeight = 15;

function metricOf(sweep: SweepData, { metric }: DialChoice): SweepMetricData | null {
  return sweep.metrics.find((each) => each.metric === metric) ?? sweep.metrics[0] ?? null;
}

export function dialChart(sweep: SweepData, choice: DialChoice, width: number): Markup {
  const shown = metricOf(sweep, choice);
  if (shown === null) return element('p', {}, 'All is the same at every point of the dial.');
  const series = shown.series.filter(
    ({ faults, points }) => faults === choice.faults && points.some((point) => point !== null),
  );
  const frame = frameFor(series, width);
  const bands = series.length <= maxBands;
  const x = scaleLinear()
    .domain([sweep.values[0] ?? 0, sweep.values.at(-1) ?? 1])
    .range([frame.left, frame.right]);
  const y = scaleLinear()
    .domain([0, highest(series, bands)])
    .nice()
    .range([frame.bottom, frame.top]);
  const { number } = wordings[shown.metric];
  const drawn = series.map((each) => ({
    series: each,
    places: each.points.map((point, index) =>
      point === null ? null : ([x(sweep.values[index] ?? 0), y(point.mean)] as const),
    ),
  }));
  const labels = labelPlaces(
    drawn.map(({ places }) => places.findLast((place) => place !== null)?.[1] ?? frame.bottom),
    frame,
  );
  return element(
    'svg',
    {
      class: 'chart dial',
      viewBox: `0 0 ${String(width)} ${String(frame.height)}`,
      role: 'img',
      'aria-label': `${shown.title} against ${sweep.dial}`,
    },
    leftAxis(
      frame,
      y.ticks(5).map((value) => ({ at: y(value), text: number(value) })),
    ),
    bottomAxis(
      frame,
      x.ticks(Math.min(10, Math.floor(width / 80))).map((value) => ({ at: x(value), text: String(value) })),
    ),
    axisLabel(frame, sweep.dial),
    drawn.map(({ series: each, places }, index) =>
      element(
        'g',
        { class: `series colour-${String(index % colours)} dash-${String(Math.floor(index / colours) % 3)}` },
        element('title', {}, titleOf(each, sweep.values)),
        bands ? band(each, sweep.values, x, y) : null,
        curve(places),
        leader(frame, places, labels[index] ?? 0),
        element('text', { x: frame.right + 18, y: labels[index] ?? 0, dy: '0.32em' }, shortened(each.strategy)),
      ),
    ),
  );
}

/** Names stand to the right of their curves. */
function frameFor(series: readonly Series[], width: number): Frame {
  const longest = Math.max(0, ...series.map(({ strategy }) => shortened(strategy).length));
  const right = Math.min(width * 0.45, 26 + longest * 7.3);
  return frameOf(width, Math.max(300, series.length * labelHeight + 80), { left: 58, right, top: 14, bottom: 46 });
}

/** Bands have to fit in, too. */
function highest(series: readonly Series[], bands: boolean): number {
  const ends = series.flatMap(({ points }) =>
    points.map((point) => Math.max(point?.mean ?? 0, bands ? (point?.interval?.[1] ?? 0) : 0)),
  );
  return Math.max(0, ...ends) || 1;
}

function curve(places: readonly (Place | null)[]): readonly Markup[] {
  const points = places.flatMap((place) => (place === null ? [] : [place]));
  return [
    element('path', { class: 'line', d: lineThrough(places) }),
    ...points.map(([cx, cy]) => element('circle', { cx, cy, r: 3 })),
  ];
}

/** From the end of a curve to its name, where that had to move. */
function leader({ right }: Frame, places: readonly (Place | null)[], labelY: number): Markup | null {
  const end = places.findLast((place) => place !== null);
  if (end === undefined) return null;
  return element('path', { class: 'leader', d: lineThrough([end, [right + 15, labelY]]) });
}

/** Labels keep the order of the ends of their lines. */
function labelPlaces(ends: readonly number[], { top, bottom }: Frame): readonly number[] {
  const order = ends.map((end, index) => ({ end, index })).sort((left, right) => left.end - right.end);
  const places = spread(
    order.map(({ end }) => end),
    labelHeight,
    top,
    bottom,
  );
  const byIndex = new Map(order.map(({ index }, rank) => [index, places[rank] ?? 0]));
  return ends.map((_end, index) => byIndex.get(index) ?? 0);
}

function titleOf({ strategy, points }: Series, values: readonly number[]): string {
  return `${strategy}: ${points.map((point, index) => `${point?.text ?? 'nothing'} at ${String(values[index])}`).join(', ')}`;
}

type Place = readonly [x: number, y: number];

/** Interrupted where there is nothing. */
function lineThrough(places: readonly (Place | null)[]): string {
  return places
    .map((place, index) => (place === null ? '' : `${(places[index - 1] ?? null) === null ? 'M' : 'L'}${fixed(place)}`))
    .join('');
}

function band(
  { points }: Series,
  values: readonly number[],
  x: (value: number) => number,
  y: (value: number) => number,
): Markup | null {
  const ends = points.flatMap((point, index) => {
    const interval = point?.interval ?? null;
    return interval === null
      ? []
      : [{ at: x(values[index] ?? 0), low: y(Math.max(0, interval[0])), high: y(interval[1]) }];
  });
  if (ends.length < 2) return null;
  const outline = [
    ...ends.map(({ at, high }): Place => [at, high]),
    ...ends.toReversed().map(({ at, low }): Place => [at, low]),
  ];
  return element('path', { class: 'band', d: `${lineThrough(outline)}Z` });
}

function fixed([x, y]: Place): string {
  return `${String(Math.round(x * 10) / 10)} ${String(Math.round(y * 10) / 10)}`;
}

export function crossoverList(sweep: SweepData, choice: DialChoice): Markup {
  const own = metricOf(sweep, choice)?.crossovers.find(({ faults }) => faults === choice.faults);
  const sentences = own?.sentences ?? [];
  if (sentences.length === 0) return element('p', { class: 'hint' }, 'No two strategies change places here.');
  return element(
    'ul',
    { class: 'notes' },
    sentences.map((sentence) => element('li', {}, sentence)),
  );
}
