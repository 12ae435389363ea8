import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { recordOf, resultHead, resultJsonSchema, resultRow, resultSchema, resultTail } from '../../reports/index.ts';
import { losing, runReport, suite, trialRecord } from '../support/hand-made.ts';

const report = runReport(suite(), [losing(1, 4)], { trace: { file: '/some/where/talk.json.gz', sha256: 'ab' } });
const records = [trialRecord({ seed: 1 }, [3, 40]), trialRecord({ seed: 2, failure: 'boom', digest: '' })];
const rows = records.map((record, index) => resultRow(record, index === 0));
const file = [resultHead(report), ...rows, resultTail(report)].join('');
const validate = new Ajv2020({ strictTypes: false, strictTuples: false }).compile(
  JSON.parse(resultJsonSchema()) as object,
);

describe('the result file', () => {
  it('is what its schema says', () => {
    const parsed = resultSchema.parse(JSON.parse(file));
    expect(parsed.trials.map(recordOf)).toEqual(records);
    expect(parsed).toMatchObject({ schema: 'lostwrites/result@2', lostwrites: '1.2.3', partial: false });
  });

  it('is valid for a validator that knows nothing but the published schema', () => {
    const document = JSON.parse(file) as { trials: Record<string, unknown>[] };
    expect([validate(document), validate.errors]).toEqual([true, null]);
    document.trials[1]!.committed = -1;
    expect(validate(document)).toBe(false);
    expect(validate.errors).toMatchObject([{ instancePath: '/trials/1/committed' }]);
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
