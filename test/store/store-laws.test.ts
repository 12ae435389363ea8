import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalJson, type AgentId, type Json, type MergeStrategy } from '../../src/contract/index.ts';
import { Store, type JsonObject } from '../../src/store/index.ts';
import { loro } from '../../strategies/loro.ts';
import { occ } from '../../strategies/occ.ts';
import { yjs } from '../../strategies/yjs.ts';
import { MemoryDisk, MemoryHost } from './memory-host.ts';

const agents = ['alice', 'bob', 'carol'] as AgentId[];
const keys = ['one', 'two'];
const kinds = { hits: 'counter', whole: 'scalar' } as const;

/** How an agent changes what it holds; `token` makes every value that is written a different one. */
type Edit =
  | { readonly kind: 'set'; readonly field: string; readonly shape: number }
  | { readonly kind: 'drop'; readonly field: string }
  | { readonly kind: 'add' | 'remove' | 'turn'; readonly field: 'tags' | 'records' }
  | { readonly kind: 'say' }
  | { readonly kind: 'record'; readonly id: number };

type Step =
  | { readonly kind: 'get' | 'delete'; readonly agent: AgentId; readonly key: string }
  | {
      readonly kind: 'put';
      readonly agent: AgentId;
      readonly key: string;
      readonly edits: readonly Edit[];
      readonly blind: boolean;
    }
  | { readonly kind: 'resolve'; readonly choice: number }
  | { readonly kind: 'restart' };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    field: fc.constantFrom('s', 't', 'whole', 'deep', 'any'),
    shape: fc.nat(4),
  }),
  fc.record({
    kind: fc.constant('drop' as const),
    field: fc.constantFrom('s', 't', 'deep', 'any', 'tags', 'records', 'notes'),
  }),
  fc.record({
    kind: fc.constantFrom('add' as const, 'remove' as const, 'turn' as const),
    field: fc.constantFrom('tags' as const, 'records' as const),
  }),
  fc.constant({ kind: 'say' as const }),
  fc.record({ kind: fc.constant('record' as const), id: fc.nat(2) }),
);
const somebody = { agent: fc.constantFrom(...agents), key: fc.constantFrom(...keys) };
const change: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('get' as const), ...somebody }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), ...somebody }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      ...somebody,
      edits: fc.array(edit, { maxLength: 3 }),
      blind: fc.nat(9).map((draw) => draw === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resolve' as const), choice: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

function edited(value: JsonObject, edits: readonly Edit[], token: () => string): JsonObject {
  return edits.reduce((held, next) => ({ ...held, ...applied(held, next, token) }), value);
}

function applied(held: JsonObject, next: Edit, token: () => string): JsonObject {
  switch (next.kind) {
    case 'set':
      return { [next.field]: shaped(next.shape, held[next.field], token) };
    case 'drop':
      return { [next.field]: undefined as unknown as Json };
    case 'say':
      return { notes: `${typeof held.notes === 'string' ? held.notes : ''}${token()}\n` };
    case 'record': {
      const records = listIn(held, 'records').filter((record) => (record as JsonObject).id !== next.id);
      return { records: [...records, { id: next.id, said: token() }] };
    }
    case 'add':
    case 'remove':
    case 'turn': {
      const list = listIn(held, next.field);
      if (next.kind === 'remove') return { [next.field]: list.slice(1) };
      if (next.kind === 'turn') return { [next.field]: list.toReversed() };
      const added = next.field === 'tags' ? token() : { id: token(), said: token() };
      return { [next.field]: [...list, added] };
    }
  }
}

function listIn(held: JsonObject, field: string): readonly Json[] {
  const list = held[field];
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

function shaped(shape: number, before: Json | undefined, token: () => string): Json {
  switch (shape) {
    case 0:
      return token();
    case 1:
      return [token()];
    case 2:
      return { a: token(), b: { c: token() } };
    case 3:
      return isMembers(before) ? { ...before, a: token() } : {};
    default:
      return [{ id: 1, said: token() }];
  }
}

function isMembers(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class Play {
  readonly host: MemoryHost;
  readonly strategy: MergeStrategy;
  store: Store;
  tokens = 0;
  /** What each agent holds: what it last got or put. */
  readonly held = new Map<string, JsonObject | undefined>();
  /** Every text that was put, by whom and where, and whether somebody who knew it has put something without it. */
  readonly put = new Map<string, { readonly place: string; isReplaced: boolean }>();

  constructor(strategy: MergeStrategy) {
    this.host = new MemoryHost(new MemoryDisk());
    this.strategy = strategy;
    this.store = this.open();
  }

  open(): Store {
    const store = new Store(this.host, { strategy: this.strategy, kinds, foldBytes: 3_000 });
    this.host.rest();
    return store;
  }

  readonly token = (): string => `<${(this.tokens += 1)}>`;

  take(step: Step): void {
    switch (step.kind) {
      case 'get': {
        this.hold(step, this.store.get(step.agent, itemAt(step.key))?.value);
        break;
      }
      case 'put': {
        const base = step.blind ? {} : (this.held.get(`${step.agent} ${step.key}`) ?? {});
        const value = JSON.parse(JSON.stringify(edited(base, step.edits, this.token))) as JsonObject;
        this.replace(step, value);
        this.store.put(step.agent, itemAt(step.key), value, {}, () => undefined);
        break;
      }
      case 'delete':
        this.replace(step, undefined);
        this.store.delete(step.agent, itemAt(step.key), {}, () => undefined);
        break;
      case 'resolve':
        this.resolve(step.choice);
        break;
      case 'restart':
        this.store.close();
        this.store = this.open();
    }
    this.host.rest();
  }

  resolve(choice: number): void {
    const [escalation] = this.store.escalations();
    if (escalation === undefined) return;
    const { id, contenders, path } = escalation;
    const settlement =
      choice < contenders.length
        ? { keep: choice }
        : choice % 2 === 0 || path.length === 0
          ? { remove: true as const }
          : { value: 'settled' };
    this.store.resolve(id, settlement, 'judge' as AgentId, () => undefined);
  }

  /** Agents know what they hold, and what they have put themselves. */
  replace(step: { agent: AgentId; key: string }, value: JsonObject | undefined): void {
    const place = `${step.agent} ${step.key}`;
    const kept = JSON.stringify(value ?? {});
    const known = new Set(tokensIn(this.held.get(place)));
    for (const [text, put] of this.put) {
      if ((known.has(text) || put.place === place) && !kept.includes(text)) put.isReplaced = true;
    }
    for (const text of tokensIn(value)) if (!this.put.has(text)) this.put.set(text, { place, isReplaced: false });
    this.hold(step, value);
  }

  hold({ agent, key }: { agent: AgentId; key: string }, value: JsonObject | undefined): void {
    this.held.set(`${agent} ${key}`, value);
  }

  /** What was put and stands nowhere, although nobody who had seen it took it away. */
  get lost(): readonly string[] {
    const everything = JSON.stringify([[...this.store.items()], this.store.escalations(), this.store.resolutions()]);
    return [...this.put]
      .filter(([text, { isReplaced }]) => !isReplaced && !everything.includes(text))
      .map(([text]) => text);
  }
}

function tokensIn(value: JsonObject | undefined): readonly string[] {
  return JSON.stringify(value ?? {}).match(/<\d+>/g) ?? [];
}

function itemAt(key: string): { namespace: string[]; key: string } {
  return { namespace: ['laws'], key };
}

describe.each([
  { strategy: loro, runs: 15 },
  { strategy: yjs, runs: 4 },
  { strategy: occ, runs: 4 },
])('a store over $strategy.name', ({ strategy, runs }) => {
  it('is a plain map to agents that read before they write', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30, size: 'max' }), (steps) => {
        const play = new Play(strategy);
        const plain = new Map<string, JsonObject>();
        for (const step of steps) {
          if (step.kind === 'resolve') continue;
          if (step.kind === 'put' || step.kind === 'delete') {
            play.take({ ...step, kind: 'get' });
            play.take(step);
            const value = play.held.get(`${step.agent} ${step.key}`);
            if (value === undefined) plain.delete(step.key);
            else plain.set(step.key, value);
          } else play.take(step);
          for (const key of keys) {
            expect(JSON.stringify(play.store.peek(itemAt(key))?.value)).toBe(JSON.stringify(plain.get(key)));
          }
          expect([...play.store.items()].map(({ key }) => key)).toEqual([...plain.keys()]);
        }
        expect(play.store.escalations()).toEqual([]);
        play.store.close();
      }),
      { numRuns: runs },
    );
  });

  it('is a plain map to one agent, whether it reads or not', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30, size: 'max' }), (steps) => {
        const play = new Play(strategy);
        const plain = new Map<string, JsonObject>();
        for (const each of steps) {
          const step = 'agent' in each ? { ...each, agent: agents[0] as AgentId } : each;
          play.take(step);
          if (step.kind === 'put' || step.kind === 'delete') {
            const value = play.held.get(`${step.agent} ${step.key}`);
            if (value === undefined) plain.delete(step.key);
            else plain.set(step.key, value);
          }
          for (const key of keys) {
            expect(JSON.stringify(play.store.peek(itemAt(key))?.value)).toBe(JSON.stringify(plain.get(key)));
          }
        }
        expect(play.store.escalations()).toEqual([]);
        play.store.close();
      }),
      { numRuns: runs },
    );
  });

  it('keeps every value that was put until somebody who has seen it takes it away', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 50, size: 'max' }), (steps) => {
        const play = new Play(strategy);
        for (const step of steps) {
          play.take(step);
          expect(play.lost).toEqual([]);
        }
        const before = JSON.stringify([[...play.store.items()], play.store.escalations(), play.store.resolutions()]);
        play.take({ kind: 'restart' });
        expect(
          equalJson(
            JSON.parse(before) as Json,
            JSON.parse(
              JSON.stringify([[...play.store.items()], play.store.escalations(), play.store.resolutions()]),
            ) as Json,
          ),
        ).toBe(true);
        play.store.close();
      }),
      { numRuns: runs },
    );
  });
});
