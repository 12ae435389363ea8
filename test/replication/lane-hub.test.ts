import { describe, expect, it } from 'vitest';
import { field, type Schema } from '../../src/contract/index.ts';
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

describe('the disk that all lanes share', () => {
  it('judges a turn only when what was written before it, and may take back its leases, is durable', () => {
    const cluster = new FakeCluster(short, 2, schema);
    const [sleeper, other, hub] = cluster.machines as [FakeMachine, FakeMachine, FakeMachine];
    const late = sleeper.begin(setting('late'));
    cluster.advance(0);
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
});
