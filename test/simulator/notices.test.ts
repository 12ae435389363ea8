import { describe, expect, it } from 'vitest';
import {
  field,
  seconds,
  type FieldState,
  type Host,
  type Replica,
  type Step,
  type Transaction,
  type Turn,
  type View,
} from '../../src/contract/index.ts';
import { scalarIn } from '../../src/document/scalar-value.ts';
import { atTime, planOf, run, status, turn } from '../support/plans.ts';
import { probe } from '../support/probe-strategy.ts';

const plan = field('plan');

function showing(value: string): View {
  const state: FieldState = { field: status, kind: 'scalar', value, author: null };
  return { fields: [state], escalations: [] };
}

/** Reads the status, thinks 10 s, and writes a plan that follows it. */
const following: Step = {
  reads: [status],
  thinkMicros: seconds(10),
  write: ({ fields }) => [
    { field: plan, kind: 'scalar', value: `after ${scalarIn(fields, status) === 'final' ? 'final' : 'draft'}` },
  ],
};
const resting: Step = { reads: [], thinkMicros: seconds(5), write: () => [] };

function followingTurn(...steps: readonly Step[]): Turn {
  return turn({ steps: [following, ...steps] });
}

/** The status is 'draft', and from this time on 'final'; whoever has read it is notified then. */
function changingAt(changeSeconds: number, more: (host: Host) => Partial<Replica> = () => ({})) {
  const requests: string[] = [];
  const strategy = probe((host) => ({
    begin: (tx) => {
      requests.push(tx.repairs === true ? `repair ${String(tx.attempt)}` : `begin ${String(tx.attempt)}`);
      if (tx.attempt > 1 || tx.turn > 0) return;
      host.after(seconds(changeSeconds), () => {
        host.notify(tx, [status]);
      });
    },
    read: (tx) => {
      host.view(tx, showing(host.now() < seconds(changeSeconds) ? 'draft' : 'final'));
    },
    write: (tx, writes) => {
      const values = writes.map(({ value, attempt }) => `${JSON.stringify(value)}@${String(attempt)}`);
      requests.push(`${tx.repairs === true ? 'instead' : 'write'} ${values.join()}`);
      host.written(tx);
    },
    ...more(host),
  }));
  return { strategy, requests };
}

describe('a notice', () => {
  it('is looked at before the next thing is done; what is not written yet costs no repair', () => {
    const { strategy, requests } = changingAt(5);
    const history = run(strategy, planOf([followingTurn()]));
    expect(requests).toEqual(['begin 1', 'write "after final"@1']);
    expect(history.notices).toMatchObject([
      { matters: true, misjudged: false, repaired: 0, judging: { calls: 1 }, repairing: { calls: 0 } },
    ]);
    expect(history.attempts[0]?.views).toEqual([showing('final')]);
    expect(history.attempts[0]?.thinkMicros).toBe(seconds(10));
    expect(history.agentsDoneAt).toBe(seconds(10) + (history.notices[0]?.takesMicros ?? 0));
  });

  it('has the agent write anew, in place of what it wrote, only what depends on it', () => {
    const { strategy, requests } = changingAt(12);
    const free: Step = {
      reads: [],
      thinkMicros: seconds(1),
      write: () => [{ field: field('free'), kind: 'scalar', value: 1 }],
    };
    const history = run(strategy, planOf([followingTurn(free, resting)]));
    expect(requests).toEqual(['begin 1', 'write "after draft"@1', 'write 1@1', 'instead "after final"@2,1@1']);
    expect(history.notices).toMatchObject([
      { matters: true, repaired: 1, judging: { calls: 1 }, repairing: { calls: 1 } },
    ]);
    expect(history.attempts).toHaveLength(1);
    expect(history.attempts[0]?.writes.map(({ value }) => value)).toEqual(['after final', 1]);
    expect(history.attempts[0]?.replaced.map(({ value }) => value)).toEqual(['after draft']);
  });

  it('that changes nothing costs one judgement', () => {
    const { strategy, requests } = changingAt(12);
    const deaf: Step = { ...following, write: () => [{ field: plan, kind: 'scalar', value: 'as ever' }] };
    const history = run(strategy, planOf([turn({ steps: [deaf, resting] })]));
    expect(requests).toEqual(['begin 1', 'write "as ever"@1']);
    expect(history.notices).toMatchObject([
      { matters: false, repaired: 0, judging: { calls: 1 }, repairing: { calls: 0 } },
    ]);
  });

  it('of a scalar that the turn wrote has it written again: now everybody knows that the agent has seen the other value', () => {
    const { strategy, requests } = changingAt(12);
    const deaf: Step = { ...following, write: () => [{ field: status, kind: 'scalar', value: 'mine' }] };
    run(strategy, planOf([turn({ steps: [deaf, resting] })]));
    expect(requests).toEqual(['begin 1', 'write "mine"@1', 'instead "mine"@2']);
  });

  it('takes back what would not have been written', () => {
    const { strategy, requests } = changingAt(12);
    const shy: Step = {
      ...following,
      write: ({ fields }) => (scalarIn(fields, status) === 'draft' ? [{ field: plan, kind: 'scalar', value: 1 }] : []),
    };
    const history = run(strategy, planOf([turn({ steps: [shy, resting] })]));
    expect(requests).toEqual(['begin 1', 'write 1@1', 'instead ']);
    expect(history.attempts[0]?.writes).toEqual([]);
    expect(history.attempts[0]?.replaced).toHaveLength(1);
  });

  it('opens a finished turn again', () => {
    const { strategy, requests } = changingAt(12);
    const history = run(strategy, planOf([followingTurn()]));
    expect(requests).toEqual(['begin 1', 'write "after draft"@1', 'repair 2', 'instead "after final"@2']);
    const [first, repair] = history.attempts;
    expect(first).toMatchObject({ outcome: { kind: 'committed' }, views: [showing('final')] });
    expect(first?.writes.map(({ value }) => value)).toEqual(['after final']);
    expect(repair).toMatchObject({ writes: [], outcome: { kind: 'committed' } });
    expect(history.turns).toEqual([{ transaction: 'a1.1', end: 'done' }]);
    expect(history.agentsDoneAt).toBe(seconds(12) + (history.notices[0]?.takesMicros ?? 0));
  });

  it('for a finished turn that is told at once that all is well leaves what the turn has seen', () => {
    const { strategy } = changingAt(12, (host) => ({
      begin: (tx) => {
        if (tx.repairs === true) host.settle(tx, { kind: 'committed' });
        else host.after(seconds(12), () => host.notify(tx, [status]));
      },
    }));
    const history = run(strategy, planOf([followingTurn()]));
    expect(history.attempts).toHaveLength(2);
    expect(history.attempts[0]?.views).toEqual([showing('draft')]);
  });

  it('for a finished turn waits for the turn in hand, and goes before the next', () => {
    const { strategy, requests } = changingAt(12);
    const later = turn({ steps: [{ ...resting, thinkMicros: seconds(10) }] });
    const ids: string[] = [];
    const spying = { ...strategy, open: (host: Host) => watched(strategy.open(host), ids) };
    run(spying, planOf([followingTurn(), later, later]));
    expect(ids).toEqual(['a1.1', 'a1.2', 'a1.1', 'a1.3']);
    expect(requests).toContain('repair 2');
  });

  it('that is repeated after a crash in the middle of a repair is repaired from what stands', () => {
    const requests: string[] = [];
    const strategy = probe((host) => ({
      read: (tx) => {
        host.view(tx, showing(host.now() < seconds(50) ? 'draft' : 'final'));
      },
      write: (tx, writes) => {
        requests.push(...writes.map(({ value }) => JSON.stringify(value)));
        // The first repair is never answered.
        if (host.now() < seconds(100) && tx.repairs === true) return;
        host.written(tx);
      },
      sync: () => {
        if (host.now() > seconds(50)) host.notify(finished, [status]);
      },
    }));
    const finished = { id: 'a1.1', agent: 'a1', turn: 0, attempt: 1 } as Transaction;
    const crash = atTime('a1', 90, { kind: 'crash', downMicros: seconds(20) });
    const history = run(strategy, planOf([followingTurn(), turn({ pauseMicros: seconds(200) })]), [crash]);
    expect(requests.slice(0, 3)).toEqual(['"after draft"', '"after final"', '"after final"']);
    expect(history.attempts[0]?.writes.map(({ value }) => value)).toEqual(['after final']);
  });

  it('that comes again and again is a livelock', () => {
    const strategy = probe((host) => ({
      commit: (tx) => {
        host.settle(tx, { kind: 'committed' });
        host.notify(tx, [status]);
      },
    }));
    const history = run(strategy, planOf([followingTurn()]));
    expect(history.turns).toEqual([{ transaction: 'a1.1', end: 'livelocked' }]);
    expect(history.restAt).toBeNull();
    expect(history.failure).toBeNull();
  });

  it('that is misjudged leaves what was written, although the agent was shown what has changed', () => {
    const { strategy, requests } = changingAt(12);
    const history = run(strategy, planOf([followingTurn(resting)]), [], '1', undefined, 1);
    expect(requests).toEqual(['begin 1', 'write "after draft"@1']);
    expect(history.notices).toMatchObject([{ matters: true, misjudged: true, repaired: 0 }]);
    expect(history.attempts[0]?.views).toEqual([showing('draft'), showing('final')]);
  });

  it('of a scalar that the turn wrote has it written again as it was, where it is misjudged', () => {
    const { strategy, requests } = changingAt(12);
    const echo: Step = {
      ...following,
      write: ({ fields }) => [{ field: status, kind: 'scalar', value: { not: scalarIn(fields, status) ?? null } }],
    };
    run(strategy, planOf([turn({ steps: [echo, resting] })]), [], '1', undefined, 1);
    expect(requests).toEqual(['begin 1', 'write {"not":"draft"}@1', 'instead {"not":"draft"}@2']);
  });

  it('of a field that was not set when the turn read it is looked at, and of one that is gone as well', () => {
    const values: readonly View[] = [
      { fields: [], escalations: [] },
      showing('final'),
      { fields: [], escalations: [] },
    ];
    let shown = 0;
    const strategy = probe((host) => ({
      begin: (tx) => {
        for (const delay of [12, 20]) host.after(seconds(delay), () => host.notify(tx, [status]));
      },
      read: (tx) => {
        host.view(tx, values[shown++] as View);
      },
    }));
    const history = run(strategy, planOf([followingTurn(resting, resting, resting)]));
    expect(history.notices).toHaveLength(2);
    expect(history.attempts[0]?.writes.map(({ value }) => value)).toEqual(['after draft']);
  });

  it('for a turn that came to nothing, or for nothing that it rests on, is ignored', () => {
    const other = field('other');
    const strategy = probe((host) => ({
      begin: (tx) => {
        host.after(seconds(1), () => {
          host.notify(tx, [other]);
        });
      },
      commit: (tx) => {
        host.settle(tx, { kind: 'rejected', cause: 'type-mismatch', reason: 'no' });
        host.notify(tx, [status]);
      },
    }));
    const history = run(strategy, planOf([followingTurn()]));
    expect(history.notices).toEqual([]);
    expect(history.attempts).toHaveLength(1);
  });
});

function watched(replica: Replica, ids: string[]): Replica {
  const begin = (tx: Transaction): void => {
    ids.push(tx.id);
    replica.begin(tx);
  };
  return { ...replica, begin };
}
