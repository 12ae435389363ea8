/** The frame of a chart: where it is drawn, and the lines and words around it. */

import { element, type Markup } from './markup.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Durations that people count in. */
const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500]
  .flatMap((ms) => [ms, ms * 1_000])
  .filter((ms) => ms <= 30_000)
  .concat([1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200].map((minutes) => minutes * 60_000))
  .sort((left, right) => left - right);

/** About `count` round durations from zero to the longest; zero alone if there is none longer. */
export function durationTicks(longestMs: number, count: number): readonly number[] {
  const step = steps.find((ms) => longestMs / ms <= count) ?? longestMs / count;
  return longestMs <= 0
    ? [0]
    : Array.from({ length: Math.floor(longestMs / step) + 1 }, (_tick, index) => index * step);
}

/** What is inside of the margins. */
export function frameOf(
  width: number,
  height: number,
  margin: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): Frame {
  const { left, right, top, bottom } = margin;
  return { width, height, left, top, right: width - right, bottom: height - bottom };
}

export function leftAxis({ left, right }: Frame, ticks: readonly Tick[]): Markup {
  return element(
    'g',
    { class: 'axis' },
    ticks.map(({ at, text }) => [
      element('line', { x1: left, x2: right, y1: at, y2: at }),
      element('text', { x: left - 8, y: at, dy: '0.32em', 'text-anchor': 'end' }, text),
    ]),
  );
}

export function bottomAxis({ top, bottom }: Frame, ticks: readonly Tick[]): Markup {
  return element(
    'g',
    { class: 'axis' },
    ticks.map(({ at, text }) => [
      element('line', { x1: at, x2: at, y1: top, y2: bottom }),
      element('text', { x: at, y: bottom + 16, 'text-anchor': 'middle' }, text),
    ]),
  );
}

/** Below the ticks, at the right end. */
export function axisLabel({ right, height }: Frame, text: string): Markup {
  return element('text', { class: 'axis-label', x: right, y: height - 6, 'text-anchor': 'end' }, text);
}
