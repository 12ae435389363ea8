import { describe, expect, it } from 'vitest';
import type { Suite, TrialRecord, TrialResult } from '../../src/contract/index.ts';
import { notesOn, suiteFailures, SuiteTally } from '../../src/experiment/index.ts';
import { losing, suite, trialRecord, trialResult } from '../support/hand-made.ts';

const plain = suite().strategies[0]!;
const canary = { ...plain, label: 'canary', canary: true };

function tallyOf(of: Suite, records: readonly TrialRecord[]): SuiteTally {
  const tally = new SuiteTally(of);
  for (const record of records) tally.add(record);
  return tally;
}

function failuresOf(of: Suite, records: readonly TrialRecord[]): readonly string[] {
  return suiteFailures(of, tallyOf(of, records).cellsByWorkload());
}

const trials = (count: number, differs: Partial<TrialResult>, lost = 0): readonly TrialRecord[] =>
  Array.from({ length: count }, (_each, index) => losing(lost, 4, { seed: index + 1, ...differs }));

describe('a run as a whole', () => {
  const withCanary = suite({ strategies: [canary] });
  const byCanary = { strategy: 'canary' };

  it('fails when a canary loses nothing on a contended workload: the harness has gone blind', () => {
    const failures = failuresOf(withCanary, trials(20, byCanary));
    expect(failures).toEqual([expect.stringContaining('canary is a canary and lost nothing on talk')]);
  });

  it('trusts a canary that loses once', () => {
    expect(failuresOf(withCanary, [...trials(20, byCanary), losing(1, 4, byCanary)])).toEqual([]);
  });

  it('does not expect losses of a strategy that is no canary, or where nobody contends', () => {
    const quiet = suite({ strategies: [canary], workloads: [{ ...suite().workloads[0]!, contended: false }] });
    expect(failuresOf(suite(), trials(20, {}))).toEqual([]);
    expect(failuresOf(quiet, trials(20, byCanary))).toEqual([]);
  });

  it('does not judge by a few trials, nor by one agent alone', () => {
    expect(failuresOf(withCanary, trials(3, byCanary))).toEqual([]);
    expect(failuresOf({ ...withCanary, agents: 1 }, trials(20, byCanary))).toEqual([]);
  });

  it('does not count void trials as evidence', () => {
    expect(failuresOf(withCanary, trials(20, { ...byCanary, failure: 'boom' }))).toEqual([]);
  });

  it('fails when a workload never produced its conflict', () => {
    const failures = failuresOf(suite(), trials(20, { exercised: false }));
    expect(failures).toEqual([expect.stringContaining('talk never produced its conflict')]);
  });

  it('fails when a strategy that takes grants back never did, in many trials with crashes and with stalls', () => {
    const faults = ['crash', 'busy'].map((name) => ({ name, summary: name, survivable: true }));
    const withFaults = suite({ faults, strategies: [{ ...plain, reclaims: true }] });
    const under = (name: string, differs: Partial<TrialResult> = {}): readonly TrialRecord[] =>
      trials(200, { faults: name, faultsStruck: 2, ...differs });
    const failures = (...records: readonly TrialRecord[]): readonly string[] => failuresOf(withFaults, records);
    expect(failures(...under('crash'), ...under('busy'))).toEqual([
      'plain never took a grant back in 400 trials with faults',
    ]);
    const { reclaims } = trialResult();
    const once = trialRecord({ faults: 'crash', reclaims: { ...reclaims, heartbeat: { true: 0, false: 1 } } });
    expect(failures(...under('crash'), ...under('busy'), once)).toEqual([]);
    const victim = trialRecord({ faults: 'crash', reclaims: { ...reclaims, deadlock: { true: 0, false: 1 } } });
    expect(failures(...under('crash'), ...under('busy'), victim)).toHaveLength(1);
    expect(failures(...under('crash'), ...under('crash'))).toEqual([]);
    expect(failures(...under('crash').slice(0, 150), ...under('busy').slice(0, 150))).toEqual([]);
    const quiet = { ...withFaults, workloads: [{ ...suite().workloads[0]!, contended: false }] };
    expect(failuresOf(quiet, [...under('crash'), ...under('busy')])).toEqual([]);
    expect(failuresOf(suite({ faults }), [...under('crash'), ...under('busy')])).toEqual([]);
  });

  it('notes turns that were given up: nobody knows what they would have lost', () => {
    const notes = notesOn(tallyOf(suite(), [trialRecord({ gaveUp: 4 })]).cells());
    expect(notes).toEqual(['unfinished: plain under none has 4 turns that were given up']);
  });

  it('notes a strategy that was restored but never really rolled back', () => {
    const restored = trialRecord({ restores: { struck: 3, rolledBack: 0 } });
    const rolledBack = trialRecord({ restores: { struck: 3, rolledBack: 1 } });
    expect(notesOn(tallyOf(suite(), [restored]).cells())).toEqual([expect.stringContaining('not exercised: plain')]);
    expect(notesOn(tallyOf(suite(), [restored, rolledBack]).cells())).toEqual([]);
  });
});

describe('the verdict on a run', () => {
  const verdictOn = (record: TrialRecord): string => tallyOf(suite(), [record]).verdict();
  const broken = { brokenPromises: [{ promise: 'converges', evidence: 'two states' }] } as const;

  it('is kept when nothing broke', () => {
    expect(verdictOn(losing(2, 4))).toBe('kept');
  });

  it('is broken when a promise broke or a strategy failed', () => {
    expect(verdictOn(trialRecord(broken))).toBe('broken');
    expect(verdictOn(trialRecord({ failure: 'strategy plain: boom' }))).toBe('broken');
  });

  it('is broken when an invariant of protocols was violated', () => {
    const violation = { invariant: 'SingleWriter', atMs: 3, violation: 'two hold x' } as const;
    expect(verdictOn(trialRecord({ protocolViolations: [violation] }))).toBe('broken');
  });

  it('tells a bad workload and a harness that failed from a bad strategy', () => {
    const failed = trialRecord({ failure: 'boom' });
    expect(verdictOn({ ...failed, culprit: 'workload' })).toBe('bad-workload');
    expect(verdictOn({ ...failed, culprit: 'harness' })).toBe('harness-failed');
  });
});

describe('cells', () => {
  it('fold all workloads, and stand one by one', () => {
    const two = suite({ workloads: [suite().workloads[0]!, { ...suite().workloads[0]!, label: 'shout' }] });
    const tally = tallyOf(two, [losing(1, 4), losing(2, 4, { workload: 'shout' })]);
    expect(tally.cells().map(({ workload, fates }) => [workload, fates.lost])).toEqual([[null, 3]]);
    expect(tally.cellsByWorkload().map(({ workload, fates }) => [workload, fates.lost])).toEqual([
      ['talk', 1],
      ['shout', 2],
    ]);
  });
});
