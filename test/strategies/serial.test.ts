import { describe, expect, it } from 'vitest';
import { field, seconds } from '../../src/contract/index.ts';
import { serial } from '../../strategies/serial.ts';
import { FakeCluster, type FakeTurn } from '../support/fake-host.ts';
import { atTime, planOf, run, status, turn } from '../support/plans.ts';
import { complaintsAbout, total, trialsOf } from '../support/trials.ts';

const set = (value: string, reads: readonly string[] = ['status']): FakeTurn => ({
  reads,
  writes: () => [{ field: field('status'), kind: 'scalar', value }],
});

describe('one turn at a time', () => {
  it('shows the next agent the document only when the last one has committed', () => {
    const history = run(serial, planOf([turn()], [turn({ pauseMicros: seconds(1) }, 'later')]));
    const [first, second] = history.attempts;
    expect(second?.blockedMicros).toBeGreaterThan(seconds(8));
    expect(second?.views[0]?.fields).toMatchObject([{ field: status, author: first?.writes[0]?.id }]);
  });

  it('serves first who came first', () => {
    const plan = planOf([turn()], [turn({ pauseMicros: seconds(2) })], [turn({ pauseMicros: seconds(1) })]);
    const ends = run(serial, plan).turns.map(({ transaction }) => transaction);
    expect(ends).toEqual(['a1.1', 'a3.1', 'a2.1']);
  });

  it('takes the turn back from a holder that is silent for two minutes, and no earlier', () => {
    const down = { kind: 'crash', downMicros: seconds(3_000) } as const;
    const history = run(serial, planOf([turn()], [turn({ pauseMicros: seconds(1) })]), [atTime('a1', 5, down)]);
    const second = history.attempts.find(({ tx }) => tx.agent === 'a2');
    expect(second?.outcome).toEqual({ kind: 'committed' });
    expect(second?.blockedMicros).toBeGreaterThan(seconds(115));
    expect(second?.blockedMicros).toBeLessThan(seconds(160));
  });

  it('does not wait for a holder that has come back: it goes on in its old place', () => {
    const down = { kind: 'crash', downMicros: seconds(20) } as const;
    const history = run(serial, planOf([turn()], [turn({ pauseMicros: seconds(1) })]), [atTime('a1', 5, down)]);
    expect(history.turns.map(({ transaction }) => transaction)).toEqual(['a1.1', 'a2.1']);
  });

  it('refuses the late commit of a holder that was only busy, and applies nothing of it', () => {
    const stalled = { kind: 'busy', stallMicros: seconds(300) } as const;
    const plan = planOf([turn({}, 'zombie')], [turn({ pauseMicros: seconds(1) }, 'alive')]);
    const [zombie] = run(serial, plan, [atTime('a1', 5, stalled)]).attempts;
    expect(zombie?.outcome).toEqual({ kind: 'conflict', cause: 'reclaimed', fields: [] });
  });
});

describe('a hub that has lost its memory', () => {
  it('accepts a turn whose basis is still current', () => {
    const cluster = new FakeCluster(serial, 2);
    const [client, hub] = [cluster.machine(0), cluster.machine(2)];
    const attempt = client.begin(set('done'));
    cluster.settle();
    hub.crash();
    hub.restart();
    client.write(attempt, set('done'));
    client.commit(attempt);
    cluster.settle();
    expect(attempt.outcome).toEqual({ kind: 'committed' });
  });

  it('refuses a turn whose basis has changed', () => {
    const cluster = new FakeCluster(serial, 2);
    const [one, two, hub] = [cluster.machine(0), cluster.machine(1), cluster.machine(2)];
    const early = one.begin(set('early'));
    cluster.settle();
    hub.crash();
    hub.restart();
    const late = two.begin(set('late'));
    cluster.settle();
    two.write(late, set('late'));
    two.commit(late);
    cluster.settle();
    one.write(early, set('early'));
    one.commit(early);
    cluster.settle();
    expect(early.outcome).toEqual({ kind: 'conflict', cause: 'version-mismatch', fields: ['status'] });
    expect(hub.state().fields).toMatchObject([{ value: 'late' }]);
  });
});

describe('a value that somebody else wrote', () => {
  function whole(cluster: FakeCluster, machine: number, doing: FakeTurn): unknown {
    const attempt = cluster.machine(machine).begin(doing);
    cluster.settle();
    cluster.machine(machine).write(attempt, doing);
    cluster.machine(machine).commit(attempt);
    cluster.settle();
    return attempt.outcome;
  }
  const blind = (value: string): FakeTurn => ({ writes: set(value).writes });

  it('is not overwritten by an agent that has not read it', () => {
    const cluster = new FakeCluster(serial, 2);
    expect(whole(cluster, 0, blind('one'))).toEqual({ kind: 'committed' });
    expect(whole(cluster, 1, blind('two'))).toEqual({
      kind: 'conflict',
      cause: 'unread-overwrite',
      fields: ['status'],
    });
    expect(whole(cluster, 1, set('two'))).toEqual({ kind: 'committed' });
  });

  it('is its own to overwrite', () => {
    const cluster = new FakeCluster(serial, 2);
    expect(whole(cluster, 0, blind('one'))).toEqual({ kind: 'committed' });
    expect(whole(cluster, 0, blind('two'))).toEqual({ kind: 'committed' });
  });

  it('is not replaced by a value of another kind', () => {
    const cluster = new FakeCluster(serial, 2);
    whole(cluster, 0, blind('one'));
    const list: FakeTurn = { writes: () => [{ field: field('status'), kind: 'grow_set', value: ['two'] }] };
    expect(whole(cluster, 1, list)).toMatchObject({ kind: 'rejected', cause: 'type-mismatch' });
  });
});

describe('the promises of serial', () => {
  it.each(['status-race', 'mixed', 'notes', 'tally', 'values'])('hold in %s under every fault', (workload) => {
    const faults = ['none', 'crash', 'busy', 'restore'];
    expect(faults.flatMap((profile) => complaintsAbout(trialsOf(serial, workload, profile, 4)))).toEqual([]);
  });

  it('cost the others the time of each think', () => {
    const trials = trialsOf(serial, 'disjoint', 'none', 2);
    expect(total(trials, ({ fates }) => fates.lost)).toBe(0);
    expect(total(trials, ({ blockedMs }) => blockedMs)).toBeGreaterThan(100_000);
  });
});
