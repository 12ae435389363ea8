import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seconds, type Micros } from '../../src/contract/index.ts';
import { blockersOf, decide, heartbeats, isExpired } from '../../src/replication/lane-arbiter.ts';
import type { LaneRecord } from '../../src/replication/lane-records.ts';
import { acquire, anyFields, anyLease, holder, lease, limits, replay, x, y, z } from '../support/lanes.ts';

const [one, two] = [holder('a1'), holder('a2')];
const back = holder('a1', 'second');
const asking = (by: typeof one, ...fields: (typeof x)[]) => ({ holder: by, fields, turnSince: 0 as Micros });
const orphan: LaneRecord = { op: 'SPAWN', holder: back, at: 0 as Micros };

describe('the arbiter', () => {
  it('admits requests for disjoint fields and refuses any other', () => {
    const live = [lease(1, one, [x, y])];
    expect(blockersOf(asking(two, z), live)).toEqual([]);
    expect(blockersOf(asking(two, y, z), live)).toEqual(live);
  });

  it('refuses nobody because of its own lease', () => {
    expect(blockersOf(asking(one, x), [lease(1, one, [x])])).toEqual([]);
  });

  it('is monotone: one more live lease never turns a refusal into a grant', () => {
    fc.assert(
      fc.property(fc.array(anyLease), fc.nat(9), anyLease, anyFields, (live, place, more, fields) => {
        const request = asking(two, ...fields);
        const longer = [...live.slice(0, place), more, ...live.slice(place)];
        const blockers = blockersOf(request, live);
        expect(blockersOf(request, longer)).toEqual(expect.arrayContaining([...blockers]));
      }),
    );
  });

  it('never admits two to one field, whoever asks for what', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a1', 'a2', 'a3'), anyFields)), (requests) => {
        const records: LaneRecord[] = [];
        for (const [agent, fields] of requests) {
          records.push(...decide(replay(records), asking(holder(agent), ...fields), seconds(1), limits).records);
        }
        const held = replay(records).leases.flatMap(({ fields }) => fields);
        expect(held).toHaveLength(new Set(held).size);
      }),
    );
  });
});

describe('a lease stands in the way of others', () => {
  const fresh = lease(1, one, [x], { heardAt: seconds(100) });
  const at = (age: number) => seconds(100 + age);

  it('until its time to live and the grace are over', () => {
    expect(isExpired(fresh, false, at(3300), limits)).toBe(false);
    expect(isExpired(fresh, false, at(3300.1), limits)).toBe(true);
  });

  it('until the grace is over, when its process is known to be dead', () => {
    expect(isExpired(fresh, true, at(300), limits)).toBe(false);
    expect(isExpired(fresh, true, at(300.1), limits)).toBe(true);
  });
});

describe('what is written under the mutex', () => {
  it('is a lease on what is asked for, with the next token', () => {
    const decision = decide(replay([acquire(4, one, [x])]), asking(two, y, z), seconds(9), limits);
    const granted = lease(5, two, [y, z], { acquiredAt: seconds(9), heardAt: seconds(9) });
    expect(decision).toEqual({ kind: 'granted', leases: [granted], records: [{ op: 'ACQUIRE', lease: granted }] });
  });

  it('is nothing where somebody else is in the way', () => {
    const decision = decide(replay([acquire(4, one, [x])]), asking(two, x, y), seconds(9), limits);
    expect(decision).toMatchObject({ kind: 'refused', records: [], blockers: [{ token: 4 }] });
  });

  it('takes back first what has expired', () => {
    const decision = decide(replay([acquire(4, one, [x, z])]), asking(two, x), seconds(3301), limits);
    expect(decision.records).toMatchObject([
      { op: 'SCAVENGE', token: 4 },
      { op: 'ACQUIRE', lease: { token: 5 } },
    ]);
  });

  it('adopts what an earlier process of the same agent holds, expired or not, and acquires the rest', () => {
    const decision = decide(replay([acquire(4, one, [x]), orphan]), asking(back, x, y), seconds(9000), limits);
    expect(decision).toMatchObject({
      kind: 'granted',
      records: [
        { op: 'ADOPT', token: 4, holder: back },
        { op: 'ACQUIRE', lease: { token: 5, fields: [y] } },
      ],
      leases: [{ token: 4, holder: back }, { token: 5 }],
    });
  });

  it('is nothing for what this very process holds already', () => {
    expect(decide(replay([acquire(4, one, [x])]), asking(one, x), seconds(9), limits)).toMatchObject({
      kind: 'granted',
      records: [],
      leases: [{ token: 4 }],
    });
  });

  it('is no grant of what a damaged record may have granted, until a later record shows who holds it', () => {
    const fold = replay([acquire(4, one, [x])]);
    fold.damaged();
    expect(decide(fold, asking(two, y), seconds(9), limits).kind).toBe('doubtful');
    expect(decide(fold, asking(one, x), seconds(9), limits).kind).toBe('granted');
    fold.apply(acquire(6, one, [y]));
    fold.apply({ op: 'RELEASE', token: 6, holder: one });
    expect(decide(fold, asking(two, y), seconds(9), limits)).toMatchObject({ kind: 'granted', leases: [{ token: 7 }] });
    expect(decide(fold, asking(two, z), seconds(9), limits).kind).toBe('doubtful');
  });
});

describe('signs of life', () => {
  it('that come too soon after the last one are not written down', () => {
    const held = [lease(1, one, [x], { heardAt: seconds(10) }), lease(2, one, [y], { heardAt: seconds(50) })];
    expect(heartbeats(held, seconds(69), limits)).toEqual([]);
    expect(heartbeats(held, seconds(70), limits)).toEqual([
      { op: 'HEARTBEAT', token: 1, holder: one, at: seconds(70) },
    ]);
  });
});
