import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentId, Disk } from '../../src/contract/index.ts';
import { Store, type JsonObject } from '../../src/store/index.ts';
import { loro } from '../../strategies/loro.ts';
import { MemoryDisk, MemoryHost } from './memory-host.ts';

const agents = ['alice', 'bob', 'carol'] as AgentId[];
const item = { namespace: ['crash'], key: 'item' };

/** A disk whose changes become durable one by one, in their order, when it is told so. */
class UncertainDisk implements Disk {
  readonly #changes: { readonly apply: (records: Uint8Array[]) => Uint8Array[]; readonly done: () => void }[] = [];
  folds = 0;
  #durable: Uint8Array[] = [];

  records(): readonly Uint8Array[] {
    return this.#durable;
  }

  append(record: Uint8Array, done: () => void): void {
    this.#changes.push({ apply: (records) => [...records, record], done });
  }

  replace(records: readonly Uint8Array[], done: () => void): void {
    this.folds += 1;
    this.#changes.push({ apply: () => records.slice(), done });
  }

  sync(changes: number): void {
    for (const { apply, done } of this.#changes.splice(0, changes)) {
      this.#durable = apply(this.#durable);
      done();
    }
  }

  /** What a machine finds that comes back: of what was not done, some may be there, but nothing behind what isn't. */
  afterCrash(kept: number): MemoryDisk {
    const disk = new MemoryDisk();
    disk.visible = this.#changes.slice(0, kept).reduce((records, { apply }) => apply(records), this.#durable);
    return disk;
  }
}

describe('a store that folds its journal', () => {
  it('has after a crash whatever it has acknowledged, at whatever moment it crashed', () => {
    let folds = 0;
    const step = fc.record({
      agent: fc.constantFrom(...agents),
      reads: fc.boolean(),
      field: fc.constantFrom('x', 'y', 'tags'),
      syncs: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), fc.nat(4), (steps, kept) => {
        const disk = new UncertainDisk();
        const host = new MemoryHost();
        const store = new Store(
          { disk, now: () => host.now(), random: () => host.random(), after: (d, t) => host.after(d, t) },
          { strategy: loro, foldBytes: 2_000 },
        );
        const acknowledged: string[] = [];
        const held = new Map<AgentId, JsonObject>();
        const replaced = new Set<string>();
        const own = new Map<string, string>();
        steps.forEach(({ agent, reads, field, syncs }, index) => {
          if (reads) held.set(agent, store.get(agent, item)?.value ?? {});
          const before = held.get(agent) ?? {};
          const text = `<${index}>`;
          const value = { ...before, [field]: field === 'tags' ? [...((before.tags ?? []) as string[]), text] : text };
          if (field !== 'tags') {
            replaced.add(own.get(`${agent} ${field}`) ?? '').add(JSON.stringify(before[field]));
            own.set(`${agent} ${field}`, text);
          }
          held.set(agent, value);
          store.put(agent, item, value, {}, () => acknowledged.push(text));
          disk.sync(syncs);
        });
        folds += disk.folds;
        store.close();
        const back = new Store(new MemoryHost(disk.afterCrash(kept)), { strategy: loro });
        const everything = JSON.stringify([...back.items(), ...back.escalations()]);
        const lost = acknowledged.filter(
          (text) => !replaced.has(text) && !replaced.has(JSON.stringify(text)) && !everything.includes(text),
        );
        back.close();
        expect(lost).toEqual([]);
      }),
      { numRuns: 20 },
    );
    expect(folds).toBeGreaterThan(20);
  });

  it('does not grow with its history, on the disk or in its replica', () => {
    const host = new MemoryHost();
    const store = new Store(host, { strategy: loro, foldBytes: 10_000 });
    const sizes: number[] = [];
    for (let put = 0; put < 600; put += 1) {
      const agent = `agent-${put % 8}` as AgentId;
      const held = store.get(agent, item)?.value ?? {};
      store.put(agent, item, { ...held, [`by-${put % 8}`]: put, last: put }, {}, () => undefined);
      sizes.push(host.disk.bytes);
    }
    expect(host.disk.replacements).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThan(16_000);
    store.close();
  });

  it('remembers a removal for whoever may write back what was removed', () => {
    const host = new MemoryHost();
    const [alice, bob] = ['alice', 'bob'] as [AgentId, AgentId];
    const store = new Store(host, { strategy: loro, foldBytes: 1 });
    store.put(alice, item, { a: 1 }, {}, () => undefined);
    store.get(bob, item);
    store.delete(alice, item, {}, () => undefined);
    store.put(alice, { ...item, key: 'other' }, { text: 'x'.repeat(5_000) }, {}, () => undefined);
    expect(host.disk.replacements).toBeGreaterThan(0);
    store.put(bob, item, { a: 2 }, {}, () => undefined);
    expect(store.escalations()).toMatchObject([{ path: [], contenders: [{ agent: alice }, { value: { a: 2 } }] }]);
    store.close();
  });

  it('forgets what was removed once nobody can write it back', () => {
    const host = new MemoryHost();
    const open = (): Store => new Store(host, { strategy: loro, foldBytes: 1 });
    let store = open();
    for (let put = 0; put < 50; put += 1) {
      store.put('alice' as AgentId, { ...item, key: `k${put}` }, { text: 'x' }, {}, () => undefined);
      store.delete('alice' as AgentId, { ...item, key: `k${put}` }, {}, () => undefined);
    }
    store.close();
    store = open();
    store.put('alice' as AgentId, item, { a: 1 }, {}, () => undefined);
    expect(host.disk.bytes).toBeLessThan(2_000);
    expect([...store.items()]).toHaveLength(1);
    store.close();
  });
});
