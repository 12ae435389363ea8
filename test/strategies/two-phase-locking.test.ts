import { describe, expect, it } from 'vitest';
import {
  field,
  seconds,
  type FieldName,
  type History,
  type MergeStrategy,
  type Plan,
  type Step,
  type Turn,
} from '../../src/contract/index.ts';
import { draftPlan } from '../../src/experiment/index.ts';
import { twoPhaseLocking } from '../../strategies/two-phase-locking.ts';
import { tally } from '../../workloads/tally.ts';
import { FakeCluster, type FakeTurn } from '../support/fake-host.ts';
import { atTime, planOf, reported, run, status, turn } from '../support/plans.ts';
import { complaintsAbout, total, trialsOf } from '../support/trials.ts';
import { defaultModel } from '../../src/simulator/index.ts';

const byName: MergeStrategy = twoPhaseLocking.configure!({ order: 'by-name' });
const [x, y] = [field('x'), field('y')];

function step(reads: readonly FieldName[], writes: readonly FieldName[], thinkSeconds = 10): Step {
  return {
    reads,
    thinkMicros: seconds(thinkSeconds),
    write: () => writes.map((name) => ({ field: name, kind: 'grow_set', value: [`${String(name)} ${reads.join()}`] })),
  };
}

function at(startSeconds: number, ...steps: readonly Step[]): Turn {
  return turn({ pauseMicros: seconds(startSeconds), steps });
}

function sets(...turns: readonly Turn[]): Plan {
  const fields = [x, y].map((name) => ({ field: name, kind: 'grow_set', meaning: 'what was found' }) as const);
  return { ...planOf(...turns.map((each) => [each])), schema: { fields } };
}

/** Agent, attempt and what it was told, in the order in which the attempts began. */
function told({ attempts }: History): readonly string[] {
  return attempts.map(({ tx, outcome }) => {
    const answer = outcome?.kind === 'conflict' ? outcome.cause : (outcome?.kind ?? 'nothing');
    return `${tx.agent} ${String(tx.attempt)} ${answer}`;
  });
}

const blockedSeconds = ({ attempts }: History, agent: string): number =>
  attempts.filter(({ tx }) => tx.agent === agent).reduce((sum, { blockedMicros }) => sum + blockedMicros, 0) / 1e6;

describe('locks', () => {
  it('let two agents read one field at the same time', () => {
    const history = run(twoPhaseLocking, sets(at(0, step([x], [])), at(1, step([x], []))));
    expect(blockedSeconds(history, 'a2')).toBeLessThan(0.2);
  });

  it('make a writer wait until the reader has committed', () => {
    const history = run(twoPhaseLocking, sets(at(0, step([x], [], 30)), at(1, step([], [x], 1))));
    expect(blockedSeconds(history, 'a2')).toBeGreaterThan(27);
    expect(told(history)).toEqual(['a1 1 committed', 'a2 1 committed']);
  });

  it('make a reader wait until the writer has committed, and show it what was written', () => {
    const history = run(twoPhaseLocking, sets(at(0, step([], [x], 1), step([], [y], 30)), at(5, step([x], []))));
    expect(blockedSeconds(history, 'a2')).toBeGreaterThan(24);
    expect(history.attempts[1]?.views[0]?.fields).toMatchObject([{ elements: [{ author: 'a1.1.1' }] }]);
  });

  it('on different fields keep nobody waiting', () => {
    const history = run(twoPhaseLocking, sets(at(0, step([x], [x])), at(0, step([y], [y]))));
    expect([blockedSeconds(history, 'a1'), blockedSeconds(history, 'a2')].every((blocked) => blocked < 0.2)).toBe(true);
  });
});

describe('agents who wait for each other', () => {
  it('are found when both have read what both write: the younger one thinks again', () => {
    const history = run(twoPhaseLocking, sets(at(0, step([x], [x], 20)), at(1, step([x], [x], 5))));
    expect(told(history)).toEqual(['a1 1 committed', 'a2 1 deadlock-victim', 'a2 2 committed']);
    const [, victim] = history.attempts;
    expect(victim?.endedAt).toBeLessThan(seconds(21));
  });

  it('are found when they lock two fields in opposite orders', () => {
    const plan = sets(at(0, step([], [x]), step([], [y])), at(1, step([], [y]), step([], [x])));
    expect(told(run(twoPhaseLocking, plan))).toEqual(['a1 1 committed', 'a2 1 deadlock-victim', 'a2 2 committed']);
  });

  it('keep their age when they think again, so that the next newcomer is refused instead', () => {
    const plan = sets(at(0, step([x], [x], 20)), at(1, step([x], [x], 18)), at(25, step([x], [x], 2)));
    expect(told(run(twoPhaseLocking, plan))).toEqual([
      'a1 1 committed',
      'a2 1 deadlock-victim',
      'a2 2 committed',
      'a3 1 deadlock-victim',
      'a3 2 committed',
    ]);
  });

  it('do not exist where fields are locked by name and turns write in one step what they have read', () => {
    const plan = sets(at(0, step([x, y], [x, y], 20)), at(1, step([y, x], [y, x], 20)));
    expect(told(run(twoPhaseLocking, plan))).toContain('a2 1 deadlock-victim');
    expect(told(run(byName, plan)).toSorted()).toEqual(['a1 1 committed', 'a2 1 committed']);
  });

  it('are still found by name where turns have several steps', () => {
    const plan = sets(at(0, step([], [x]), step([], [y])), at(1, step([], [y]), step([], [x])));
    expect(told(run(byName, plan))).toEqual(['a1 1 committed', 'a2 1 deadlock-victim', 'a2 2 committed']);
  });
});

describe('a holder that is not heard', () => {
  const writing = (start: number, value: string): Turn => turn({ pauseMicros: seconds(start) }, value);

  it('loses its locks after two minutes of silence, and no earlier', () => {
    const down = { kind: 'crash', downMicros: seconds(3_000) } as const;
    const history = run(twoPhaseLocking, planOf([writing(0, 'dead')], [writing(1, 'alive')]), [atTime('a1', 5, down)]);
    const second = history.attempts.find(({ tx }) => tx.agent === 'a2');
    expect(second?.outcome).toEqual({ kind: 'committed' });
    expect(second?.blockedMicros).toBeGreaterThan(seconds(105));
    expect(second?.blockedMicros).toBeLessThan(seconds(160));
  });

  it('is not waited for once it has come back', () => {
    const down = { kind: 'crash', downMicros: seconds(20) } as const;
    const history = run(twoPhaseLocking, planOf([writing(0, 'dead')], [writing(1, 'alive')]), [atTime('a1', 5, down)]);
    expect(blockedSeconds(history, 'a2')).toBeLessThan(40);
  });

  it('and was only busy is refused when it comes late, and nothing of its turn is applied', () => {
    const stalled = { kind: 'busy', stallMicros: seconds(300) } as const;
    const plan = planOf([writing(0, 'zombie')], [writing(1, 'alive')]);
    const history = run(twoPhaseLocking, plan, [atTime('a1', 5, stalled)]);
    expect(told(history).slice(0, 2)).toEqual(['a1 1 reclaimed', 'a2 1 committed']);
    const reclaims = reported(history).filter(({ kind }) => kind === 'reclaim');
    expect(reclaims).toEqual([]);
  });

  it('is traced as reclaimed where it held a field for writing', () => {
    const stalled = { kind: 'busy', stallMicros: seconds(300) } as const;
    const plan = sets(at(0, step([], [x], 1), step([], [y], 60)), at(5, step([], [x], 1)));
    const events = reported(run(twoPhaseLocking, plan, [atTime('a1', 10, stalled)])).slice(0, 4);
    expect(events).toMatchObject([
      { kind: 'recovered', grants: [] },
      { kind: 'grant', field: 'x', holder: 'a1' },
      { kind: 'reclaim', field: 'x', holder: 'a1', trigger: 'heartbeat' },
      { kind: 'grant', field: 'x', holder: 'a2' },
    ]);
  });
});

describe('a hub that has lost its locks', () => {
  const set = (value: string): FakeTurn => ({
    reads: ['status'],
    writes: () => [{ field: status, kind: 'scalar', value }],
  });

  it('accepts a turn whose basis is still current', () => {
    const cluster = new FakeCluster(twoPhaseLocking, 1);
    const [client, hub] = [cluster.machine(0), cluster.machine(1)];
    const attempt = client.begin(set('done'));
    cluster.settle();
    hub.crash();
    hub.restart();
    client.write(attempt, set('done'));
    cluster.settle();
    client.commit(attempt);
    cluster.settle();
    expect(attempt.outcome).toEqual({ kind: 'committed' });
  });

  it('refuses a turn whose basis somebody has changed meanwhile', () => {
    const cluster = new FakeCluster(twoPhaseLocking, 2);
    const [one, two, hub] = [cluster.machine(0), cluster.machine(1), cluster.machine(2)];
    const early = one.begin(set('early'));
    cluster.settle();
    hub.crash();
    hub.restart();
    const late = two.begin(set('late'));
    cluster.settle();
    two.write(late, set('late'));
    cluster.settle();
    two.commit(late);
    cluster.settle();
    one.write(early, set('early'));
    cluster.settle();
    expect([late.outcome, early.outcome]).toEqual([
      { kind: 'committed' },
      { kind: 'conflict', cause: 'reclaimed', fields: ['status'] },
    ]);
    expect(hub.state().fields).toMatchObject([{ value: 'late' }]);
  });
});

describe('a turn whose locks the hub has lost', () => {
  const reading = (...names: readonly string[]): FakeTurn => ({ reads: names, writes: () => [] });
  const adding = (name: string): FakeTurn => ({
    writes: () => [{ field: field(name), kind: 'grow_set', value: ['found'] }],
  });

  it('takes them anew with its next request, and waits where somebody else has them by now', () => {
    const cluster = new FakeCluster(twoPhaseLocking, 2);
    const [one, two, hub] = [cluster.machine(0), cluster.machine(1), cluster.machine(2)];
    const reader = one.begin(reading('x'));
    cluster.settle();
    hub.crash();
    hub.restart();
    const writer = two.begin(adding('x'));
    two.write(writer, adding('x'));
    cluster.settle();
    one.write(reader, adding('y'));
    cluster.settle();
    expect([writer.written, reader.written]).toEqual([true, false]);
    two.commit(writer);
    cluster.settle();
    expect(reader.outcome).toEqual({ kind: 'conflict', cause: 'reclaimed', fields: ['x'] });
  });

  it('hears with its next read that it was changed', () => {
    const cluster = new FakeCluster(twoPhaseLocking, 2);
    const [one, two, hub] = [cluster.machine(0), cluster.machine(1), cluster.machine(2)];
    const reader = one.begin(reading('x'));
    cluster.settle();
    hub.crash();
    hub.restart();
    const writer = two.begin(adding('x'));
    two.write(writer, adding('x'));
    cluster.settle();
    two.commit(writer);
    cluster.settle();
    one.up().read(reader.tx, [y]);
    cluster.settle();
    expect(reader.outcome).toEqual({ kind: 'conflict', cause: 'reclaimed', fields: ['x'] });
  });
});

describe('the trace', () => {
  it('never shows two agents with a write lock on one field, and tokens that rise', () => {
    const turns = [at(0, step([x], [x, y])), at(1, step([y], [x])), at(2, step([], [y, x]))];
    const events = reported(run(twoPhaseLocking, sets(...turns)));
    const holders = new Map<FieldName, string>();
    let last = -1;
    for (const event of events) {
      if (event.kind === 'grant') {
        expect(holders.get(event.field)).toBeUndefined();
        expect(event.token).toBeGreaterThan(last);
        last = event.token;
        holders.set(event.field, event.holder);
      } else if (event.kind === 'release' || event.kind === 'reclaim') {
        expect(holders.get(event.field)).toBe(event.holder);
        holders.delete(event.field);
      } else if (event.kind === 'accept') {
        expect(holders.get(event.field)).toBe(event.holder);
      }
    }
    expect(holders.size).toBe(0);
    expect(events.filter(({ kind }) => kind === 'accept')).toHaveLength(5);
  });
});

describe('the promises of two-phase-locking', () => {
  it.each(['status-race', 'mixed', 'notes', 'tally', 'values'])('hold in %s under every fault', (workload) => {
    const faults = ['none', 'crash', 'busy', 'restore'];
    const variants = [twoPhaseLocking, byName];
    const trials = variants.flatMap((strategy) => faults.flatMap((name) => trialsOf(strategy, workload, name, 3)));
    expect(complaintsAbout(trials)).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('make 115 of 100, 10 and 5 (seed %i)', (seed) => {
    const { finals } = run(
      twoPhaseLocking,
      draftPlan(tally, { agents: 2, seed, model: defaultModel }),
      [],
      String(seed),
    );
    expect(finals.map(({ state }) => state.fields)).toMatchObject(finals.map(() => [{ value: 115 }]));
  });

  it('cost nothing where nobody shares a field: no refusal, and no wait but for the way to the hub', () => {
    const trials = trialsOf(twoPhaseLocking, 'disjoint', 'none', 4);
    expect(total(trials, ({ attempts }) => attempts)).toBe(4 * 4 * 4);
    expect(total(trials, ({ blockedMs }) => blockedMs)).toBeLessThan(4 * 4 * 4 * 200);
  });
});
