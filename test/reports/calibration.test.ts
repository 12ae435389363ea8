import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CalibrationReport, CalibrationRow } from '../../src/contract/index.ts';
import {
  calibrationJson,
  calibrationJsonSchema,
  calibrationSchema,
  calibrationText,
  paintWith,
} from '../../reports/index.ts';
import { runReport, suite } from '../support/hand-made.ts';

const row = (differs: Partial<CalibrationRow>): CalibrationRow => ({
  source: 'a paper',
  quantity: 'time',
  unit: 's',
  published: 10,
  ours: 10.5,
  deviation: 0.05,
  role: 'checked',
  tolerance: 0.1,
  within: true,
  note: null,
  ...differs,
});
const ranks = { published: [['a'], ['b', 'c']], ours: [['b'], ['a'], ['c']] };
const report = (...rows: readonly CalibrationRow[]): CalibrationReport => ({
  version: '1.2.3',
  command: 'npm run bench -- calibrate',
  rows,
  orders: [{ source: 'a paper', quantity: 'speed', ...ranks, swapped: 1, pairs: 2 }],
  notes: ['what was fitted'],
  trials: 7,
  measured: runReport(suite(), []).measured,
});
const textOf = (...rows: readonly CalibrationRow[]): string => calibrationText(report(...rows), paintWith(false));

describe('the text of a calibration', () => {
  it('puts published, ours and deviation side by side, with the role and numbered notes', () => {
    const note = 'counted in another way';
    const text = textOf(row({}), row({ quantity: 'lost', unit: '', published: 3, ours: 2, deviation: -1 / 3, note }));
    expect(text).toMatch(/time +10 s +10\.5 s +\+5\.0 % +checked/);
    expect(text).toMatch(/lost \[1\] +3 +2 +-33\.3 % +checked/);
    expect(text).toContain('[1] counted in another way');
    expect(text).toContain('All 2 rows that are fitted or checked are where they must be.');
  });

  it('names the rows that are off', () => {
    const text = textOf(row({ within: false, deviation: 0.2 }), row({ quantity: 'other', within: null }));
    expect(text).toContain('checked: OFF');
    expect(text).toContain('Of 1 rows that are fitted or checked, 1 deviate too much:\na paper: time');
  });

  it('shows both orders', () => {
    const text = textOf(row({}));
    expect(text).toContain('order by speed, best first: 1 of 2 pairs swapped');
    expect(text).toContain('published  a > b = c\n  ours       b > a > c');
  });
});

describe('the result file of a calibration', () => {
  it('is what its schema says', () => {
    const parsed = calibrationSchema.parse(JSON.parse(calibrationJson(report(row({})))));
    expect(parsed).toMatchObject({ schema: 'lostwrites/calibration@1', rows: [{ ours: 10.5 }], trials: 7 });
  });

  it('has a published schema that is up to date', () => {
    const published = readFileSync(new URL('../../reports/calibration.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(calibrationJsonSchema()));
  });
});
