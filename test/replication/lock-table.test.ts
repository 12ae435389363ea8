import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field } from '../../src/contract/index.ts';
import { LockTable, type LockMode } from '../../src/replication/index.ts';

interface Owner {
  readonly name: string;
}

const [one, two, three]: readonly [Owner, Owner, Owner] = [{ name: 'one' }, { name: 'two' }, { name: 'three' }];
const [x, y] = [field('x'), field('y')];

describe('a table of locks', () => {
  it('lets readers share, and a writer be alone', () => {
    const table = new LockTable<Owner>();
    expect([table.acquire(one, x, 'shared'), table.acquire(two, x, 'shared')]).toEqual([true, true]);
    expect(table.acquire(three, x, 'exclusive')).toBe(false);
    expect(table.release(one)).toEqual([]);
    expect(table.release(two)).toEqual([three]);
  });

  it('lets nobody overtake a writer who waits', () => {
    const table = new LockTable<Owner>();
    table.acquire(one, x, 'shared');
    table.acquire(two, x, 'exclusive');
    expect(table.acquire(three, x, 'shared')).toBe(false);
    expect(table.release(one)).toEqual([two]);
    expect(table.release(two)).toEqual([three]);
  });

  it('lets a reader who wants to write go before those who wait without holding anything', () => {
    const table = new LockTable<Owner>();
    table.acquire(one, x, 'shared');
    table.acquire(two, x, 'exclusive');
    expect(table.acquire(one, x, 'exclusive')).toBe(true);
    expect(table.release(one)).toEqual([two]);
  });

  it('gives what is held already, also for less', () => {
    const table = new LockTable<Owner>();
    table.acquire(one, x, 'exclusive');
    expect([table.acquire(one, x, 'exclusive'), table.acquire(one, x, 'shared')]).toEqual([true, true]);
    expect(table.acquire(two, x, 'shared')).toBe(false);
  });

  it('forgets who waits no longer', () => {
    const table = new LockTable<Owner>();
    table.acquire(one, x, 'shared');
    table.acquire(two, x, 'exclusive');
    table.acquire(three, x, 'shared');
    expect(table.release(two)).toEqual([three]);
  });

  it('throws when somebody who waits asks for more', () => {
    const table = new LockTable<Owner>();
    table.acquire(one, x, 'exclusive');
    table.acquire(two, x, 'exclusive');
    expect(() => table.acquire(two, y, 'shared')).toThrow('waits for a lock');
  });
});

describe('a circle of waits', () => {
  it('is found in two readers of one field who both want to write it', () => {
    const table = new LockTable<Owner>();
    table.acquire(one, x, 'shared');
    table.acquire(two, x, 'shared');
    table.acquire(one, x, 'exclusive');
    expect(table.circle(one)).toBeNull();
    table.acquire(two, x, 'exclusive');
    expect(table.circle(two)).toEqual([two, one]);
  });

  it('is found in two who lock two fields in opposite orders, and leaves out whoever only waits for them', () => {
    const table = new LockTable<Owner>();
    table.acquire(one, x, 'exclusive');
    table.acquire(two, y, 'exclusive');
    table.acquire(one, y, 'exclusive');
    expect(table.circle(one)).toBeNull();
    table.acquire(two, x, 'exclusive');
    expect(table.circle(two)).toEqual([two, one]);
    table.acquire(three, x, 'exclusive');
    expect(table.circle(three)).toBeNull();
  });

  it('is found through a queue', () => {
    const table = new LockTable<Owner>();
    table.acquire(one, x, 'shared');
    table.acquire(two, y, 'exclusive');
    table.acquire(two, x, 'exclusive');
    table.acquire(three, x, 'shared');
    expect(table.circle(three)).toBeNull();
    table.acquire(one, y, 'shared');
    expect(table.circle(one)).toEqual([one, two]);
  });
});

describe('whatever is asked for in whatever order', () => {
  const step = fc.record({
    owner: fc.nat(4),
    field: fc.constantFrom(x, y, field('z')),
    mode: fc.constantFrom<LockMode>('shared', 'exclusive'),
    ends: fc.boolean(),
  });

  it('no writer has company, and while circles are broken as they close somebody can always go on', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new LockTable<Owner>();
        const owners = Array.from({ length: 5 }, (_, index): Owner => ({ name: String(index) }));
        const held = new Map<Owner, Map<string, LockMode>>(owners.map((owner) => [owner, new Map()]));
        const wanted = new Map<Owner, readonly [string, LockMode]>();
        const hold = (owner: Owner, name: string, mode: LockMode): void => {
          const locks = held.get(owner)!;
          if (locks.get(name) !== 'exclusive') locks.set(name, mode);
        };
        const release = (owner: Owner): void => {
          held.set(owner, new Map());
          wanted.delete(owner);
          for (const served of table.release(owner)) {
            hold(served, ...wanted.get(served)!);
            wanted.delete(served);
          }
        };
        for (const { owner: index, field: name, mode, ends } of steps) {
          const owner = owners[index]!;
          if (ends || wanted.has(owner)) release(owner);
          else if (table.acquire(owner, name, mode)) hold(owner, name, mode);
          else wanted.set(owner, [name, mode]);
          for (let circle = table.circle(owner); circle !== null; circle = table.circle(owner)) release(circle.at(-1)!);
          for (const field of ['x', 'y', 'z']) {
            const modes = owners.flatMap((each) => held.get(each)!.get(field) ?? []);
            if (modes.includes('exclusive')) expect(modes).toHaveLength(1);
          }
          expect(owners.some((each) => !wanted.has(each))).toBe(true);
        }
        for (const owner of owners) release(owner);
        expect(wanted.size).toBe(0);
      }),
    );
  });
});
