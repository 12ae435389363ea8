import { describe, expect, it } from 'vitest';
import type { TrialRecord } from '../../src/contract/index.ts';
import { CellTally, gauges } from '../../src/metrics/index.ts';
import { trialRecord, trialResult } from '../support/hand-made.ts';

/** Paths of the numbers below a value, as in `latencyMs.p99`; null stands for a number that was not measured. */
function numbersIn(value: unknown, path: string): readonly string[] {
  if (value === null || typeof value === 'number') return [path];
  if (typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => numbersIn(each, path === '' ? name : `${path}.${name}`));
}

/** Another number for each gauge, so that no two can be mistaken for each other. */
function trialWith(seed: number): TrialRecord {
  let next = seed;
  const fill = (value: unknown): unknown => {
    if (typeof value === 'number') return (next += 7);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each)]));
  };
  const { latencyMs, recoveryMs, convergenceMs } = trialResult();
  const numbers = fill(trialResult()) as ReturnType<typeof trialResult>;
  const anomalies = [{ anomaly: 'write-skew', count: seed, evidence: 'a1 and a2' }] as const;
  const found = { anomalies, anomaliesPossible: ['write-skew', 'duplicate'] } as const;
  return trialRecord({ ...numbers, latencyMs, recoveryMs, convergenceMs, ...found, seed, converged: seed === 1 });
}

describe('gauges', () => {
  it('name every number of a trial once, as the JSON does', () => {
    const { seed: _seed, agents: _agents, failure: _failure, ...rest } = trialResult();
    const names = numbersIn(rest, '').map((path) => path.replace(/^fates\./, ''));
    const known: readonly string[] = gauges.map(({ name }) => name);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(new Set(known).size).toBe(known.length);
  });

  it('say of a cell what they say of its trials together', () => {
    const records = [trialWith(1), trialWith(2), trialRecord({ seed: 3, failure: 'it broke', attempts: 9 })];
    const tally = new CellTally();
    for (const record of records) tally.add(record, null);
    const cell = tally.cell({ strategy: 'plain', workload: 'talk', faults: 'none' });
    const summed = gauges.filter(({ fold }) => fold === 'sum');
    const together = summed.map(({ name, ofTrial }) => [
      name,
      records.reduce((sum, { result }) => sum + (ofTrial(result) ?? 0), 0),
    ]);
    expect(summed.map(({ name, ofCell }) => [name, ofCell(cell)])).toEqual(together);
    expect(Object.fromEntries(together)).toMatchObject({
      failed: 1,
      converged: 1,
      settled: 2,
      'anomalies.write-skew': 2,
      'anomalies.duplicate': 0,
    });
  });

  it('say nothing of a trial that is void, but that it is', () => {
    const known = gauges.flatMap(({ name, ofTrial }) => {
      const value = ofTrial(trialResult({ failure: 'it broke' }));
      return value === null ? [] : [[name, value]];
    });
    expect(known).toEqual([['failed', 1]]);
  });
});
