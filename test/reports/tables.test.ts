import { describe, expect, it } from 'vitest';
import type { RunReport, TrialRecord, TrialResult } from '../../src/contract/index.ts';
import { paintWith, tables } from '../../reports/index.ts';
import { losing, noRefusals, runReport, suite, trialRecord, trialResult } from '../support/hand-made.ts';

function show(report: RunReport, by: 'strategy' | 'workload' = 'strategy', colours = false): string {
  return tables.map((table) => table({ report, by, paint: paintWith(colours) })).join('\n\n');
}

const show20 = (records: readonly TrialRecord[]): string => show(runReport(suite(), records));
const broken = { brokenPromises: [{ promise: 'converges', evidence: 'a1 and a2 differ' }] } as const;

describe('the tables', () => {
  it('begin with what is needed to run the same again', () => {
    const lines = show20([trialRecord()]).split('\n');
    expect(lines[0]).toBe('lostwrites 1.2.3, node v20.20.0, configuration abcdef012345');
    expect(lines[1]).toContain('npm run bench');
    expect(lines[2]).toContain('seeds 1 to 20');
  });

  it('mark everything simulated as simulated', () => {
    const text = show20([trialRecord()]);
    expect(text).toMatch(/inputs +simulated:/);
    expect(text).toMatch(/model +gpt-5-mini, simulated:/);
    expect(text).toContain('(simulated)');
  });

  it('say what is lost of what was committed, with its interval, and how the result was reached', () => {
    const text = show20([losing(1, 10, { outcome: 'corrupted' }), losing(0, 10), losing(0, 10)]);
    expect(text).toContain('1/30');
    expect(text).toMatch(/3\.3% \[\d+\.\d+-\d+\.\d+\]/);
    expect(text).toContain('corrupted 33%');
    expect(text).toContain('auto-merged 67%');
  });

  it('say what the trials were put through, and which restores really took something back', () => {
    const restores = { struck: 3, rolledBack: 2 };
    const judgements = { right: 0, wrong: 0, abstained: 0, failed: 4 };
    const struck = { faultsStruck: 5, restores, callsFailed: 2, judgements };
    const text = show20([trialRecord(struck), trialRecord({ exercised: false })]);
    expect(text).toMatch(/plain +none +2 +1 +5 +6 +3 +2\n/);
  });

  it('split refusals by cause, and show the causes that occur', () => {
    const refusals = { ...noRefusals, 'version-mismatch': 2, busy: 1 };
    const text = show20([trialRecord({ attempts: 9, refusals }), trialRecord({ attempts: 4 })]);
    expect(text).toMatch(/plain +none +13 +3 +2 +1\n/);
    expect(text).not.toContain('deadlock');
    expect(show20([trialRecord()])).toContain('Refused attempts, by cause: none');
  });

  it('say what agents repeated and what they forgot, where there is anything to say', () => {
    const trials = [trialRecord({ turnsRepeated: 2, checkpointsSetAside: 1 }), trialRecord({ turnsForgotten: 3 })];
    const text = show(runReport(suite({ recovery: 'window' }), trials));
    expect(text).toMatch(/^recovery window$/m);
    expect(text).toMatch(/recovery window\n[^]*plain +none +2 +3 +1\n/);
    expect(show20([trialRecord()])).toContain('recovery checkpoint: none forgotten, none repeated that had landed');
  });

  it('claim no loss only as surely as the number of trials allows', () => {
    expect(show20([losing(0, 1_000)])).toMatch(/0% \[0-79\.\d\]/);
  });

  it('show a broken promise where it was broken, with the command that replays the worst trial', () => {
    const text = show20([losing(0, 9, { seed: 3 }), losing(0, 9, { seed: 4, ...broken })]);
    expect(text).toMatch(/BROKEN 1/);
    expect(text).toContain(
      'npm run bench -- replay --strategy plain --workload talk --faults none --seed 4  ' +
        '# converges broke in 1 trial of 2, here: a1 and a2 differ',
    );
  });

  it('show a void trial with its name and its command', () => {
    const text = show20([trialRecord({ seed: 8, failure: 'strategy plain: boom' })]);
    expect(text).toContain('1 FAILED');
    expect(text).toMatch(/replay .* --seed 8 .*1 trial failed of 1, here: strategy plain: boom/);
    expect(text).not.toContain('Every promise was kept');
  });

  it('point to the worst loss of a strategy that never promised to keep writes', () => {
    const text = show20([losing(2, 9, { seed: 5 }), losing(4, 9, { seed: 6 })]);
    expect(text).toContain('Every promise was kept');
    expect(text).toMatch(/never promised[^]*--seed 6 {2}# loses 4 writes/);
  });

  const twoHolders = { invariant: 'SingleWriter', atMs: 3_000, violation: 'two hold x' } as const;

  it('show in how many trials each invariant of protocols held, and where one was first violated', () => {
    const exercised = (seed: number, differs: Partial<TrialResult> = {}): TrialRecord => ({
      ...trialRecord({ seed, ...differs }),
      invariantsExercised: ['SingleWriter', 'FencedWrites'],
    });
    const held = show20([exercised(1), exercised(2)]);
    expect(held).toMatch(/SingleWriter +2\nFencedWrites +2\n/);
    expect(held).toContain('Every promise was kept, every invariant held');
    const violated = show20([exercised(1), exercised(3, { protocolViolations: [twoHolders] }), exercised(2)]);
    expect(violated).toMatch(/SingleWriter +VIOLATED 1\nFencedWrites +3\n/);
    expect(violated).toContain('plain violates SingleWriter in 1 trial, first at 3.00 s: two hold x\n');
    expect(violated).toMatch(
      /replay .*--seed 3 {2}# SingleWriter was violated in 1 trial of 3, here: SingleWriter: two hold x/,
    );
    expect(show20([trialRecord()])).toContain('no strategy reported anything to judge');
  });

  it('show what is given up instead of writes, and grants taken from the dead apart from those of the living', () => {
    const { reclaims } = trialResult();
    const record = trialRecord({
      attempts: 8,
      refusals: { ...noRefusals, 'other-holder': 2 },
      blockedMs: 16_000,
      wastedThinkMs: 5_000,
      grants: 6,
      reclaims: {
        ...reclaims,
        heartbeat: { true: 3, false: 1 },
        expired: { true: 1, false: 0 },
        deadlock: { true: 7, false: 7 },
      },
    });
    expect(show20([record])).toMatch(/plain +none +25\.0 +2\.00 s +5\.00 s +0 +0 +4 +1 +- +-\n/);
    expect(show20([trialRecord()])).toMatch(/plain +none +- +- +0 +0 +0 +- +- +- +-\n/);
  });

  it('say what was not promised, and what only under some faults', () => {
    const faults = [...suite().faults, { name: 'crash', summary: 'crashes', survivable: true }];
    const text = show(runReport(suite({ faults }), [trialRecord()]));
    expect(text).toContain('not made');
    expect(text).toContain('kept*');
    expect(text).toContain('* plain promises serializable only under none');
  });

  it('call a promise untested that no valid trial could break', () => {
    expect(show20([trialRecord({ failure: 'boom' })])).toContain('not tested');
    const crash = [{ name: 'crash', summary: 'crashes', survivable: true }];
    expect(show(runReport(suite({ faults: crash }), [trialRecord({ faults: 'crash' })]))).toContain('not tested');
  });

  it('carry suite failures and notes', () => {
    const report = runReport(suite(), [trialRecord()], { suiteFailures: ['gone blind'], notes: ['not exercised'] });
    expect(show(report)).toMatch(/SUITE {2}gone blind[^]*Notes\nnot exercised/);
    expect(show(report)).not.toContain('Every promise was kept');
  });

  it('show laws of the workload that were broken, and what else was found, but no empty rows', () => {
    const brokenInvariants = [{ name: 'counters add up', violation: '5 is not 6' }];
    const text = show20([trialRecord({ brokenInvariants, converged: false, duplicates: 3 }), trialRecord()]);
    expect(text).toMatch(/plain +writes that stand more than once +3\n/);
    expect(text).toMatch(/trials against the law "counters add up" +1\n/);
    expect(text).not.toContain('did not come to rest');
    expect(show20([trialRecord()])).toContain('Beside the anomalies: nothing');
  });

  it('say at the top that a run was stopped', () => {
    const report = runReport(suite(), [trialRecord()], { partial: true, trials: { done: 1, planned: 20 } });
    expect(show(report)).toMatch(/^PARTIAL: stopped after 1 of 20 trials/);
  });

  it('stand once per workload when asked', () => {
    const workloads = ['talk', 'shout'].map((label) => ({ ...suite().workloads[0]!, label }));
    const report = runReport(suite({ workloads }), [losing(1, 4), losing(2, 4, { workload: 'shout' })]);
    expect(show(report)).not.toContain('interval: talk');
    expect(show(report, 'workload')).toMatch(/interval: talk[^]*1\/4[^]*interval: shout[^]*2\/4/);
  });

  it('have no colour codes unless they are asked for', () => {
    const report = runReport(suite(), [losing(1, 4, broken)]);
    expect(show(report)).not.toContain('\u001b');
    expect(show(report, 'strategy', true)).toContain('\u001b[');
  });

  it('fit into 120 columns with seven strategies and four fault profiles', () => {
    const strategies = ['serial', 'blind-put', 'lww', 'crdt-cell', 'loro', 'yjs', 'llm-transactional'].map((label) => ({
      ...suite().strategies[0]!,
      label,
    }));
    const faults = ['none', 'crash', 'busy', 'restore'].map((name) => ({ ...suite().faults[0]!, name }));
    const records = strategies.flatMap(({ label: strategy }) =>
      faults.flatMap(({ name }) => [
        losing(2_345, 9_876, { strategy, faults: name, outcome: 'corrupted', blockedMs: 99_999, attempts: 3 }),
        losing(0, 9_876, { strategy, faults: name, escalations: { raised: 99, true: 88, false: 77, missed: 66 } }),
      ]),
    );
    const drawn = show(runReport(suite({ strategies, faults }), records)).split('\n');
    const tooLong = drawn.filter((line) => line.length > 120 && !/^(npm run|inputs|model)/.test(line));
    expect(tooLong).toEqual([]);
  });
});
