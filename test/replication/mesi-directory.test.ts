import { describe, expect, it } from 'vitest';
import { agentAt, field, seconds, type AgentId, type FieldName, type Micros } from '../../src/contract/index.ts';
import { MesiDirectory, type SweepLimits, type Transition } from '../../src/replication/index.ts';

const [one, two, three, four] = [0, 1, 2, 3].map(agentAt) as [AgentId, AgentId, AgentId, AgentId];
const [x, y] = [field('x'), field('y')];
const at = seconds;

const limits = (heartbeatTimeout: number, maxHold: number): SweepLimits => ({
  heartbeatTimeoutMicros: seconds(heartbeatTimeout),
  maxHoldMicros: seconds(maxHold),
});

const content = { version: 1, hash: 'beef', token: null, trigger: 'commit' } as const;

function log(directory: MesiDirectory): readonly string[] {
  return directory.drain().transitions.map(({ agent, field: name, from, to, trigger }) => {
    return `${agent} ${name} ${from}-${to} ${trigger}`;
  });
}

/** The field is granted, and the log is durable at once. */
function grant(directory: MesiDirectory, agent: AgentId, name: FieldName, now: Micros): void {
  directory.acquire(agent, name, 'write', now);
  directory.takeEffect([{ field: name, sequence: directory.token(agent, name)! }], now);
}

describe('the nine transitions', () => {
  it('are all reached by reading, writing and reclaiming, each with its trigger', () => {
    const directory = new MesiDirectory(limits(100, 400));
    directory.fetch(one, x, at(0));
    directory.fetch(two, x, at(1));
    expect(log(directory)).toEqual(['a1 x I-E fetch', 'a1 x E-S fetch', 'a2 x I-S fetch']);
    directory.acquire(one, x, 'write', at(2));
    expect(log(directory)).toEqual(['a2 x S-I invalidate', 'a1 x S-E write']);
    directory.commit(one, x, content, at(3));
    directory.fetch(two, x, at(4));
    expect(log(directory)).toEqual(['a1 x E-M commit', 'a1 x M-S fetch', 'a2 x I-S fetch']);
    directory.acquire(three, x, 'write', at(5));
    expect(log(directory)).toEqual(['a1 x S-I invalidate', 'a2 x S-I invalidate', 'a3 x I-E write']);
    directory.acquire(four, x, 'write', at(6));
    directory.commit(four, x, content, at(6));
    directory.flush(four, at(7));
    expect(log(directory)).toEqual(['a3 x E-I invalidate', 'a4 x I-E write', 'a4 x E-M commit', 'a4 x M-I invalidate']);
  });

  it('are numbered from 1 without gaps, and carry the version and hash of the content', () => {
    const directory = new MesiDirectory(null);
    directory.fetch(one, x, at(0));
    directory.acquire(two, x, 'write', at(1));
    directory.commit(two, x, content, at(2));
    const { transitions } = directory.drain();
    expect(transitions.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(transitions.at(-1)).toMatchObject({ from: 'E', to: 'M', version: 1, contentHash: 'beef' });
  });

  it('go on where the log ended when the directory is built from it again', () => {
    const before = new MesiDirectory(limits(10, 400));
    grant(before, one, x, at(0));
    before.sweep(at(10));
    grant(before, two, y, at(11));
    const { transitions } = before.drain();
    const after = new MesiDirectory(limits(10, 400));
    for (const transition of transitions) after.restore(transition);
    expect([after.grants(), after.generation(x), after.slot(one, x)]).toEqual([
      before.grants(),
      1,
      { trigger: 'heartbeat', at: at(10) },
    ]);
    after.fetch(three, x, at(12));
    expect(after.drain().transitions.map(({ sequence }) => sequence)).toEqual([transitions.length + 1]);
  });
});

describe('a pushed content', () => {
  it('is shared by its author and all who get it', () => {
    const directory = new MesiDirectory(null);
    directory.fetch(two, x, at(0));
    grant(directory, one, x, at(1));
    directory.commit(one, x, content, at(2));
    log(directory);
    directory.update(x, [two, three], at(2));
    expect(log(directory)).toEqual(['a1 x M-S update', 'a2 x I-S update', 'a3 x I-S update']);
  });
});

describe('the sweep', () => {
  /** Agents 0, 1 and 2 hold a field each; every agent that is alive gives a sign of life every tick. */
  function golden(): readonly string[] {
    const directory = new MesiDirectory(limits(8, 400));
    const fields: readonly FieldName[] = ['f0', 'f1', 'f2'].map(field);
    const isAlive = (index: number, tick: number): boolean =>
      index === 0 ? tick < 5 : index === 1 ? tick < 10 || tick >= 30 : true;
    for (let tick = 0; tick <= 1000; tick += 1) {
      for (const [index, agent] of [one, two, three, four].entries()) {
        if (isAlive(index, tick)) directory.heartbeat(agent, at(tick));
        const name = fields[index];
        if (tick === 0 && name !== undefined) grant(directory, agent, name, at(tick));
      }
      directory.sweep(at(tick));
    }
    const reclaims = directory.drain().transitions.filter(({ trigger }) => trigger.startsWith('reclaim'));
    return reclaims.map(({ agent, trigger, at: when }) => `${agent} ${trigger} at ${String(when / at(1))}`);
  }

  it('reclaims exactly three grants in the golden case', () => {
    expect(golden()).toEqual([
      'a1 reclaim_heartbeat at 12',
      'a2 reclaim_heartbeat at 17',
      'a3 reclaim_max_hold at 400',
    ]);
  });

  it('tells its grounds', () => {
    const directory = new MesiDirectory(limits(8, 400));
    directory.heartbeat(one, at(4));
    grant(directory, one, x, at(4));
    directory.sweep(at(12));
    const grounds = { lastHeartbeatAt: at(4), grantedAt: at(4), sweptAt: at(12), ...limits(8, 400) };
    expect(directory.drain().events).toContainEqual({
      kind: 'reclaim',
      field: x,
      holder: one,
      token: 1,
      trigger: 'heartbeat',
      grounds,
    });
  });

  it('reclaims at equality, and says when it will', () => {
    const directory = new MesiDirectory(limits(8, 400));
    for (const [agent, name, last] of [
      [one, x, 4],
      [two, y, 9],
    ] as const) {
      directory.heartbeat(agent, at(0));
      grant(directory, agent, name, at(0));
      directory.heartbeat(agent, at(last));
    }
    expect([directory.dueAt(), directory.sweep(at(11))]).toEqual([at(12), []]);
    expect(directory.sweep(at(12))).toMatchObject([{ field: x, holder: one }]);
    expect([directory.dueAt(), directory.sweep(at(16))]).toEqual([at(17), []]);
    expect(directory.sweep(at(17))).toMatchObject([{ field: y, holder: two }]);
    directory.heartbeat(three, at(20));
    grant(directory, three, x, at(20));
    directory.heartbeat(three, at(419));
    expect([directory.dueAt(), directory.sweep(at(419))]).toEqual([at(420), []]);
    expect(directory.sweep(at(420))).toMatchObject([{ field: x, holder: three }]);
  });

  it('takes a holder that was never heard for silent', () => {
    const directory = new MesiDirectory(limits(8, 400));
    grant(directory, one, x, at(3));
    expect(directory.dueAt()).toBe(at(3));
    directory.sweep(at(3));
    expect(directory.slot(one, x)).toEqual({ trigger: 'heartbeat', at: at(3) });
  });

  it('puts silence before max hold where both are due', () => {
    const directory = new MesiDirectory(limits(8, 400));
    directory.heartbeat(one, at(0));
    grant(directory, one, x, at(0));
    directory.sweep(at(400));
    expect(directory.slot(one, x)?.trigger).toBe('heartbeat');
  });

  it('counts max hold from when E or M was entered from outside, whatever is written meanwhile', () => {
    const directory = new MesiDirectory(limits(8, 400));
    grant(directory, one, x, at(0));
    directory.commit(one, x, content, at(300));
    directory.heartbeat(one, at(400));
    expect(directory.sweep(at(400))).toHaveLength(1);
  });

  it('leaves alone what is not yet in effect, and counts from when it is', () => {
    const directory = new MesiDirectory(limits(8, 400));
    directory.heartbeat(one, at(0));
    directory.acquire(one, x, 'write', at(0));
    expect([directory.dueAt(), directory.sweep(at(500))]).toEqual([null, []]);
    directory.heartbeat(one, at(500));
    directory.takeEffect(directory.drain().transitions, at(500));
    expect([directory.dueAt(), directory.sweep(at(507))]).toEqual([at(508), []]);
    directory.heartbeat(one, at(899));
    expect([directory.dueAt(), directory.sweep(at(899))]).toEqual([at(900), []]);
    expect(directory.sweep(at(900))).toMatchObject([{ field: x, holder: one, token: 1 }]);
  });

  it('leaves the version as it is, and does nothing without limits', () => {
    const directory = new MesiDirectory(null);
    grant(directory, one, x, at(0));
    directory.commit(one, x, content, at(0));
    expect([directory.sweep(at(10_000)), directory.dueAt(), directory.version(x)]).toEqual([[], null, 1]);
  });
});

describe('a reclaim slot', () => {
  function reclaimed(): MesiDirectory {
    const directory = new MesiDirectory(limits(8, 400));
    grant(directory, one, x, at(0));
    directory.sweep(at(8));
    return directory;
  }
  const claim = { field: x, version: 0, generation: 0, token: 1 };
  const slot = { trigger: 'heartbeat', at: at(8) };

  it('makes a late commit fail with its trigger and time', () => {
    expect(reclaimed().fence(one, claim)).toEqual({ cause: 'reclaimed', ...slot });
  });

  it('is not for others: what they knew before the reclaim is of an older generation', () => {
    expect(reclaimed().fence(two, claim)).toEqual({ cause: 'stale-generation', generation: 1 });
  });

  it('survives from I to S, and is cleared when the field is granted again', () => {
    const directory = reclaimed();
    directory.fetch(two, x, at(9));
    directory.fetch(one, x, at(10));
    expect([directory.copyState(one, x), directory.slot(one, x)]).toEqual(['S', slot]);
    grant(directory, one, x, at(11));
    expect(directory.slot(one, x)).toBeNull();
    expect(directory.drain().events.filter(({ kind }) => kind === 'slot')).toMatchObject([
      { holder: one, trigger: 'heartbeat' },
      { holder: one, trigger: null },
    ]);
  });

  it('does not stand in the way of what was read since', () => {
    const directory = reclaimed();
    directory.fetch(one, x, at(10));
    expect(directory.fence(one, { ...claim, generation: directory.generation(x), token: null })).toBeNull();
  });
});

describe('tokens', () => {
  it('rise over all grants, and end with a release or a reclaim', () => {
    const directory = new MesiDirectory(limits(8, 400));
    grant(directory, one, x, at(0));
    grant(directory, two, x, at(1));
    directory.sweep(at(9));
    const lines = directory
      .drain()
      .events.flatMap((event) =>
        event.kind === 'grant' || event.kind === 'release' || event.kind === 'reclaim'
          ? [`${event.kind} ${event.holder} ${String(event.token)}`]
          : [],
      );
    expect(lines).toEqual(['grant a1 1', 'release a1 1', 'grant a2 3', 'reclaim a2 3']);
  });

  it('only ever belong to one holder of a field', () => {
    const directory = new MesiDirectory(null);
    const transitions: Transition[] = [];
    for (const [second, agent] of [one, two, three, one].entries()) {
      if (second % 2 === 0) directory.acquire(agent, x, 'write', at(second));
      else directory.fetch(agent, x, at(second));
      transitions.push(...directory.drain().transitions);
      expect(directory.grants().length).toBeLessThanOrEqual(1);
    }
    expect(transitions).not.toHaveLength(0);
  });
});
