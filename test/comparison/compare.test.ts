import { describe, expect, it } from 'vitest';
import type { ComparedRun, Comparison, TrialResult } from '../../src/contract/index.ts';
import {
  compare,
  defaultRules,
  DoubledTrial,
  fromBaseline,
  parseRule,
  toBaseline,
  TrialTable,
  type ComparedTrials,
  type Rule,
} from '../../src/comparison/index.ts';
import { comparedRun, losing, trialResult } from '../support/hand-made.ts';

function runOf(rows: readonly TrialResult[], differs: Partial<ComparedRun> = {}): ComparedTrials {
  const trials = new TrialTable();
  for (const row of rows) trials.add(row);
  return { run: comparedRun(differs), trials };
}

/** A trial of the seed that has lost so many of its 9 committed writes. */
function lost(count: number, seed: number, differs: Partial<TrialResult> = {}): TrialResult {
  return losing(count, 9, { seed, ...differs }).result;
}

function rulesNamed(...texts: readonly string[]): readonly Rule[] {
  return texts.map((text) => {
    const parsed = parseRule(text);
    if (!('rule' in parsed)) throw new Error(`${text} is no rule`);
    return parsed.rule;
  });
}

function compared(
  before: readonly TrialResult[],
  after: readonly TrialResult[],
  rules: readonly Rule[] = defaultRules,
  differs: Partial<ComparedRun> = {},
): Comparison {
  return compare(runOf(before, differs), runOf(after, differs), rules);
}

const only = (comparison: Comparison, metric: string): Comparison['changes'] =>
  comparison.changes.filter((change) => change.metric === metric);

describe('a comparison of two runs', () => {
  it('finds nothing in the same trials in another order', () => {
    const trials = [lost(1, 1), lost(0, 2), lost(2, 1, { workload: 'other' })];
    const comparison = compared(trials, trials.toReversed());
    expect(comparison).toMatchObject({ changes: [], missing: [], added: [], pairs: 3, cells: 2, verdict: 'kept' });
  });

  it('names the cell, the metric and the trial of one write more that is lost', () => {
    const before = [lost(0, 1), lost(1, 2), lost(1, 3), lost(5, 1, { faults: 'crash' })];
    const after = [lost(0, 1), lost(3, 2), lost(0, 3), lost(5, 1, { faults: 'crash' })];
    const [change, ...others] = only(compared(before, after), 'lost');
    expect(others).toEqual([]);
    expect(change).toMatchObject({ from: 2, to: 3, pairs: 3, changed: 2, direction: 'worse', breaks: ['lost:+0'] });
    expect(change).toMatchObject({ cell: { strategy: 'plain', workload: 'talk', faults: 'none', agents: 2 } });
    expect(change?.largest).toMatchObject({ spec: { seed: 2, faults: 'none', agents: null }, from: 1, to: 3 });
  });

  it('tells what is better, and lets it pass', () => {
    const comparison = compared([lost(2, 1), lost(1, 2)], [lost(0, 1), lost(1, 2)]);
    expect(comparison.verdict).toBe('kept');
    expect(only(comparison, 'lost')).toMatchObject([
      { from: 3, to: 1, direction: 'better', largest: { spec: { seed: 1 } } },
    ]);
  });

  it('tells what cancels out as neither', () => {
    const comparison = compared([lost(2, 1), lost(1, 2)], [lost(1, 1), lost(2, 2)]);
    expect(only(comparison, 'lost')).toMatchObject([{ from: 3, to: 3, changed: 2, direction: 'neither' }]);
    expect(comparison.verdict).toBe('kept');
  });

  it('puts what breaks a rule first, then what is worse, better and neither', () => {
    const before = [trialResult({ messages: 5, blockedMs: 100, grants: 1, tokens: 9 })];
    const after = [trialResult({ messages: 4, blockedMs: 106, grants: 2, tokens: 10 })];
    const { changes } = compared(before, after);
    expect(changes.map(({ metric }) => metric)).toEqual(['blockedMs', 'tokens', 'messages', 'grants']);
  });

  it('lets waiting grow by 5 percent and no further', () => {
    const verdicts = [105, 105.001].map((blockedMs) => {
      return compared([trialResult({ blockedMs: 100 })], [trialResult({ blockedMs })]).verdict;
    });
    expect(verdicts).toEqual(['kept', 'broken']);
  });

  it('takes fewer of what is good for worse', () => {
    const { verdict, changes } = compared([trialResult()], [trialResult({ settled: false })]);
    expect([verdict, changes[0]]).toMatchObject(['broken', { metric: 'settled', from: 1, to: 0, direction: 'worse' }]);
  });

  it('averages quantiles over the trials that have them in both runs', () => {
    const p99 = (seed: number, ms: number | null): TrialResult =>
      trialResult({ seed, latencyMs: { p50: null, p95: null, p99: ms, max: null } });
    const comparison = compared([p99(1, 10), p99(2, 30), p99(3, 500)], [p99(1, 12), p99(2, 31), p99(3, null)]);
    expect(comparison.changes).toMatchObject([{ metric: 'latencyMs.p99', from: 20, to: 21.5, pairs: 2 }]);
  });

  it('compares a void trial with nothing, and fails because it is void', () => {
    const { changes, verdict } = compared([lost(3, 1), lost(1, 2)], [lost(0, 1, { failure: 'it broke' }), lost(1, 2)]);
    expect(changes).toMatchObject([{ metric: 'failed', from: 0, to: 1, breaks: ['failed:+0'] }]);
    expect(verdict).toBe('broken');
  });

  it('sums in whole numbers, so that a file of another order gives the same', () => {
    const trials = (micros: readonly number[]): readonly TrialResult[] =>
      micros.map((each, index) => trialResult({ seed: index, blockedMs: each / 1_000 }));
    const [change] = compared(trials([100, 200, 300]), trials([100, 200, 400])).changes;
    expect([change?.from, change?.to]).toEqual([0.6, 0.7]);
  });

  it('refuses a trial that stands twice', () => {
    expect(() => runOf([lost(0, 1), lost(0, 1)])).toThrow(DoubledTrial);
  });
});

describe('canaries', () => {
  const canaries = { canaries: ['plain'] };

  it('fail when they stop losing, whatever the rules are', () => {
    const { changes, verdict } = compared([lost(2, 1), lost(1, 2)], [lost(0, 1), lost(0, 2)], [], canaries);
    expect([verdict, changes[0]?.breaks]).toEqual(['broken', ['a canary must lose']]);
  });

  it('may lose less, and need not lose where they never did', () => {
    const before = [lost(2, 1), lost(0, 1, { workload: 'quiet' })];
    const after = [lost(1, 1), lost(0, 1, { workload: 'quiet' })];
    expect(compared(before, after, defaultRules, canaries).verdict).toBe('kept');
  });

  it('are above no limit', () => {
    const rules = rulesNamed('lost>0');
    expect(compared([lost(2, 1)], [lost(2, 1)], rules, canaries).verdict).toBe('kept');
    expect(compared([lost(2, 1)], [lost(2, 1)], rules).verdict).toBe('broken');
  });
});

describe('rules', () => {
  it('hold against a limit cells that are new as well, and name their worst trial', () => {
    const after = [lost(1, 1), lost(1, 1, { workload: 'new' }), lost(3, 2, { workload: 'new' })];
    const { excesses, changes } = compared([lost(1, 1)], after, rulesNamed('lost>2'));
    expect(changes).toEqual([]);
    expect(excesses).toMatchObject([
      { cell: { workload: 'new' }, value: 4, trials: 2, rule: 'lost>2', largest: { spec: { seed: 2 }, value: 3 } },
    ]);
  });

  it('let a cell get worse by what they allow', () => {
    const verdictWith = (rule: string): string => compared([lost(4, 1)], [lost(6, 1)], rulesNamed(rule)).verdict;
    expect(['lost:+1', 'lost:+2', 'lost:+49%', 'lost:+50%'].map(verdictWith)).toEqual([
      'broken',
      'kept',
      'broken',
      'kept',
    ]);
  });

  it('fail for missing and new trials only if asked', () => {
    const [before, after] = [
      [lost(0, 1), lost(0, 2)],
      [lost(0, 2), lost(0, 2, { agents: 3 })],
    ];
    const comparison = compared(before, after);
    expect(comparison).toMatchObject({ verdict: 'kept', pairs: 1 });
    expect(comparison.missing).toMatchObject([{ cell: { workload: 'talk' }, trials: 1, whole: false }]);
    expect(comparison.added).toMatchObject([{ cell: { agents: 3 }, trials: 1, whole: true }]);
    expect(compared(before, after, rulesNamed('missing')).brokenGapRules).toEqual(['missing']);
    expect(compared(before, after, rulesNamed('new')).verdict).toBe('broken');
  });

  it('leave it undecided where the later run is not whole, or lacks what they are about', () => {
    const [before, after] = [runOf([lost(1, 1)]), runOf([lost(1, 1)], { partial: true })];
    expect(compare(before, after, defaultRules).verdict).toBe('undecided');
    const old = fromBaseline({ ...toBaseline(before), metrics: [], cells: [] }, 'old.json');
    expect(compare(old, before, rulesNamed('lost:+0'))).toMatchObject({
      uncheckedRules: ['lost:+0'],
      verdict: 'undecided',
    });
  });

  it.each([
    ['lots:+0', { wrong: 'metric', metric: 'lots' }],
    ['lost', { wrong: 'form' }],
    ['lost:+', { wrong: 'form' }],
    ['lost:-1', { wrong: 'form' }],
    ['lost>1%', { wrong: 'form' }],
    ['committed:+0', { wrong: 'direction', metric: 'committed' }],
  ])('are refused if they say nothing that can be checked: %s', (text, wrong) => {
    expect(parseRule(text)).toEqual(wrong);
  });

  it('by default can all be checked', () => {
    expect(rulesNamed(...defaultRules.map(({ text }) => text))).toEqual(defaultRules);
  });
});

describe('a baseline', () => {
  it('says of a run what the run says itself', () => {
    const trials = [
      lost(1, 1),
      lost(0, 3, { blockedMs: 1.5, grants: 7 }),
      lost(2, 7, { workload: 'other', failure: 'it broke' }),
    ];
    const run = runOf(trials, { canaries: ['plain'] });
    const read = fromBaseline(toBaseline(run), 'baseline.json');
    expect(compare(read, run, defaultRules)).toMatchObject({ changes: [], missing: [], added: [], pairs: 3 });
    expect(toBaseline(read)).toEqual(toBaseline(run));
    expect(compare(read, runOf([lost(1, 1), lost(1, 3)]), defaultRules).changes).toMatchObject([
      { metric: 'lost', from: 1, to: 2, largest: { spec: { seed: 3 } } },
      { metric: 'blockedMs', direction: 'better' },
    ]);
  });

  it('writes a metric that is the same in all trials as one number', () => {
    const { metrics, cells } = toBaseline(runOf([lost(1, 1), lost(1, 2), lost(0, 3, { usd: null })]));
    const columnOf = (name: string): unknown => cells[0]?.columns[metrics.indexOf(name)];
    expect([columnOf('lost'), columnOf('usd'), columnOf('duplicates')]).toEqual([[1, 1, 0], [0, 0, null], 0]);
    expect(metrics).not.toContain('committed');
  });
});
