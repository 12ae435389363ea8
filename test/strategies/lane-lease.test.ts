import { describe, expect, it } from 'vitest';
import { field, seconds, type History, type Step } from '../../src/contract/index.ts';
import { laneDefaults, laneLease, laneLeaseWith } from '../../strategies/lane-lease.ts';
import { atStep, atTime, planOf, reported, run, status, turn } from '../support/plans.ts';

const crash = (downSeconds: number) => ({ kind: 'crash', downMicros: seconds(downSeconds) }) as const;
const restart = (downSeconds: number) => ({ ...crash(downSeconds), kind: 'restore', backupsBack: 2 }) as const;
const stall = (stallSeconds: number) => ({ kind: 'busy', stallMicros: seconds(stallSeconds) }) as const;
const [x, y] = [field('x'), field('y')];
const step = (name: typeof x, thinkSeconds: number, value: string): Step => ({
  reads: [name],
  thinkMicros: seconds(thinkSeconds),
  write: () => [{ field: name, kind: 'scalar', value }],
});

const told = ({ attempts }: History) =>
  attempts.map(({ tx, outcome }) => `${tx.id}/${String(tx.attempt)} ${outcome?.kind ?? 'nothing'}`);

/** Grants and their ends, in short: `+a1 status 1`, `-a1 status 1` for a release, `!a1 status 1` for a reclaim. */
const lanes = (history: History) =>
  reported(history).flatMap((event) => {
    if (event.kind !== 'grant' && event.kind !== 'release' && event.kind !== 'reclaim') return [];
    const sign = { grant: '+', release: '-', reclaim: '!' }[event.kind];
    return [`${sign}${event.holder} ${event.field} ${String(event.token)}`];
  });

describe('agents that want the same field', () => {
  it('take turns, and the one who was refused asks again without bothering its agent', () => {
    const history = run(laneLease, planOf([turn({}, 'one')], [turn({}, 'two')]));
    expect(told(history)).toEqual(['a1.1/1 committed', 'a2.1/1 committed']);
    const [first, second] = lanes(history)[0]?.startsWith('+a1') === true ? ['a1', 'a2'] : ['a2', 'a1'];
    expect(lanes(history)).toEqual([
      `+${first} status 1`,
      `-${first} status 1`,
      `+${second} status 2`,
      `-${second} status 2`,
    ]);
    expect(history.finals[0]?.state.fields).toMatchObject([{ field: status, value: second === 'a1' ? 'one' : 'two' }]);
  });

  it('do not wait for those who want another one', () => {
    const history = run(
      laneLease,
      planOf([turn({ steps: [step(x, 10, 'a')] })], [turn({ steps: [step(y, 10, 'b')] })]),
    );
    expect(Math.max(...history.attempts.map(({ blockedMicros }) => blockedMicros))).toBeLessThan(seconds(1));
  });
});

describe('agents that hold what the other one needs', () => {
  it('find out: the younger gives back what it holds, and thinks again about both fields at once', () => {
    const there = turn({ steps: [step(x, 10, 'a'), step(y, 10, 'a')] });
    const backAgain = turn({ pauseMicros: seconds(1), steps: [step(y, 10, 'b'), step(x, 10, 'b')] });
    const history = run(laneLease, planOf([there], [backAgain]));
    expect(told(history)).toEqual(['a1.1/1 committed', 'a2.1/1 conflict', 'a2.1/2 committed']);
    expect(history.attempts[1]?.outcome).toEqual({ kind: 'conflict', cause: 'other-holder', fields: [x] });
    expect(lanes(history)).toContain('+a2 y 4');
    expect(lanes(history)).toContain('+a2 x 4');
  });
});

describe('an agent whose machine crashes', () => {
  it('finds its lane as it left it: the new process adopts the lease', () => {
    const history = run(laneLease, planOf([turn()], [turn({}, 'other')]), [atTime('a1', 5, crash(30))]);
    expect(told(history)).toEqual(['a1.1/1 nothing', 'a2.1/1 committed', 'a1.1/2 committed']);
    const mine = lanes(history).filter((event) => event.includes('a1'));
    expect(mine).toHaveLength(2);
  });

  it('after its turn was accepted leaves a lease that stands in the way until the grace is over', () => {
    const later = turn({ pauseMicros: seconds(5) }, 'later');
    const tape = [atStep('a1', 'settle', 'after', 1, crash(10))];
    const history = run(laneLease, planOf([turn()], [later]), tape);
    expect(told(history)).toEqual(['a1.1/1 committed', 'a2.1/1 committed']);
    expect(lanes(history)).toEqual(['+a1 status 1', '!a1 status 1', '+a2 status 2', '-a2 status 2']);
    expect(history.attempts[1]?.blockedMicros).toBeGreaterThan(seconds(290));
  });
});

describe('a lease that has run out', () => {
  const short = laneLeaseWith({ ...laneDefaults, ttl: 20, grace: 5 });

  it('is taken from a holder who stalls, and what the holder commits later is refused', () => {
    const history = run(short, planOf([turn({}, 'zombie')], [turn({ pauseMicros: seconds(2) }, 'other')]), [
      atTime('a1', 5, stall(60)),
    ]);
    expect(told(history)).toEqual(['a1.1/1 conflict', 'a2.1/1 committed', 'a1.1/2 committed']);
    expect(history.attempts[0]?.outcome).toMatchObject({ cause: 'reclaimed' });
    expect(lanes(history)).toContain('!a1 status 1');
  });

  it('is prolonged by the heartbeats of a holder who only thinks for long', () => {
    const slow = { ...short.configure!({ ...laneDefaults, ttl: 20, grace: 5, coalesceWithin: 1 }) };
    const history = run(
      slow,
      planOf([turn({ steps: [step(x, 90, 'slow')] })], [turn({ steps: [step(x, 1, 'quick')] })]),
    );
    expect(told(history)).toEqual(expect.arrayContaining(['a1.1/1 committed', 'a2.1/1 committed']));
    expect(lanes(history).filter((event) => event.startsWith('!'))).toEqual([]);
    const beats = reported(history).filter(({ kind }) => kind === 'heartbeat');
    expect(beats.length).toBeGreaterThan(15);
  });
});

describe('the mutex of the journal', () => {
  it('is taken over when its owner has left it behind for too long, and the late owner writes nothing', () => {
    // The second message that a1 receives is the answer that gives it the mutex.
    const history = run(laneLease, planOf([turn({}, 'late')], [turn({ pauseMicros: seconds(1) }, 'early')]), [
      atStep('a1', 'receive', 'before', 2, stall(380)),
    ]);
    expect(told(history)).toContain('a1.1/1 committed');
    expect(lanes(history)).toEqual(['+a2 status 1', '-a2 status 1', '+a1 status 2', '-a1 status 2']);
  });

  it('that cannot be had after six attempts is asked for again, and after some more the agent is told', () => {
    const history = run(laneLease, planOf([turn()], [turn({ pauseMicros: seconds(1) })]), [
      atStep('a1', 'receive', 'before', 2, stall(290)),
    ]);
    const causes = history.attempts.flatMap(({ outcome }) => (outcome?.kind === 'conflict' ? [outcome.cause] : []));
    expect(causes.length).toBeGreaterThan(0);
    expect(new Set(causes)).toEqual(new Set(['busy']));
    expect(history.turns.map(({ end }) => end)).toEqual(['done', 'done']);
  });

  it('is free again at once for a host whose earlier process had it', () => {
    const history = run(laneLease, planOf([turn()], [turn({ pauseMicros: seconds(60) })]), [
      atStep('a1', 'receive', 'after', 2, restart(10)),
    ]);
    expect(told(history)).toEqual(['a1.1/1 nothing', 'a1.1/2 committed', 'a2.1/1 committed']);
    const waits = history.attempts.map(({ blockedMicros }) => blockedMicros);
    expect(Math.max(...waits.slice(1))).toBeLessThan(seconds(1));
  });
});

describe('the disk that all share', () => {
  it('remembers who holds what when its machine has crashed', () => {
    const history = run(laneLease, planOf([turn()], [turn({ pauseMicros: seconds(2) }, 'other')]), [
      atTime('hub', 5, crash(8)),
    ]);
    expect(told(history)).toEqual(['a1.1/1 committed', 'a2.1/1 committed']);
    const recovered = reported(history).filter(({ kind }) => kind === 'recovered');
    expect(recovered).toMatchObject([{ grants: [] }, { grants: [{ field: status, holder: 'a1', token: 1 }] }]);
  });

  it('compacts its journal without forgetting a lease or letting tokens fall', () => {
    const often = laneLeaseWith({ ...laneDefaults, compactAbove: 3 });
    const busybody = Array.from({ length: 12 }, () => turn());
    const history = run(often, planOf(busybody, busybody), [atTime('hub', 100, crash(5))]);
    expect(history.turns.every(({ end }) => end === 'done')).toBe(true);
    const tokens = reported(history).flatMap((event) => (event.kind === 'grant' ? [event.token] : []));
    expect(tokens).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  });
});
