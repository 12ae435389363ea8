import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareMeasured } from '../../src/comparison/index.ts';
import type { MeasuredFigure, MeasuredRun } from '../../src/contract/index.ts';
import { estimate } from '../../src/metrics/index.ts';
import {
  figuresJson,
  figuresJsonSchema,
  figuresSchema,
  measuredComparisonText,
  measuredRunOf,
  paintWith,
} from '../../reports/index.ts';

function figure(name: string, samples: readonly number[], differs: Partial<MeasuredFigure> = {}): MeasuredFigure {
  return { name, unit: 'trials/s', better: 'more', isRatio: false, samples, ...differs };
}

function measured(figures: readonly MeasuredFigure[], differs: Partial<MeasuredRun> = {}): MeasuredRun {
  return { source: 'a file', version: '1.2.3', node: 'v20.20.0', cpu: 'some CPU', figures, ...differs };
}

describe('two measurements', () => {
  it('name only what has moved out of both intervals', () => {
    const before = measured([figure('noisy', [90, 100, 110]), figure('steady', [99, 100, 101])]);
    const after = measured([figure('noisy', [80, 90, 100]), figure('steady', [89, 90, 91])]);
    const { compared, changes } = compareMeasured(before, after, null);
    expect([compared, changes.map(({ name, direction, breaks }) => [name, direction, breaks])]).toEqual([
      2,
      [['steady', 'worse', false]],
    ]);
  });

  it('fail only if asked, and by more than is asked', () => {
    const [before, after] = [measured([figure('steady', [99, 100, 101])]), measured([figure('steady', [89, 90, 91])])];
    const breaks = [null, 0, 9.9, 10].map((percent) => compareMeasured(before, after, percent).changes[0]?.breaks);
    expect(breaks).toEqual([false, true, true, false]);
  });

  it('know what is better: more of some, less of others', () => {
    const less = { unit: 'ms', better: 'less' } as const;
    const before = measured([figure('speed', [9, 10]), figure('time', [9, 10], less)]);
    const after = measured([figure('speed', [90, 91]), figure('time', [90, 91], less)]);
    const { changes } = compareMeasured(before, after, 0);
    expect(changes.map(({ name, direction, breaks }) => [name, direction, breaks])).toEqual([
      ['time', 'worse', true],
      ['speed', 'better', false],
    ]);
  });

  it('compare ratios alone between machines, and nothing that was measured once', () => {
    const figures = [figure('speed', [9, 10]), figure('ratio', [1, 1.1], { isRatio: true }), figure('once', [5])];
    const { compared, notes } = compareMeasured(measured(figures), measured(figures, { cpu: 'another CPU' }), null);
    expect([compared, notes]).toEqual([1, ['Node or the processor is another one: only ratios are compared']]);
  });

  it('are printed with their intervals and a verdict', () => {
    const before = measured([figure('speed', [99, 100, 101]), figure('gone', [1, 1])]);
    const text = measuredComparisonText(
      compareMeasured(before, measured([figure('speed', [79, 80, 81])]), 10),
      paintWith(false),
    );
    expect(text).toMatch(/^speed +100 \[97\.52-102\.5\] +80 \[77\.52-82\.48\] +-20\.0% +worse, fails$/m);
    expect(text).toContain('Only in the earlier measurement\ngone');
    expect(text.split('\n').at(-1)).toBe('of 1 figure 1 got worse and 0 better, by more than both 95 % intervals');
  });
});

describe('the file of measured figures', () => {
  const run = measured([figure('speed', [99, 101]), figure('once', [5])]);
  const text = figuresJson(run, (samples) => estimate(samples)!);

  it('holds what it was made from, with means and intervals for other readers', () => {
    const file = figuresSchema.parse(JSON.parse(text));
    expect(measuredRunOf(file, 'a file')).toEqual(run);
    expect(file.figures[1]).toMatchObject({ mean: 5, low: null, high: null });
  });

  it('has a published schema that is up to date', () => {
    const published = readFileSync(new URL('../../reports/figures.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(figuresJsonSchema()));
  });
});
