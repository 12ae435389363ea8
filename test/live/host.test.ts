import { describe, expect, it } from 'vitest';
import {
  agentAt,
  field,
  micros,
  replicaOf,
  transactionId,
  type AgentEars,
  type Conflict,
  type Disk,
  type Host,
  type MergeStrategy,
  type Micros,
  type Replica,
  type Timer,
  type Transaction,
} from '../../src/contract/index.ts';
import { LiveHost, type LiveHostParts } from '../../src/live/index.ts';

const [self, peer] = [replicaOf(agentAt(0)), replicaOf(agentAt(1))];
const tx: Transaction = { id: transactionId(agentAt(0), 0), agent: agentAt(0), turn: 0, attempt: 1 };
const conflict: Conflict = { field: field('owner'), meaning: '', contenders: [] };

/** A host on parts that a test moves by hand, with a replica that does what the test says. */
class Bench {
  readonly log: string[] = [];
  readonly timers: { task: () => void; isCancelled: boolean }[] = [];
  readonly syncs: (() => void)[] = [];
  readonly host: LiveHost;
  inside!: Host;

  constructor(behaviour: Partial<Replica> = {}, parts: Partial<LiveHostParts> = {}) {
    const { log } = this;
    const disk: Disk = {
      append: (record, done) => {
        log.push(`append ${String(record.length)}`);
        this.syncs.push(done);
      },
      replace: (records, done) => {
        log.push(`replace ${String(records.length)}`);
        this.syncs.push(done);
      },
      records: () => [],
    };
    const ears: AgentEars = {
      view: () => log.push('view'),
      written: () => log.push('written'),
      settle: (_tx, { kind }) => log.push(kind),
      notify: () => log.push('notify'),
    };
    this.host = new LiveHost({
      self,
      peers: [peer],
      schema: { fields: [] },
      disk,
      clock: { now: () => micros(7), after: (_delay, task) => this.#timer(task) },
      random: () => 0.5,
      network: { send: (to) => log.push(`send ${to}`) },
      ears,
      trace: ({ kind }) => log.push(`trace ${kind}`),
      failed: ({ message }) => log.push(`failed: ${message}`),
      ...parts,
    });
    const idle = (): void => undefined;
    const replica: Replica = {
      begin: idle,
      read: idle,
      write: idle,
      commit: idle,
      receive: idle,
      sync: idle,
      state: () => ({ fields: [], escalations: [], resolutions: [] }),
      close: () => log.push('closed'),
      ...behaviour,
    };
    const strategy = { open: (host: Host) => ((this.inside = host), replica) } as unknown as MergeStrategy;
    this.host.open(strategy);
  }

  #timer(task: () => void): Timer {
    const timer = { task, isCancelled: false };
    this.timers.push(timer);
    return { cancel: () => void (timer.isCancelled = true) };
  }
}

const everything = (host: Host): void => {
  host.disk.append(new Uint8Array(3), () => undefined);
  host.disk.replace([], () => undefined);
  host.send(peer, new Uint8Array());
  host.after(1 as Micros, () => undefined);
  host.view(tx, { fields: [], escalations: [] });
  host.written(tx);
  host.settle(tx, { kind: 'committed' });
  host.notify(tx, []);
  host.judge(conflict, () => undefined);
  host.trace({ kind: 'recovered', grants: [], versions: [], contains: {} });
};

describe('a host on real parts', () => {
  it('does what its replica asks', () => {
    const bench = new Bench();
    everything(bench.inside);
    expect(bench.log).toEqual([
      ...['append 3', 'replace 0', 'send a2', 'view', 'written', 'committed', 'notify', 'trace recovered'],
    ]);
  });

  it('ignores a replica whose life is over, and closes it once', () => {
    const bench = new Bench();
    bench.inside.disk.append(new Uint8Array(1), () => bench.log.push('done'));
    bench.inside.after(1 as Micros, () => bench.log.push('timer'));
    bench.host.close();
    bench.host.close();
    everything(bench.inside);
    bench.syncs[0]!();
    bench.timers[0]!.task();
    bench.host.receive(peer, new Uint8Array());
    bench.host.ask(() => bench.log.push('asked'));
    expect(bench.log).toEqual(['append 1', 'closed']);
    expect([bench.timers[0]!.isCancelled, bench.timers.length, bench.host.state()]).toEqual([true, 1, null]);
  });

  it('lets a replica finish before it asks it for the next thing', () => {
    const bench: Bench = new Bench(
      {
        read: (read) => {
          bench.inside.view(read, { fields: [], escalations: [] });
          bench.log.push('has read');
        },
        commit: () => bench.log.push('commits'),
      },
      { ears: { ...silent, view: () => bench.host.ask((replica) => replica.commit(tx)) } },
    );
    bench.host.ask((replica) => replica.read(tx, []));
    expect(bench.log).toEqual(['has read', 'commits']);
  });

  it.each([
    ['throws', () => new Bench({ sync: () => fail('broken') }), 'broken'],
    [
      'writes to somebody who is no peer',
      () => throughSync((host) => host.send(self, new Uint8Array())),
      'not one of its peers',
    ],
    [
      'answers where no agent works',
      () => throughSync((host) => host.written(tx), { ears: null }),
      'no agent works on it',
    ],
  ])('ends the life of a replica that %s, and says so once', (_what, make, message) => {
    const bench = make();
    bench.host.ask((replica) => replica.sync());
    bench.host.ask((replica) => replica.sync());
    expect(bench.log).toHaveLength(2);
    expect(bench.log[0]).toMatch(new RegExp(`failed: .*${message}`));
    expect(bench.log[1]).toBe('closed');
  });

  it('ends a life when its disk breaks: what is durable is not known any more', () => {
    const bench = new Bench();
    bench.inside.disk.append(new Uint8Array(1), () => bench.inside.settle(tx, { kind: 'committed' }));
    bench.host.fail(new Error('the disk is full'));
    bench.syncs[0]!();
    expect(bench.log).toEqual(['append 1', 'closed', 'failed: the disk is full']);
  });

  it('closes a replica only when it is in the middle of nothing', () => {
    const bench: Bench = new Bench({
      sync: () => {
        bench.host.close();
        bench.log.push('still at work');
      },
    });
    bench.host.ask((replica) => replica.sync());
    expect(bench.log).toEqual(['still at work', 'closed']);
  });

  it('takes the steps of the protocol through whoever watches them, an append when it is durable', () => {
    const bench: Bench = new Bench(
      { receive: () => bench.log.push('receives') },
      {
        perform: (step, effect) => {
          bench.log.push(`before ${step}`);
          effect(() => bench.log.push(`after ${step}`));
        },
      },
    );
    bench.inside.disk.append(new Uint8Array(1), () => bench.log.push('done'));
    bench.inside.send(peer, new Uint8Array());
    bench.host.receive(peer, new Uint8Array());
    bench.inside.settle(tx, { kind: 'committed' });
    bench.syncs[0]!();
    expect(bench.log).toEqual([
      ...['before append', 'append 1'],
      ...['before send', 'send a2', 'after send'],
      ...['before receive', 'receives', 'after receive'],
      ...['before settle', 'committed', 'after settle'],
      ...['after append', 'done'],
    ]);
  });

  it('abstains where nobody judges', () => {
    const bench = new Bench();
    bench.inside.judge(conflict, ({ kind }) => bench.log.push(kind));
    expect(bench.log).toEqual(['abstain']);
  });

  it('fires no timer that was cancelled, even if it was due already', () => {
    const bench: Bench = new Bench({
      sync: () => {
        bench.timers[0]!.task();
        timer.cancel();
      },
    });
    const timer = bench.inside.after(1 as Micros, () => bench.log.push('fired'));
    bench.host.ask((replica) => replica.sync());
    expect(bench.log).toEqual([]);
  });
});

const silent: AgentEars = {
  view: () => undefined,
  written: () => undefined,
  settle: () => undefined,
  notify: () => undefined,
};

function throughSync(act: (host: Host) => void, parts: Partial<LiveHostParts> = {}): Bench {
  const bench: Bench = new Bench({ sync: () => act(bench.inside) }, parts);
  return bench;
}

function fail(message: string): never {
  throw new Error(message);
}
