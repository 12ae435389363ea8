import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  field,
  hubId,
  type Conflict,
  type DocumentState,
  type FieldState,
  type Host,
  type Judgement,
  type MergeStrategy,
  type Resolution,
  type Write,
  type WriteId,
} from '../../src/contract/index.ts';
import { askJudge, combinesObjects, FieldGate, type Ruling } from '../../src/replication/index.ts';
import { decode } from '../../src/replication/codec.ts';
import { applyChange, changeBetween, emptyState } from '../../src/replication/state-change.ts';
import { serial } from '../../strategies/serial.ts';
import { twoPhaseLocking } from '../../strategies/two-phase-locking.ts';
import { FakeCluster, type FakeTurn } from '../support/fake-host.ts';

const x = field('x');
const add: FakeTurn = { writes: () => [{ field: x, kind: 'append_text', value: ['a line'] }] };

function kindOf(message: Uint8Array): string {
  return (decode(message) as { readonly kind: string }).kind;
}

describe('a client and its hub', () => {
  it('ask again until they are answered, and the request is carried out once', () => {
    const cluster = new FakeCluster(serial, 1);
    const client = cluster.machine(0);
    const attempt = client.begin(add);
    client.write(attempt, add);
    client.commit(attempt);
    cluster.letters = [];
    cluster.advance(1_000_000);
    cluster.settle();
    expect(attempt.outcome).toEqual({ kind: 'committed' });
    expect(cluster.machine(1).durable).toHaveLength(1);
  });

  it('repeat an answer that got lost', () => {
    const cluster = new FakeCluster(serial, 1);
    const client = cluster.machine(0);
    const attempt = client.begin(add);
    client.write(attempt, add);
    client.commit(attempt);
    cluster.deliver();
    cluster.machine(1).fsync();
    cluster.letters = [];
    cluster.advance(1_000_000);
    cluster.settle();
    expect(attempt.outcome).toEqual({ kind: 'committed' });
    expect(cluster.machine(1).durable).toHaveLength(1);
  });

  it('do not answer before the disk has', () => {
    const cluster = new FakeCluster(serial, 1);
    const attempt = cluster.machine(0).begin(add);
    cluster.machine(0).write(attempt, add);
    cluster.machine(0).commit(attempt);
    cluster.deliver();
    expect(cluster.letters).toEqual([]);
    expect(cluster.machine(1).state().fields).toEqual([]);
  });

  it('tell a repeated turn what became of it, also when the hub has started anew', () => {
    const cluster = new FakeCluster(serial, 1);
    const [client, hub] = [cluster.machine(0), cluster.machine(1)];
    const lost = client.begin(add);
    client.write(lost, add);
    client.commit(lost);
    cluster.deliver();
    hub.fsync();
    client.crash();
    hub.crash();
    client.restart();
    hub.restart();
    const again = client.begin({ ...add, reads: ['x'] }, true);
    cluster.settle();
    expect(again.outcome).toEqual({ kind: 'committed' });
    expect(hub.durable).toHaveLength(1);
  });

  it('go on with the newest request when an answer comes from before a restart of the hub', () => {
    const cluster = new FakeCluster(twoPhaseLocking, 2);
    const [client, other, hub] = [cluster.machine(0), cluster.machine(1), cluster.machine(2)];
    const read: FakeTurn = { ...add, reads: ['x'] };
    const attempt = client.begin(read);
    cluster.deliver();
    const late = cluster.letters;
    hub.crash();
    hub.restart();
    const holder = other.begin(read);
    cluster.letters = cluster.letters.filter(({ from }) => from === other.id);
    cluster.settle();
    other.write(holder, add);
    cluster.settle();
    // The request is repeated, and waits for a lock at the new hub; then the old answer arrives.
    cluster.advance(1_000_000);
    cluster.settle();
    cluster.letters.push(...late);
    cluster.settle();
    client.write(attempt, add);
    cluster.settle();
    other.commit(holder);
    while (hub.pendingSyncs > 0 || cluster.letters.length > 0) cluster.settle();
    expect(attempt.written || attempt.outcome !== null).toBe(true);
  });

  it('tell a repeated turn what became of it, also when its agent has made another one since', () => {
    const cluster = new FakeCluster(serial, 1);
    const client = cluster.machine(0);
    for (let turn = 0; turn < 2; turn += 1) {
      const attempt = client.begin(add);
      client.write(attempt, add);
      client.commit(attempt);
      cluster.settle();
      cluster.advance(1);
    }
    client.crash();
    client.restart();
    client.comeBackTo(0);
    const again = client.begin({ ...add, reads: ['x'] }, true);
    cluster.settle();
    expect([again.tx.id, again.outcome]).toEqual(['a1.1', { kind: 'committed' }]);
    expect(cluster.machine(1).durable).toHaveLength(2);
  });

  it('drop a torn record, which was never answered, so that the next one can be read', () => {
    const cluster = new FakeCluster(serial, 1);
    const hub = cluster.machine(1);
    hub.crash();
    hub.durable = [new Uint8Array([123, 34])];
    hub.restart();
    cluster.settle();
    expect(hub.durable).toEqual([]);
  });
});

describe('the copies of the clients', () => {
  function committed(agents = 2): FakeCluster {
    const cluster = new FakeCluster(serial, agents);
    const client = cluster.machine(0);
    const attempt = client.begin(add);
    client.write(attempt, add);
    client.commit(attempt);
    cluster.settle();
    return cluster;
  }

  it('are the same as the hub after a round, and then nobody speaks', () => {
    const cluster = committed();
    cluster.syncRounds(2);
    const [first, ...others] = cluster.states();
    for (const other of others) expect(other).toEqual(first);
    const said = Array.from({ length: 20 }, () => {
      cluster.advance(5_000_000);
      for (const machine of cluster.machines) machine.replica?.sync();
      const kinds = cluster.letters.map(({ from, message }) => `${from} ${kindOf(message)}`);
      cluster.settle();
      return kinds;
    });
    expect(said.flat()).toEqual(['a1 shown', 'a2 shown']);
  });

  it('carry only what has changed', () => {
    const cluster = committed();
    cluster.syncRounds(2);
    const turn: FakeTurn = { writes: () => [{ field: field('y'), kind: 'counter', value: 1 }] };
    const attempt = cluster.machine(1).begin(turn);
    cluster.machine(1).write(attempt, turn);
    cluster.machine(1).commit(attempt);
    cluster.settle();
    cluster.machine(2).replica?.sync();
    const pushes = cluster.letters.map(({ message }) => decode(message) as { change: { fields: FieldState[] } });
    expect(pushes.map(({ change }) => change.fields.map(({ field: name }) => name))).toEqual([['y'], ['y']]);
  });

  function withLostPush(): FakeCluster {
    const cluster = committed();
    cluster.syncRounds(2);
    increment(cluster);
    cluster.machine(2).replica?.sync();
    cluster.letters = cluster.letters.filter(({ to }) => to !== 'a2');
    cluster.settle();
    return cluster;
  }

  function increment(cluster: FakeCluster): void {
    const turn: FakeTurn = { writes: () => [{ field: field('y'), kind: 'counter', value: 1 }] };
    const attempt = cluster.machine(0).begin(turn);
    cluster.machine(0).write(attempt, turn);
    cluster.machine(0).commit(attempt);
    cluster.settle();
  }

  it('are whole again two rounds after the next change when a push was lost', () => {
    const cluster = withLostPush();
    increment(cluster);
    cluster.syncRounds(2);
    expect(cluster.machine(1).state()).toEqual(cluster.machine(2).state());
  });

  it('are pushed again to a client that does not say that it shows them', () => {
    const cluster = withLostPush();
    cluster.syncRounds(8);
    expect(cluster.machine(1).state()).not.toEqual(cluster.machine(2).state());
    cluster.syncRounds(1);
    expect(cluster.machine(1).state()).toEqual(cluster.machine(2).state());
  });

  it('are there at once after a restart, and repaired when the backup was older', () => {
    const cluster = new FakeCluster(serial, 2);
    cluster.syncRounds(2);
    const client = cluster.machine(1);
    const attempt = client.begin(add);
    client.write(attempt, add);
    client.commit(attempt);
    cluster.settle();
    cluster.syncRounds(1);
    client.crash();
    client.restart();
    expect(client.state()).toEqual(cluster.machine(2).state());
    client.crash();
    client.restart(1);
    expect(client.state().fields).toEqual([]);
    cluster.syncRounds(2);
    expect(client.state()).toEqual(cluster.machine(2).state());
  });

  it('survive a hub that starts anew, and so does a request that it had not answered', () => {
    const cluster = committed();
    cluster.syncRounds(2);
    const [one, two, hub] = [cluster.machine(0), cluster.machine(1), cluster.machine(2)];
    one.begin({ ...add, reads: ['x'] });
    cluster.settle();
    const waiting = two.begin({ ...add, reads: ['x'] });
    cluster.settle();
    expect(waiting.view).toBeNull();
    one.crash();
    hub.crash();
    hub.restart();
    cluster.now = (cluster.now + 1) as typeof cluster.now;
    hub.replica?.sync();
    cluster.settle();
    expect(waiting.view?.fields).toHaveLength(1);
  });

  it('take at most a bounded number of records', () => {
    const cluster = committed();
    for (let round = 0; round < 50; round += 1) {
      const attempt = cluster.machine(0).begin(add);
      cluster.machine(0).write(attempt, add);
      cluster.machine(0).commit(attempt);
      cluster.settle();
      cluster.syncRounds(1);
    }
    expect(cluster.machine(1).durable.length).toBeLessThanOrEqual(17);
    expect(cluster.machine(1).durable.every((record) => kindOf(record) === 'push')).toBe(true);
  });
});

const fieldState = fc.record({
  field: fc.constantFrom('a', 'b', 'c', '__proto__').map(field),
  kind: fc.constant('counter' as const),
  value: fc.integer(),
});
const resolution: fc.Arbitrary<Resolution> = fc.record({
  field: fc.constant(x),
  kept: fc.constant(null),
  value: fc.string(),
  discarded: fc.constant([]),
  by: fc.constant('model' as const),
});
const states: fc.Arbitrary<DocumentState> = fc.record({
  fields: fc
    .uniqueArray(fieldState, { selector: ({ field: name }) => name })
    .map((fields) => fields.sort((one, other) => (one.field < other.field ? -1 : 1))),
  escalations: fc.array(fc.record({ field: fc.constant(x), contenders: fc.constant([]) }), { maxLength: 2 }),
  resolutions: fc.array(resolution, { maxLength: 3 }),
});

describe('a change of state', () => {
  it('leads from the one state to the other', () => {
    fc.assert(
      fc.property(states, states, (before, after) => {
        expect(applyChange(before, changeBetween(before, after))).toEqual(after);
        expect(applyChange(emptyState, changeBetween(emptyState, after))).toEqual(after);
      }),
    );
  });

  it('is empty between a state and itself', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(changeBetween(state, state)).toEqual({ fields: [] });
      }),
    );
  });
});

describe('a gate of fields', () => {
  it('lets disjoint tasks pass and makes overlapping ones wait in the order in which they came', () => {
    const gate = new FieldGate();
    const entered: string[] = [];
    const leaves = new Map<string, () => void>();
    const enter = (name: string, ...fields: string[]): void => {
      gate.enter(fields.map(field), (leave) => {
        entered.push(name);
        leaves.set(name, leave);
      });
    };
    enter('first', 'x');
    enter('both', 'x', 'y');
    enter('other', 'z');
    enter('last', 'y');
    expect(entered).toEqual(['first', 'other']);
    leaves.get('first')?.();
    expect(entered).toEqual(['first', 'other', 'both']);
    leaves.get('both')?.();
    expect(entered).toEqual(['first', 'other', 'both', 'last']);
  });

  it('lets those in who come after everybody has left at once', () => {
    const gate = new FieldGate();
    const entered: number[] = [];
    for (const turn of [1, 2, 3]) {
      gate.enter([x], (leave) => {
        entered.push(turn);
        leave();
      });
    }
    expect(entered).toEqual([1, 2, 3]);
  });
});

describe('asking the judge', () => {
  const contender = (id: string, value: string): Write => ({
    id: id as WriteId,
    agent: 'a1' as Write['agent'],
    number: 1,
    attempt: 1,
    field: x,
    kind: 'scalar',
    value,
  });
  const conflict: Conflict = {
    field: x,
    meaning: '',
    contenders: [contender('a1.1.1', 'p'), contender('a2.1.1', 'q')],
  };

  /** Answers one after another, and the waits between the calls in seconds. */
  function ask(...judgements: Judgement[]): { ruling: Ruling | null; calls: number; waits: number[] } {
    const asked = { ruling: null as Ruling | null, calls: 0, waits: [] as number[] };
    const host = {
      judge: (_conflict: Conflict, done: (judgement: Judgement) => void) => {
        asked.calls += 1;
        done(judgements.shift() ?? { kind: 'abstain' });
      },
      after: (delay: number, task: () => void) => {
        asked.waits.push(delay / 1_000_000);
        task();
        return { cancel: () => undefined };
      },
    } as unknown as Host;
    askJudge(host, conflict, combinesObjects, (ruling) => (asked.ruling = ruling));
    return asked;
  }

  const failed: Judgement = { kind: 'failed', failure: 'timeout', retryAfterMicros: null };
  const invented: Judgement = { kind: 'combine', value: 'r' };
  const keep: Judgement = { kind: 'keep', write: 'a2.1.1' as WriteId };

  it('takes the contender that is kept', () => {
    expect(ask(keep).ruling).toMatchObject({ kind: 'keep', write: { id: 'a2.1.1' } });
  });

  it('asks again after a failure, with backoff, three times in all', () => {
    expect(ask(failed, failed, keep)).toMatchObject({ ruling: { kind: 'keep' }, calls: 3, waits: [1, 2] });
    expect(ask(failed, failed, failed, keep)).toMatchObject({ ruling: { kind: 'leave-to-person' }, calls: 3 });
  });

  it('waits as long as it is told to', () => {
    const limited: Judgement = { kind: 'failed', failure: 'rate-limit', retryAfterMicros: 7_000_000 as never };
    expect(ask(limited, keep).waits).toEqual([7]);
  });

  it('refuses an invented value and asks again once', () => {
    expect(ask(invented, keep)).toMatchObject({ ruling: { kind: 'keep' }, calls: 2 });
    expect(ask(invented, invented, keep)).toMatchObject({ ruling: { kind: 'leave-to-person' }, calls: 2 });
    expect(ask({ kind: 'keep', write: 'a9.1.1' as WriteId }, keep)).toMatchObject({ calls: 2 });
  });

  it('leaves it to a person when the model abstains', () => {
    expect(ask({ kind: 'abstain' })).toMatchObject({ ruling: { kind: 'leave-to-person' }, calls: 1 });
  });

  it('allows objects to be combined key by key, and nothing else', () => {
    const parts = [
      { a: 1, b: 2 },
      { b: 3, c: 4 },
    ];
    expect(combinesObjects({ a: 1, b: 3, c: 4 }, parts)).toBe(true);
    expect(combinesObjects({ a: 1, b: 5, c: 4 }, parts)).toBe(false);
    expect(combinesObjects({ a: 1, b: 2 }, parts)).toBe(false);
    expect(combinesObjects({ a: 1, b: 2, c: 4, d: 5 }, parts)).toBe(false);
    expect(combinesObjects(['a'], [['a'], ['b']])).toBe(false);
    expect(combinesObjects('ab', ['a', 'b'])).toBe(false);
  });
});

describe('the hub itself', () => {
  it('takes no turns: agents work at its clients', () => {
    const strategies: readonly MergeStrategy[] = [serial];
    for (const strategy of strategies) {
      const cluster = new FakeCluster(strategy, 1);
      const hub = cluster.machine(1);
      expect(hub.id).toBe(hubId);
      expect(() => hub.begin(add)).toThrow('agents work at its clients');
    }
  });
});
