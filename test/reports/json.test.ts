import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resultHead, resultJsonSchema, resultRow, resultSchema, resultTail } from '../../reports/index.ts';
import { losing, runReport, suite, trialResult } from '../support/hand-made.ts';

const report = runReport(suite(), [losing(1, 4)], { trace: { file: '/some/where/talk.json.gz', sha256: 'ab' } });
const rows = [trialResult({ seed: 1 }), trialResult({ seed: 2, failure: 'boom', digest: '' })];
const file = [resultHead(report), ...rows.map((row, index) => resultRow(row, index === 0)), resultTail(report)].join(
  '',
);

describe('the result file', () => {
  it('is what its schema says', () => {
    const parsed = resultSchema.parse(JSON.parse(file));
    expect(parsed.trials).toEqual(rows);
    expect(parsed).toMatchObject({ schema: 'lostwrites/result@1', lostwrites: '1.2.3', partial: false });
  });

  it('is valid without a single trial', () => {
    const parsed = resultSchema.parse(JSON.parse(resultHead(report) + resultTail(report)));
    expect(parsed.trials).toEqual([]);
  });

  it('keeps what differs from run to run in one block at the end', () => {
    expect(Object.keys(JSON.parse(file) as object).at(-1)).toBe('measured');
  });

  it('names a trace by its file name, wherever it lay', () => {
    expect(file).toContain('"trace":{"file":"talk.json.gz"');
  });

  it('has the names that other tools rely on', () => {
    const [row] = resultSchema.parse(JSON.parse(file)).trials;
    for (const name of ['strategy', 'workload', 'faults', 'seed', 'digest', 'settled', 'converged', 'brokenPromises']) {
      expect(row).toHaveProperty(name);
    }
    for (const name of ['fates', 'duplicates', 'escalations', 'latencyMs', 'modelCalls', 'tokens', 'usd', 'messages']) {
      expect(row).toHaveProperty(name);
    }
    expect(row).toHaveProperty('bytes');
    expect(row).toHaveProperty('blockedMs');
  });

  it('has a published schema that is up to date', () => {
    const published = readFileSync(new URL('../../reports/result.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(resultJsonSchema()));
  });
});
