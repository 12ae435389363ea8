import { describe, expect, it } from 'vitest';
import {
  exclusions,
  type AnomalyCell,
  type AnomalyName,
  type MergeStrategy,
  type Promises,
  type Suite,
  type TrialRecord,
} from '../../src/contract/index.ts';
import { anomaliesMarkdown, anomalyTables, paintWith, tables } from '../../reports/index.ts';
import { strategies } from '../support/every-strategy.ts';
import { faultProfiles } from '../../src/simulator/index.ts';
import { occ } from '../../strategies/occ.ts';
import { serial } from '../../strategies/serial.ts';
import { lww } from '../../strategies/lww.ts';
import { anomalyWorkloads } from '../../src/cli/options/anomalies-options.ts';
import { workloads } from '../../workloads/index.ts';
import { runReport, suite, trialRecord } from '../support/hand-made.ts';
import { putsWithoutTransaction, validatesOnlyWhatIsWritten } from '../mutants/coordination-mutants.ts';
import { retriesWithoutIdempotencyKey } from '../mutants/hub-mutants.ts';
import { tieBrokenByArrival } from '../mutants/peer-mutants.ts';
import { named, runOf, type TrialPlace } from '../support/trials.ts';

function showing(anomaly: AnomalyName, ...brokenPromises: TrialRecord['result']['brokenPromises']): TrialRecord {
  const evidence = 'a1.1.1 ("one") was committed and is gone';
  return trialRecord({ anomalies: [{ anomaly, count: 1, evidence }], anomaliesPossible: [anomaly], brokenPromises });
}

const spared = (anomaly: AnomalyName, seed = 2) => trialRecord({ anomaliesPossible: [anomaly], seed });

function promising(made: Partial<Promises>): Suite {
  const [strategy] = suite().strategies;
  return suite({ strategies: [{ ...strategy!, promises: { ...strategy!.promises, ...made } }] });
}

function cellFor(anomaly: AnomalyName, of: Suite, ...records: readonly TrialRecord[]): AnomalyCell {
  return runReport(of, records).anomalies[0]!.cells.find((cell) => cell.anomaly === anomaly)!;
}

describe('the matrix of strategies by anomalies', () => {
  it('says never only where a promise excludes what was not seen', () => {
    const made = promising({ keepsCommittedWrites: 'survivable' });
    expect(cellFor('lost-update', made, spared('lost-update'))).toMatchObject({ standing: 'never', possible: 1 });
    expect(cellFor('lost-update', suite(), spared('lost-update'))).toMatchObject({ standing: 'not-promised' });
    expect(cellFor('lost-update', made, trialRecord())).toMatchObject({ standing: 'not-tested', share: null });
  });

  it('says how often what was found could have been, and names the first trial', () => {
    const cell = cellFor(
      'lost-update',
      suite(),
      spared('lost-update'),
      showing('lost-update'),
      spared('lost-update', 3),
    );
    expect(cell).toMatchObject({ standing: 'found', possible: 3, found: 1, first: { spec: { seed: 1 } } });
    expect(cell.share?.share).toBeCloseTo(1 / 3);
  });

  it('calls it broken where a promise or an invariant excludes it', () => {
    const broken = { promise: 'keepsCommittedWrites', evidence: 'gone' } as const;
    const made = promising({ keepsCommittedWrites: 'survivable' });
    expect(cellFor('lost-update', made, showing('lost-update', broken))).toMatchObject({ standing: 'broken' });
    expect(cellFor('two-owners', suite(), showing('two-owners'))).toMatchObject({ standing: 'broken' });
  });

  it('marks promises that hold only on a condition', () => {
    const made = promising({ serializable: { faults: 'survivable', given: 'right-judgements' } });
    const cell = cellFor('write-skew', made, showing('write-skew'), spared('write-skew'));
    expect(cell).toMatchObject({ standing: 'found', isConditional: true, excludedBy: ['serializable'] });
  });

  it('is shown in the terminal and as Markdown, with what shows it', () => {
    const report = runReport(promising({ converges: 'survivable' }), [showing('lost-update'), spared('divergence')]);
    const view = { report, by: 'strategy', paint: paintWith(false) } as const;
    const text = anomalyTables.map((table) => table(view)).join('\n');
    expect(text).toMatch(/plain +100 % +never\n +of 1 +of 1\n/);
    const command = 'npm run bench -- replay --strategy plain --workload talk --faults none --seed 1';
    expect(text).toContain(`a1.1.1 ("one") was committed and is gone\n${command}`);
    expect(tables.map((table) => table(view)).join('\n')).toMatch(/plain +100 % +never\n/);
    const page = anomaliesMarkdown(report);
    expect(page).toContain('| `plain` | **100 %**<br>of 1 | never<br>of 1 |');
    expect(page).toContain(command);
  });
});

describe('trials', () => {
  const spread = ['torn-pair', 'canary', 'mixed', 'notes', 'unique-claim', 'fleet', 'ping-pong'];

  it('of serial show no anomaly at all', () => {
    for (const workload of spread) {
      for (const { name: faults } of faultProfiles) {
        for (const seed of [1, 2]) {
          const { anomalies, anomaliesPossible } = runOf(serial, { workload, faults, seed }).record.result;
          expect([workload, faults, seed, anomalies]).toEqual([workload, faults, seed, []]);
          expect(anomaliesPossible).toContain('dirty-read');
        }
      }
    }
  });

  it('of lww, which promises nothing of the kind, show many', () => {
    const shown = new Set(
      spread.flatMap((workload) =>
        ['none', 'crash'].flatMap((faults) =>
          runOf(lww, { workload, faults, seed: 1 }).record.result.anomalies.map(({ anomaly }) => anomaly),
        ),
      ),
    );
    const expected = ['lost-update', 'write-skew', 'stale-read', 'torn-transaction', 'resurrected-write'] as const;
    for (const name of expected) expect([...shown]).toContain(name);
  });

  it('of strategies that promise to be serializable show no skew', () => {
    const promising = strategies.filter(({ promises }) => promises.serializable === 'survivable');
    expect(promising.length).toBeGreaterThan(3);
    for (const strategy of promising) {
      const { anomalies } = runOf(strategy, { workload: 'canary', faults: 'none', seed: 1 }).record.result;
      expect([strategy.name, anomalies]).toEqual([strategy.name, []]);
    }
  });
});

describe('bugs', () => {
  const cases: readonly (readonly [MergeStrategy, MergeStrategy, TrialPlace, readonly AnomalyName[]])[] = [
    [
      putsWithoutTransaction,
      occ,
      { workload: 'torn-pair', faults: 'none', seed: 1 },
      ['lost-update', 'dirty-write', 'read-skew', 'write-skew', 'torn-transaction', 'resurrected-write'],
    ],
    [validatesOnlyWhatIsWritten, occ, { workload: 'canary', faults: 'none', seed: 1 }, ['write-skew']],
    [retriesWithoutIdempotencyKey, serial, { workload: 'notes', faults: 'crash', seed: 1 }, ['duplicate']],
    [tieBrokenByArrival, lww, { workload: 'values', faults: 'none', seed: 1 }, ['divergence']],
  ];

  it.each(cases)('show what they cause (%#)', (wrong, right, place, expected) => {
    const shownBy = (strategy: MergeStrategy): readonly AnomalyName[] =>
      runOf(strategy, place).record.result.anomalies.map(({ anomaly }) => anomaly);
    expect(shownBy(wrong)).toEqual(expect.arrayContaining([...expected]));
    for (const anomaly of expected) expect(shownBy(right)).not.toContain(anomaly);
  });

  it('break the promises that exclude what they cause', () => {
    for (const [wrong, , place] of cases) {
      const { anomalies, brokenPromises } = runOf(wrong, place).record.result;
      const broken = brokenPromises.map(({ promise }) => promise);
      for (const { anomaly } of anomalies) {
        const excluding = exclusions[anomaly];
        const made = excluding === 'always' ? [] : excluding.filter((name) => wrong.promises[name] !== false);
        expect(broken).toEqual(expect.arrayContaining(made));
      }
    }
  });
});

it('anomalies runs workloads that there are', () => {
  for (const name of anomalyWorkloads) expect(named(workloads, name).name).toBe(name);
});
