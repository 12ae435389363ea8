import { describe, expect, it } from 'vitest';
import { casesOf, compare, compareSuite, missing, protocolsOf } from '../../src/calibration/index.ts';
import { configure } from '../../src/cli/options/knob-values.ts';
import { parseSelector } from '../../src/cli/options/selector.ts';
import type { TrialResult, TrialSpec } from '../../src/contract/index.ts';
import { runTrial } from '../../src/experiment/index.ts';
import { defaultModel, faultProfiles, recoveryPolicies } from '../../src/simulator/index.ts';
import { strategies } from '../support/every-strategy.ts';
import { workloads } from '../../workloads/index.ts';
import { trialResult } from '../support/hand-made.ts';
import { named } from '../support/trials.ts';

const isRegistered = (name: string): boolean => strategies.some((strategy) => strategy.name === name);
const all = (): boolean => true;

function resultOf(spec: TrialSpec): TrialResult {
  const selector = parseSelector(spec.strategy);
  const strategy = configure(named(strategies, selector.source), selector).value;
  const parts = {
    strategy,
    workload: named(workloads, spec.workload),
    profile: named(faultProfiles, spec.faults),
    model: defaultModel,
    recovery: named(recoveryPolicies, spec.recovery),
    story: false,
  };
  return runTrial(spec, parts).record.result;
}

describe('what is published', () => {
  const quick = casesOf(isRegistered).map((each) => ({ ...each, seeds: 3 }));

  it.each(quick)('$source: $quantity', (each) => {
    const row = compare(each, resultOf);
    expect(row.ours).not.toBeNull();
    expect(row).toMatchObject({ within: each.role === 'information' ? null : true });
  });

  it('is checked in every source, not only fitted', () => {
    for (const source of new Set(quick.map((each) => each.source))) {
      expect(quick.some((each) => each.source === source && each.role === 'checked')).toBe(true);
    }
  });

  it('leaves out strategies that there are not', () => {
    const withoutLww = (name: string): boolean => name !== 'lww';
    expect(missing(withoutLww)).toEqual(['lww']);
    expect(casesOf(withoutLww).some(({ strategy }) => strategy === 'lww')).toBe(false);
    expect(protocolsOf(withoutLww).map(({ strategy }) => strategy)).not.toContain('lww');
    expect(missing(all)).toEqual([]);
  });
});

describe('a deviation', () => {
  const time = casesOf(all).find(({ quantity }) => quantity === 'serial: until both are done')!;
  const taking = (seconds: number) => compare(time, () => trialResult({ makespanMs: seconds * 1_000 }));

  it('is off beyond a tenth of a time, on both sides', () => {
    expect([44, 46, 55, 56].map((seconds) => taking(seconds).within)).toEqual([false, true, true, false]);
    expect(taking(100.4).deviation).toBeCloseTo(1);
  });

  it('is off when a trial was void, and by one where none was allowed', () => {
    expect(compare(time, () => trialResult({ failure: 'boom' }))).toMatchObject({ ours: null, within: false });
    const lost = casesOf(all).find(({ quantity }) => quantity === 'lww, 1 agent: lost, N - 1')!;
    const losing = { ...trialResult().fates, lost: 1 };
    expect(compare(lost, () => trialResult({ fates: losing }))).toMatchObject({ deviation: 1, within: false });
  });
});

describe('the suite', () => {
  /** Strategies that take so long and use so many tokens; lww loses. */
  function suiteOf(makespans: Readonly<Record<string, number>>, tokens: Readonly<Record<string, number>>) {
    const fates = { ...trialResult().fates, lost: 1 };
    return compareSuite(protocolsOf(all), ({ strategy }) =>
      trialResult({
        makespanMs: makespans[strategy] ?? 100,
        tokens: tokens[strategy] ?? 10,
        ...(strategy === 'lww' ? { fates } : {}),
      }),
    );
  }
  const published = { serial: 100, 'two-phase-locking': 96, occ: 107, mtpo: 70 };

  it('is compared with serial, workload by workload', () => {
    const { rows } = suiteOf(published, { serial: 10, occ: 18.3 });
    const of = (quantity: string) => rows.find((row) => row.quantity === quantity);
    expect(of('mtpo: speed-up')?.ours).toBeCloseTo(100 / 70);
    expect(of('occ: tokens')?.deviation).toBeCloseTo(0);
    expect(of('lww: correct')?.ours).toBe(0);
    expect(of('serial: correct')?.ours).toBe(100);
  });

  it('tells the order of the protocols, and which pairs are swapped', () => {
    const { orders } = suiteOf(published, {});
    expect(orders.map(({ quantity, swapped }) => [quantity, swapped])).toEqual([
      ['correctness', 0],
      ['speed', 0],
      ['tokens', 0],
    ]);
    expect(orders[1]?.ours).toEqual([['mtpo'], ['two-phase-locking'], ['serial'], ['occ']]);
    expect(orders[2]?.ours).toEqual([['serial', 'two-phase-locking', 'occ', 'mtpo']]);
    const slow = suiteOf({ ...published, mtpo: 104 }, {}).orders[1];
    expect(slow).toMatchObject({ swapped: 2, pairs: 6, ours: [['two-phase-locking'], ['serial'], ['mtpo'], ['occ']] });
  });

  it('has nothing to say about tokens where none were used', () => {
    const { rows, orders } = suiteOf(published, { serial: 0 });
    expect(rows.find(({ quantity }) => quantity === 'occ: tokens')?.ours).toBeNull();
    expect(orders[2]?.pairs).toBe(0);
  });
});
