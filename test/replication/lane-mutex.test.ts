import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seconds, type Micros } from '../../src/contract/index.ts';
import { isStale, LaneMutex, mutexRules, type MutexValue } from '../../src/replication/lane-mutex.ts';
import { holder } from '../support/lanes.ts';

const start = 0 as Micros;
const value = (agent: string, number: number, name = 'first'): MutexValue => {
  const { host, process } = holder(agent, name);
  return { host, process, number };
};
const [one, two, three] = [value('a1', 1), value('a2', 1), value('a3', 1)];

function held(by: MutexValue): LaneMutex {
  const mutex = new LaneMutex(mutexRules);
  mutex.take(by, null, start);
  return mutex;
}

describe('the mutex', () => {
  it('belongs to the first who takes it, until that one lets go', () => {
    const mutex = held(one);
    expect(mutex.take(two, null, start)).toBe(false);
    mutex.drop(two);
    expect(mutex.covers(one)).toBe(true);
    mutex.drop(one);
    expect(mutex.take(three, null, start)).toBe(true);
  });

  it('may be asked for by its owner again, whose answer was lost', () => {
    expect(held(one).take(one, null, start)).toBe(true);
  });

  it('is not taken by a request that arrives when its owner has let go already', () => {
    const mutex = held(one);
    mutex.drop(one);
    expect(mutex.take(one, null, start)).toBe(false);
    expect(mutex.take(value('a1', 2), null, start)).toBe(true);
  });

  it('is not taken again by a request that had it before it was taken over', () => {
    const mutex = held(one);
    mutex.take(two, one, start);
    mutex.drop(two);
    expect(mutex.take(one, null, start)).toBe(false);
  });

  it('is taken over by one only of all who have seen the same stale content', () => {
    const mutex = held(one);
    expect([mutex.take(two, one, start), mutex.take(three, one, start)]).toEqual([true, false]);
    expect([one, two, three].map((by) => mutex.covers(by))).toEqual([false, true, false]);
  });

  it('is not freed by an owner from whom it was taken over', () => {
    const mutex = held(one);
    mutex.take(two, one, start);
    mutex.drop(one);
    expect(mutex.covers(two)).toBe(true);
  });

  it('never covers two, whatever they do', () => {
    const anybody = fc.constantFrom(one, two, three, value('a1', 2), value('a2', 2));
    const deed = fc.record({ by: anybody, seen: fc.option(anybody), drops: fc.boolean() });
    fc.assert(
      fc.property(fc.array(deed), (deeds) => {
        const mutex = new LaneMutex(mutexRules);
        for (const { by, seen, drops } of deeds) {
          if (drops) mutex.drop(by);
          else if (mutex.take(by, seen, start)) expect(mutex.covers(by)).toBe(true);
          const owners = [one, two, three, value('a1', 2), value('a2', 2)].filter((each) => mutex.covers(each));
          expect(owners.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('a mutex that somebody holds', () => {
  const heldByOne = { ...one, since: seconds(10) };
  const limit = seconds(300);

  it('is stale when it was taken too long ago', () => {
    expect(isStale(heldByOne, holder('a2'), seconds(310), limit)).toBe(false);
    expect(isStale(heldByOne, holder('a2'), seconds(310.1), limit)).toBe(true);
  });

  it('is stale for its own host, which is not using it', () => {
    expect(isStale(heldByOne, holder('a1', 'second'), seconds(11), limit)).toBe(true);
  });
});
