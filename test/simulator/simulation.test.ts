import { describe, expect, it } from 'vitest';
import { field, seconds, type Host, type Replica, type ReplicaId, type Transaction } from '../../src/contract/index.ts';
import { atStep, atTime, planOf, run, status, turn } from '../support/plans.ts';
import { probe } from '../support/probe-strategy.ts';

const crash = { kind: 'crash', downMicros: seconds(20) } as const;
const busy = { kind: 'busy', stallMicros: seconds(100) } as const;
const restore = { kind: 'restore', downMicros: seconds(5), backupsBack: 1 } as const;
const record = Uint8Array.of(1, 2, 3);
const silent = { view: () => undefined } as const;

describe('a turn', () => {
  it('reads, thinks, writes and commits, and its think time is virtual', () => {
    const history = run(
      probe(() => ({})),
      planOf([turn()]),
    );
    expect(history.attempts).toMatchObject([
      { tx: { id: 'a1.1', attempt: 1 }, thinkMicros: seconds(10), outcome: { kind: 'committed' }, waited: false },
    ]);
    expect(history.attempts[0]?.writes).toMatchObject([{ id: 'a1.1.1', number: 1, attempt: 1, value: 'done' }]);
    expect(history.agentsDoneAt).toBe(seconds(10));
  });

  it('is thought through again after a conflict, and then also reads the field that was named', () => {
    const reads: (readonly string[])[] = [];
    const strategy = probe((host) => ({
      read: (tx, fields) => {
        reads.push(fields);
        host.view(tx, { fields: [], escalations: [] });
      },
      commit: (tx) => {
        const conflict = { kind: 'conflict', cause: 'version-mismatch', fields: [field('other')] } as const;
        host.settle(tx, tx.attempt < 3 ? conflict : { kind: 'committed' });
      },
    }));
    const history = run(strategy, planOf([turn()]));
    expect(history.attempts.map((attempt) => attempt.outcome?.kind)).toEqual(['conflict', 'conflict', 'committed']);
    expect(history.attempts.map((attempt) => attempt.writes[0]?.id)).toEqual(['a1.1.1', 'a1.1.1', 'a1.1.1']);
    expect(reads).toEqual([[status], [status, 'other'], [status, 'other']]);
    expect(history.agentsDoneAt).toBe(seconds(30));
  });

  it('is given up after the twentieth conflict', () => {
    const strategy = probe((host) => ({
      commit: (tx) => {
        host.settle(tx, { kind: 'conflict', cause: 'busy', fields: [] });
      },
    }));
    const history = run(strategy, planOf([turn()]));
    expect(history.attempts).toHaveLength(20);
    expect(history.turns).toEqual([{ transaction: 'a1.1', end: 'gave-up-after-conflicts' }]);
  });

  it('waits for the turns of others that it comes after', () => {
    const after = turn({ after: ['a1.1' as Transaction['id']] });
    const history = run(
      probe(() => ({})),
      planOf([turn()], [after]),
    );
    expect(history.attempts.map((attempt) => [attempt.tx.id, attempt.beganAt])).toEqual([
      ['a1.1', 0],
      ['a2.1', seconds(10)],
    ]);
  });

  it('may be refused while the agent still thinks', () => {
    const strategy = probe((host) => ({
      begin: (tx) => {
        const victim = { kind: 'conflict', cause: 'deadlock-victim', fields: [] } as const;
        if (tx.attempt === 1)
          host.after(seconds(4), () => {
            host.settle(tx, victim);
          });
      },
    }));
    const history = run(strategy, planOf([turn()]));
    expect(history.attempts.map((attempt) => [attempt.outcome?.kind, attempt.writes.length])).toEqual([
      ['conflict', 0],
      ['committed', 1],
    ]);
    expect(history.agentsDoneAt).toBe(seconds(14));
  });

  it('counts as waiting when another machine had to be asked, and the wait for a read is blocked time', () => {
    const strategy = probe(
      (host) => ({
        read: (tx) => {
          host.send('hub' as ReplicaId, new TextEncoder().encode(JSON.stringify(tx)));
        },
        receive: (from, message) => {
          if (host.self === 'hub') host.send(from, message);
          else host.view(JSON.parse(new TextDecoder().decode(message)) as Transaction, { fields: [], escalations: [] });
        },
      }),
      'hub',
    );
    const [attempt] = run(strategy, planOf([turn()])).attempts;
    expect(attempt?.waited).toBe(true);
    expect(attempt?.blockedMicros).toBeGreaterThan(1_000);
  });
});

describe('a crash', () => {
  it('takes memory and timers, kills the agent, and the turn in flight is repeated under the same ids', () => {
    let opened = 0;
    let fired = 0;
    const strategy = probe((host) => {
      opened += 1;
      if (opened === 1) host.after(seconds(6), () => (fired += 1));
      return {};
    });
    const history = run(strategy, planOf([turn()]), [atTime('a1', 5, crash)]);
    expect(opened).toBe(2);
    expect(fired).toBe(0);
    expect(history.attempts.map((attempt) => [attempt.tx.attempt, attempt.outcome])).toEqual([
      [1, null],
      [2, { kind: 'committed' }],
    ]);
    expect(history.agentsDoneAt).toBe(seconds(5 + 20 + 10));
  });

  it('leaves what is durable and may take what is not', () => {
    const survivors = new Set<number>();
    for (let seed = 0; seed < 20; seed += 1) {
      const strategy = probe((host) => {
        if (host.disk.records().length === 0)
          host.disk.append(record, () => {
            appendTail(host);
          });
        else survivors.add(host.disk.records().length);
        return {};
      });
      run(strategy, planOf([turn()]), [atStep('a1', 'append', 'before', 4, crash)], String(seed));
    }
    expect(Math.min(...survivors)).toBe(1);
    expect(Math.max(...survivors)).toBe(3);
  });

  it('before the answer leaves the agent untold; after it the turn is over', () => {
    const untold = run(
      probe(() => ({})),
      planOf([turn()]),
      [atStep('a1', 'settle', 'before', 1, crash)],
    );
    expect(untold.attempts.map((attempt) => attempt.outcome?.kind)).toEqual([undefined, 'committed']);
    const told = run(
      probe(() => ({})),
      planOf([turn()]),
      [atStep('a1', 'settle', 'after', 1, crash)],
    );
    expect(told.attempts.map((attempt) => attempt.outcome?.kind)).toEqual(['committed']);
    expect(told.faults).toHaveLength(1);
  });

  it('strikes at once: nothing that the replica asks for afterwards happens', () => {
    const strategy = probe((host) => ({
      commit: (tx) => {
        host.disk.append(record, () => undefined);
        if (tx.attempt === 1) host.send('a2' as ReplicaId, record);
        host.settle(tx, { kind: 'committed' });
      },
    }));
    const history = run(strategy, planOf([turn()], []), [atStep('a1', 'append', 'before', 1, crash)]);
    expect(history.messages).toBe(0);
    expect(history.attempts.map((attempt) => attempt.outcome?.kind)).toEqual([undefined, 'committed']);
  });

  it('loses the messages under way to the machine', () => {
    const received: string[] = [];
    const strategy = probe((host) => ({
      commit: (tx) => {
        if (host.self === 'a1') host.send('a2' as ReplicaId, record);
        host.settle(tx, { kind: 'committed' });
      },
      receive: (from) => received.push(from),
    }));
    run(strategy, planOf([turn()], [turn(), turn()]), [
      atTime('a2', 10.001, { kind: 'crash', downMicros: seconds(0.001) }),
    ]);
    expect(received).toEqual([]);
  });

  it('makes the agent give up its turn after three restarts on it', () => {
    const tape = [5, 26, 47, 68].map((at) => atTime('a1', at, crash));
    const history = run(
      probe(() => ({})),
      planOf([turn()]),
      tape,
    );
    expect(history.attempts).toHaveLength(4);
    expect(history.turns).toEqual([{ transaction: 'a1.1', end: 'gave-up-after-crashes' }]);
  });
});

describe('a busy machine', () => {
  it('handles nothing, and then goes on with all that it remembers', () => {
    const history = run(
      probe(() => ({})),
      planOf([turn()]),
      [atTime('a1', 5, busy)],
    );
    expect(history.attempts).toHaveLength(1);
    expect(history.agentsDoneAt).toBe(seconds(105));
  });

  it('that stalls between two things it does, does the second when it is back: a zombie', () => {
    const strategy = probe((host) => ({
      commit: (tx) => {
        for (const peer of host.peers) host.send(peer, record);
        for (const peer of host.peers) host.send(peer, record);
        host.settle(tx, { kind: 'committed' });
      },
    }));
    const history = run(strategy, planOf([turn()], []), [atStep('a1', 'send', 'after', 1, busy)]);
    const arrivals = history.story.filter((event) => event.kind === 'receive').map((event) => event.at);
    expect(arrivals[0]).toBeLessThan(seconds(11));
    expect(arrivals[1]).toBeGreaterThan(seconds(110));
    expect(history.attempts[0]?.endedAt).toBe(seconds(110));
  });
});

describe('a restore from a backup', () => {
  /** Each commit is appended, and a copy is sent to a2, which appends it too when `copies` is set. */
  const replicated = (copies: boolean) =>
    probe((host) => ({
      commit: (tx) => {
        host.disk.append(record, () => {
          host.settle(tx, { kind: 'committed' });
          host.send((host.self === 'a1' ? 'a2' : 'a1') as ReplicaId, record);
        });
      },
      receive: () => {
        if (copies) host.disk.append(record, () => undefined);
      },
    }));
  const sevenTurns = planOf(
    [1, 2, 3, 4, 5, 6, 7].map(() => turn()),
    [],
  );

  it('takes back records that another machine has made durable', () => {
    const history = run(replicated(true), sevenTurns, [atTime('a1', 65, restore)]);
    expect(history.faults).toMatchObject([{ recordsLost: 2 }]);
  });

  it('takes back nothing whose last copy it is', () => {
    const history = run(replicated(false), sevenTurns, [atTime('a1', 65, restore)]);
    expect(history.faults).toMatchObject([{ recordsLost: 0 }]);
  });

  it('never takes away the copy on which an earlier restore relied', () => {
    const history = run(replicated(true), sevenTurns, [atTime('a1', 65, restore), atTime('a2', 66, restore)]);
    expect(history.faults.map((fault) => fault.recordsLost)).toEqual([2, 0]);
  });
});

describe('a strategy that breaks the rules', () => {
  const failureOf = (handlers: (host: Host) => Partial<Replica>) => run(probe(handlers), planOf([turn()])).failure;

  it('by throwing is named with what it was doing', () => {
    const failure = failureOf(() => ({
      commit: () => {
        throw new Error('out of ideas');
      },
    }));
    expect(failure).toMatchObject({ culprit: 'strategy', message: expect.stringContaining('out of ideas') as string });
  });

  it('by sending a message to itself or to nobody is told whom it must not send to', () => {
    for (const to of ['a1', 'nobody'] as ReplicaId[]) {
      const failure = failureOf((host) => ({
        commit: () => {
          host.send(to, new Uint8Array());
        },
      }));
      expect(failure?.message).toContain(`sent a message to ${to}, which is not one of its peers`);
    }
  });

  it('by answering twice is named', () => {
    const failure = failureOf((host) => ({
      read: (tx) => {
        host.view(tx, { fields: [], escalations: [] });
        host.view(tx, { fields: [], escalations: [] });
      },
    }));
    expect(failure?.message).toContain("answered a1.1 with 'view'");
  });

  it('by never answering does not settle', () => {
    const history = run(
      probe(() => ({ read: () => silent.view() })),
      planOf([turn()]),
    );
    expect(history.failure).toBeNull();
    expect(history.turns).toEqual([{ transaction: 'a1.1', end: 'unfinished' }]);
    expect(history.attempts[0]?.outcome).toBeNull();
  });

  it('by asking the ambient clock is told to ask the host', () => {
    expect(failureOf(() => ({ sync: () => void Date.now() }))?.message).toContain('Date.now is closed during a trial');
    expect(Date.now()).toBeGreaterThan(0);
  });

  it('is not a library that stamps what it stores: the date is that of the trial', () => {
    const stamps: (readonly string[])[] = [];
    const stamping = probe(() => ({
      commit: () => {
        stamps.push([new Date().toISOString(), new Date(5).toISOString(), String(new Date() instanceof Date)]);
        throw new Error(Date());
      },
    }));
    const { failure } = run(stamping, planOf([turn()]));
    expect(stamps).toEqual([['1970-01-01T00:00:10.000Z', '1970-01-01T00:00:00.005Z', 'true']]);
    expect(failure?.message).toContain('1970');
    expect(new Date().getFullYear()).toBeGreaterThan(1970);
  });
});

describe('a script that breaks the rules', () => {
  it('by writing another kind than its schema declares is the failure of the workload', () => {
    const step = {
      reads: [],
      thinkMicros: seconds(1),
      write: () => [{ field: status, kind: 'counter', value: 1 }] as const,
    };
    const history = run(
      probe(() => ({})),
      planOf([turn({ steps: [step] })]),
    );
    expect(history.failure).toMatchObject({ culprit: 'workload' });
    expect(history.failure?.message).toContain(
      'writes a counter to the field "status", which the schema declares as scalar',
    );
  });
});

describe('determinism', () => {
  const chatty = probe((host) => ({
    sync: () => {
      for (const peer of host.peers) host.send(peer, Uint8Array.of(Math.floor(host.random() * 256)));
    },
    commit: (tx) => {
      host.disk.append(record, () => {
        host.settle(tx, { kind: 'committed' });
      });
    },
  }));
  const plan = planOf([turn(), turn()], [turn(), turn()]);
  const tape = [atTime('a1', 12, crash), atStep('a2', 'append', 'after', 1, busy)];

  it('gives the same digest for the same seed, and another for another', () => {
    expect(run(chatty, plan, tape).digest).toBe(run(chatty, plan, tape).digest);
    expect(run(chatty, plan, tape).digest).not.toBe(run(chatty, plan, tape, '2').digest);
    expect(run(chatty, plan, tape).digest).not.toBe(run(chatty, plan, tape.slice(1)).digest);
  });
});

function appendTail(host: Host): void {
  for (let index = 0; index < 3; index += 1) host.disk.append(record, () => undefined);
}
