import { describe, expect, it } from 'vitest';
import { field, seconds, type Json, type MergeStrategy, type WriteDraft } from '../../src/contract/index.ts';
import { draftPlan } from '../../src/experiment/index.ts';
import { occ } from '../../strategies/occ.ts';
import { tally } from '../../workloads/tally.ts';
import { FakeCluster, type FakeAttempt, type FakeTurn } from '../support/fake-host.ts';
import { planOf, reported, run, status, turn } from '../support/plans.ts';
import { complaintsAbout, total, trialsOf } from '../support/trials.ts';
import { defaultModel } from '../../src/simulator/index.ts';

const configured = (validate: string, maxRetries: number): MergeStrategy => occ.configure!({ validate, maxRetries });
const set = (name: string, value: Json): WriteDraft => ({ field: field(name), kind: 'scalar', value });
const line = (name: string, text: string): WriteDraft => ({ field: field(name), kind: 'append_text', value: [text] });
const doing = (reads: readonly string[], ...drafts: WriteDraft[]): FakeTurn => ({ reads, writes: () => drafts });
const blindly = (...drafts: WriteDraft[]): FakeTurn => ({ writes: () => drafts });

class Team {
  readonly cluster: FakeCluster;

  constructor(strategy: MergeStrategy, agents: number) {
    this.cluster = new FakeCluster(strategy, agents);
  }

  begin(agent: number, turn: FakeTurn, repeat = false): FakeAttempt {
    const attempt = this.cluster.machine(agent).begin(turn, repeat);
    this.cluster.settle();
    return attempt;
  }

  finish(agent: number, attempt: FakeAttempt, turn: FakeTurn): FakeAttempt {
    this.cluster.machine(agent).write(attempt, turn);
    this.cluster.machine(agent).commit(attempt);
    this.cluster.settle();
    return attempt;
  }

  run(agent: number, turn: FakeTurn): FakeAttempt {
    return this.finish(agent, this.begin(agent, turn), turn);
  }

  get hub() {
    return this.cluster.machines.at(-1)!;
  }
}

const committed = { kind: 'committed' };
const stale = (...fields: string[]) => ({ kind: 'conflict', cause: 'version-mismatch', fields });

describe('a commit whose basis has changed', () => {
  it('is refused by the names of the fields, and nothing of the turn is applied', () => {
    const team = new Team(occ, 2);
    const both = doing(['plan', 'log'], set('plan', 'late'), line('log', 'late'));
    const late = team.begin(1, both);
    team.run(0, doing(['plan'], set('plan', 'early')));
    expect(team.finish(1, late, both).outcome).toEqual(stale('plan'));
    expect(team.hub.state().fields).toMatchObject([{ field: 'plan', value: 'early' }]);
  });

  it('makes the agent think again, and only then lands', () => {
    const history = run(occ, planOf([turn()], [turn({ pauseMicros: seconds(1) })]));
    expect(history.attempts.map(({ tx, outcome }) => [tx.agent, tx.attempt, outcome?.kind])).toEqual([
      ['a1', 1, 'committed'],
      ['a2', 1, 'conflict'],
      ['a2', 2, 'committed'],
    ]);
  });

  it('is told with the next read: thinking on would be in vain', () => {
    const team = new Team(occ, 2);
    const first = team.begin(1, doing(['plan'], set('plan', 'late')));
    team.run(0, doing(['plan'], set('plan', 'early')));
    team.cluster
      .machine(1)
      .up()
      .read(first.tx, [field('other')]);
    team.cluster.settle();
    expect(first.outcome).toEqual(stale('plan'));
  });

  it('is refused although the hub has lost its memory since', () => {
    const team = new Team(occ, 2);
    const turn = doing(['plan'], set('plan', 'late'));
    const late = team.begin(1, turn);
    team.run(0, doing(['plan'], set('plan', 'early')));
    team.hub.crash();
    team.hub.restart();
    expect(team.finish(1, late, turn).outcome).toEqual(stale('plan'));
  });

  it('may be one that was judged together with another: they are judged one after the other', () => {
    const team = new Team(occ, 2);
    const [one, two] = [doing(['x', 'y'], line('y', 'one')), doing(['x', 'y'], line('x', 'two'))];
    const attempts = [team.begin(0, one), team.begin(1, two)];
    for (const [agent, turn] of [one, two].entries()) {
      team.cluster.machine(agent).write(attempts[agent]!, turn);
      team.cluster.machine(agent).commit(attempts[agent]!);
    }
    team.cluster.deliver();
    team.cluster.deliver();
    team.cluster.settle();
    expect(attempts.map(({ outcome }) => outcome)).toEqual([committed, stale('y')]);
  });
});

describe('the pause before the next attempt', () => {
  it('is 0, 1, 2, 4, 8, 16 and again 16 s long, give or take a half', () => {
    const busybody = Array.from({ length: 60 }, () => turn());
    const patient = { ...turn().steps[0]!, thinkMicros: seconds(25) };
    const history = run(configured('reads-and-writes', 7), planOf(busybody, [turn({ steps: [patient] }, 'patient')]));
    const attempts = history.attempts.filter(({ tx }) => tx.agent === 'a2');
    const pauses = attempts.map(({ committedAt, endedAt }) => (endedAt - (committedAt ?? 0)) / 1_000_000);
    expect(attempts.map(({ outcome }) => outcome?.kind)).toEqual([...Array<string>(7).fill('conflict'), 'escalated']);
    [0, 1, 2, 4, 8, 16, 16].forEach((ticks, index) => {
      expect(pauses[index]).toBeGreaterThanOrEqual(ticks * 0.5);
      expect(pauses[index]).toBeLessThan(ticks * 1.5 + 0.2);
    });
    expect(pauses.slice(3, 7).some((pause, index) => Math.abs(pause / [4, 8, 16, 16][index]! - 1) > 0.1)).toBe(true);
  });
});

describe('an agent whose last attempt fails', () => {
  const once = configured('reads-and-writes', 0);

  function exhausted(late: FakeTurn = doing(['plan'], set('plan', 'late'))): Team {
    const team = new Team(once, 3);
    const attempt = team.begin(1, late);
    team.run(0, doing(['plan'], set('plan', 'early')));
    const ids = team.finish(1, attempt, late).writes.map(({ id }) => id);
    expect(attempt.outcome).toEqual({ kind: 'escalated', writes: ids });
    return team;
  }

  it('hears that a person will decide: both values stand in an escalation, the earlier one in force', () => {
    expect(exhausted().hub.state()).toMatchObject({
      fields: [{ field: 'plan', value: 'early' }],
      escalations: [{ field: 'plan', contenders: [{ value: 'early' }, { value: 'late' }] }],
    });
  });

  it('is set aside as a whole, also what nobody contended for and what would merge', () => {
    const team = exhausted(doing(['plan', 'log'], set('plan', 'late'), line('log', 'late'), set('own', 1)));
    const { fields, escalations } = team.hub.state();
    expect(fields.map((state) => state.field)).toEqual(['plan']);
    expect(escalations.map(({ field, contenders }) => [field, contenders.length])).toEqual([
      ['log', 1],
      ['own', 1],
      ['plan', 2],
    ]);
  });

  it('is settled by a later write that has seen both', () => {
    const team = exhausted();
    const settling = doing(['plan'], set('plan', 'settled'));
    const attempt = team.begin(2, settling);
    expect(attempt.view?.escalations).toHaveLength(1);
    expect(team.finish(2, attempt, settling).outcome).toEqual(committed);
    expect(team.hub.state()).toMatchObject({ fields: [{ value: 'settled' }], escalations: [] });
  });

  it('is not settled by a write that has not seen it', () => {
    const team = new Team(configured('reads-and-writes', 1), 3);
    const late = doing(['plan'], set('plan', 'late'));
    team.begin(1, late);
    const early = team.begin(2, late);
    team.run(0, doing(['plan'], set('plan', 'early')));
    const last = team.begin(1, late, true);
    team.run(0, doing(['plan'], set('plan', 'again')));
    expect(team.finish(1, last, late).outcome?.kind).toBe('escalated');
    expect(team.finish(2, early, late).outcome).toEqual(stale('plan'));
    const blind = team.run(0, blindly(set('plan', 'blind')));
    expect(blind.outcome).toEqual({ kind: 'conflict', cause: 'unread-overwrite', fields: ['plan'] });
    expect(team.hub.state().escalations).toHaveLength(1);
  });

  it('keeps waiting where later writes only add', () => {
    const team = exhausted(doing(['plan', 'log'], line('log', 'late')));
    expect(team.run(0, doing(['log'], line('log', 'later'))).outcome).toEqual(committed);
    expect(team.hub.state()).toMatchObject({
      fields: [{ field: 'log', lines: [{ value: 'later' }] }, { field: 'plan' }],
      escalations: [{ field: 'log', contenders: [{ value: ['late'] }] }],
    });
  });

  it('keeps waiting where another kind of value takes an undeclared field', () => {
    const team = exhausted(doing(['plan', 'topic'], set('topic', 'late')));
    expect(team.run(0, doing(['topic'], line('topic', 'later'))).outcome).toEqual(committed);
    expect(team.hub.state().escalations).toMatchObject([{ field: 'topic', contenders: [{ value: 'late' }] }]);
  });

  it('is remembered over a restart of the hub', () => {
    const team = exhausted();
    const before = team.hub.state();
    team.hub.crash();
    team.hub.restart();
    expect(team.hub.state()).toEqual(before);
  });

  it('is shown what it asks for although it can not be committed any more', () => {
    const team = new Team(once, 2);
    const turn = doing(['plan'], set('plan', 'late'));
    const last = team.begin(1, turn);
    team.run(0, doing(['plan'], set('plan', 'early')));
    team.cluster
      .machine(1)
      .up()
      .read(last.tx, [field('plan')]);
    team.cluster.settle();
    expect(last.view?.fields).toMatchObject([{ value: 'early' }]);
    expect(team.finish(1, last, turn).outcome?.kind).toBe('escalated');
  });
});

describe('a value that nobody has shown to the agent', () => {
  it('is not overwritten, unless it is its own', () => {
    const team = new Team(occ, 2);
    expect(team.run(0, blindly(set('plan', 'one'))).outcome).toEqual(committed);
    expect(team.run(0, blindly(set('plan', 'two'))).outcome).toEqual(committed);
    const blind = team.run(1, blindly(set('plan', 'three')));
    expect(blind.outcome).toEqual({ kind: 'conflict', cause: 'unread-overwrite', fields: ['plan'] });
  });
});

describe('two agents who read both of two fields and write one each', () => {
  function skew(validate: string): readonly unknown[] {
    const team = new Team(configured(validate, 3), 2);
    const [one, two] = [doing(['x', 'y'], set('y', 1)), doing(['x', 'y'], set('x', 2))];
    const [first, second] = [team.begin(0, one), team.begin(1, two)];
    return [team.finish(0, first, one).outcome, team.finish(1, second, two).outcome];
  }

  it('do not both land when reads are validated', () => {
    expect(skew('reads-and-writes')).toEqual([committed, stale('y')]);
    expect(occ.promises.serializable).toBe('survivable');
  });

  it('both land when only writes are: write skew, which is not promised to be serializable', () => {
    expect(skew('writes')).toEqual([committed, committed]);
    expect(configured('writes', 3).promises.serializable).toBe(false);
  });

  it('do not both land when one of them has read its own field twice, in two versions', () => {
    const team = new Team(configured('writes', 3), 2);
    const late = doing(['x'], set('x', 'by the first version'));
    const attempt = team.begin(1, late);
    team.run(0, doing(['x'], set('x', 'the second version')));
    team.cluster
      .machine(1)
      .up()
      .read(attempt.tx, [field('x')]);
    team.cluster.settle();
    expect(team.finish(1, attempt, late).outcome).toEqual(stale('x'));
  });
});

describe('the promises of occ', () => {
  it.each(['status-race', 'mixed', 'notes', 'tally', 'values'])('hold in %s under every fault', (workload) => {
    const faults = ['none', 'crash', 'busy', 'restore'];
    const variants = [occ, configured('writes', 1)];
    const trials = variants.flatMap((strategy) => faults.flatMap((name) => trialsOf(strategy, workload, name, 3)));
    expect(complaintsAbout(trials)).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('make 115 of 100, 10 and 5 (seed %i)', (seed) => {
    const { finals } = run(occ, draftPlan(tally, { agents: 2, seed, model: defaultModel }), [], String(seed));
    expect(finals.map(({ state }) => state.fields)).toMatchObject(finals.map(() => [{ value: 115 }]));
  });

  it('cost nothing where nobody shares a field: no refusal, and no wait but for the way to the hub', () => {
    const trials = trialsOf(occ, 'disjoint', 'none', 4);
    expect(total(trials, ({ attempts }) => attempts)).toBe(4 * 4 * 4);
    expect(total(trials, ({ blockedMs }) => blockedMs)).toBeLessThan(4 * 4 * 4 * 200);
  });

  it('trace each accepted turn with a version that rises by one', () => {
    const history = run(occ, planOf([turn(), turn()], [turn({ pauseMicros: seconds(1) })]));
    const versions = reported(history).flatMap((event) =>
      event.kind === 'accept' && event.field === status ? [event.version] : [],
    );
    expect(versions).toEqual([1, 2, 3]);
  });
});
