import { describe, expect, it } from 'vitest';
import { field, type Schema } from '../../src/contract/index.ts';
import { decode } from '../../src/replication/codec.ts';
import { laneDefaults, laneLeaseWith } from '../../strategies/lane-lease.ts';
import { FakeCluster, type FakeMachine, type FakeTurn } from '../support/fake-host.ts';

const x = field('x');
const schema: Schema = { fields: [{ field: x, kind: 'scalar', meaning: 'what both want' }] };
const short = laneLeaseWith({ ...laneDefaults, ttl: 20, grace: 5 });

function setting(value: string): FakeTurn {
  return { reads: [x], writes: () => [{ field: x, kind: 'scalar', value }] };
}

/** Delivers what is on its way, but syncs no disk, until the hub has something to write. */
function deliverUntilHubWrites(cluster: FakeCluster, hub: FakeMachine): void {
  while (hub.pendingSyncs === 0) {
    if (cluster.letters.length > 0) cluster.deliver();
    else cluster.advance(1_000_000);
  }
}

function kindsOf({ letters }: FakeCluster): string[] {
  return letters.map(({ message }) => (decode(message) as { readonly kind: string }).kind);
}

describe('the disk that all lanes share', () => {
  it('judges a turn only when what was written before it, and may take back its leases, is durable', () => {
    const cluster = new FakeCluster(short, 2, schema);
    const [sleeper, other, hub] = cluster.machines as [FakeMachine, FakeMachine, FakeMachine];
    const late = sleeper.begin(setting('late'));
    cluster.settle();
    sleeper.write(late, setting('late'));
    sleeper.commit(late);
    const commit = cluster.letters.splice(0);
    const asleep = cluster.timers.splice(0);
    cluster.advance(26_000_000);
    other.begin(setting('other'));
    deliverUntilHubWrites(cluster, hub);
    cluster.letters.push(...commit);
    cluster.timers.push(...asleep);
    while (cluster.letters.length > 0) cluster.deliver();
    expect(late.outcome).toBeNull();
    cluster.settle();
    expect(late.outcome).toMatchObject({ kind: 'conflict', cause: 'reclaimed' });
    const order = hub.reports.map(({ kind }) => kind).filter((kind) => kind !== 'recovered');
    expect(order).toEqual(['grant', 'reclaim', 'grant']);
  });

  it('writes at once what was decided by the newest that it holds, and else gives the mutex and what is missing', () => {
    const cluster = new FakeCluster(short, 2, schema);
    const [one, other, hub] = cluster.machines as [FakeMachine, FakeMachine, FakeMachine];
    cluster.settle();
    one.begin(setting('one'));
    expect(kindsOf(cluster)).toEqual(['take']);
    cluster.deliver();
    expect(hub.pendingSyncs).toBe(1);
    hub.fsync();
    expect(kindsOf(cluster)).toEqual(['reply']);
    cluster.settle();
    expect(one.attempts[0]?.view).not.toBeNull();
    other.begin(setting('other'));
    cluster.deliver();
    expect(hub.pendingSyncs).toBe(0);
    cluster.settle();
    expect(other.attempts[0]?.view).toBeNull();
  });

  it('takes in a turn and gives back its lane with one message', () => {
    const cluster = new FakeCluster(short, 1, schema);
    const [client, hub] = cluster.machines as [FakeMachine, FakeMachine];
    const attempt = client.begin(setting('done'));
    cluster.settle();
    client.write(attempt, setting('done'));
    client.commit(attempt);
    expect(kindsOf(cluster)).toEqual(['commit']);
    cluster.settle();
    expect(attempt.outcome).toEqual({ kind: 'committed' });
    expect(hub.reports.map(({ kind }) => kind)).toEqual(['recovered', 'grant', 'accept', 'release']);
    expect(kindsOf(cluster)).toEqual([]);
  });
});
