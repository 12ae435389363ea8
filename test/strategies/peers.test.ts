/** What all strategies of the peers' layout have in common: whatever is delivered when, all replicas end up equal. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldName, MergeStrategy, Schema, WriteDraft } from '../../src/contract/index.ts';
import { field } from '../../src/contract/index.ts';
import { canonicalState } from '../../src/document/canonical-state.ts';
import { crdtCell } from '../../strategies/crdt-cell.ts';
import { loro } from '../../strategies/loro.ts';
import { lww } from '../../strategies/lww.ts';
import { yjs } from '../../strategies/yjs.ts';
import { FakeCluster, type FakeTurn } from '../support/fake-host.ts';

const schema: Schema = {
  fields: [
    { field: field('status'), kind: 'scalar', meaning: 'status' },
    { field: field('tags'), kind: 'grow_set', meaning: 'tags', initial: ['seed'] },
    { field: field('notes'), kind: 'append_text', meaning: 'notes' },
    { field: field('total'), kind: 'counter', meaning: 'total', initial: 100 },
    { field: field('text'), kind: 'text', meaning: 'text' },
  ],
};

const withClock = (clock: string): MergeStrategy => lww.configure?.({ clock }) ?? lww;
const peers: readonly (readonly [string, MergeStrategy])[] = [
  ['lww with a logical clock', lww],
  ['lww with a wall clock', withClock('wall')],
  ['lww with a hybrid clock', withClock('hybrid')],
  ['crdt-cell', crdtCell],
  ['loro', loro],
  ['yjs', yjs],
];
const keepers = peers.filter(([, strategy]) => strategy.promises.keepsCommittedWrites !== false);

type Action =
  | { readonly kind: 'turn'; readonly agent: number; readonly field: string; readonly reads: boolean }
  | { readonly kind: 'deliver'; readonly at: number }
  | { readonly kind: 'drop' | 'double'; readonly at: number }
  | { readonly kind: 'sync' | 'crash'; readonly agent: number };

const agents = 3;
const agent = fc.nat(agents - 1);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('turn' as const),
      agent,
      field: fc.constantFrom('status', 'tags', 'notes', 'total', 'text', 'undeclared'),
      reads: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('deliver' as const), at: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('drop' as const, 'double' as const), at: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('sync' as const, 'crash' as const), agent }) },
);

function draft(name: FieldName, mark: string): WriteDraft {
  switch (name as string) {
    case 'tags':
      return { field: name, kind: 'grow_set', value: [mark] };
    case 'notes':
      return { field: name, kind: 'append_text', value: [mark] };
    case 'total':
      return { field: name, kind: 'counter', value: 1 };
    case 'text':
      return { field: name, kind: 'text', value: { basis: {}, edits: [{ position: 1, deleted: 0, inserted: mark }] } };
    default:
      return { field: name, kind: 'scalar', value: mark };
  }
}

function turnOf(name: string, mark: string, reads: boolean): FakeTurn {
  return { ...(reads ? { reads: [name] } : {}), writes: () => [draft(field(name), mark)] };
}

/** Plays the actions; returns the marks of the turns that were acknowledged, by field. */
function play(cluster: FakeCluster, actions: readonly Action[]): ReadonlyMap<string, readonly string[]> {
  const acknowledged = new Map<string, string[]>();
  for (const [index, step] of actions.entries()) {
    switch (step.kind) {
      case 'turn': {
        const mark = `<${String(index)}>`;
        const { outcome } = cluster.machine(step.agent).run(turnOf(step.field, mark, step.reads));
        expect(outcome).toEqual({ kind: 'committed' });
        acknowledged.set(step.field, [...(acknowledged.get(step.field) ?? []), mark]);
        break;
      }
      case 'deliver':
        if (step.at < cluster.letters.length) cluster.deliver(step.at);
        break;
      case 'drop':
        cluster.letters.splice(step.at, 1);
        break;
      case 'double':
        cluster.letters.push(...cluster.letters.slice(step.at, step.at + 1));
        break;
      case 'sync':
        cluster.machine(step.agent).up().sync();
        break;
      case 'crash':
        cluster.machine(step.agent).crash();
        cluster.machine(step.agent).restart();
        break;
    }
  }
  return acknowledged;
}

describe.each(peers)('%s', (_name, strategy) => {
  it('converges, whatever is delivered late, twice, or never, and whoever crashes', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const cluster = new FakeCluster(strategy, agents, schema);
        play(cluster, actions);
        cluster.syncRounds(2 * agents);
        expect(new Set(cluster.states().map(canonicalState)).size).toBe(1);
        cluster.close();
      }),
      { numRuns: 60 },
    );
  });

  it('falls silent when everybody has everything', () => {
    const cluster = new FakeCluster(strategy, agents, schema);
    cluster.machine(0).run(turnOf('status', 'done', false));
    cluster.syncRounds(2 * agents);
    for (const machine of cluster.machines) machine.up().sync();
    expect(cluster.letters).toEqual([]);
    cluster.close();
  });

  it('loses nothing that others hold when it comes back from any prefix of its disk', () => {
    const everything = [0, 1, 2, 0, 1].map((who, index) => [who, `<${String(index)}>`] as const);
    for (let kept = 0; kept <= everything.length; kept += 1) {
      const cluster = new FakeCluster(strategy, agents, schema);
      for (const [who, mark] of everything) {
        cluster.machine(who).run(turnOf('notes', mark, true));
        cluster.settle();
      }
      const before = canonicalState(cluster.machine(1).state());
      cluster.machine(0).crash();
      cluster.machine(0).restart(kept);
      cluster.syncRounds(2 * agents);
      expect(cluster.states().map(canonicalState)).toEqual([before, before, before]);
      const { outcome } = cluster.machine(0).run(turnOf('notes', 'after the restore', true));
      cluster.syncRounds(2 * agents);
      expect(outcome).toEqual({ kind: 'committed' });
      const lines = cluster.states().map(({ fields }) => fields.find((state) => state.field === 'notes'));
      for (const state of lines) {
        const values = state?.kind === 'append_text' ? state.lines.map(({ value }) => value) : [];
        expect(values).toContain('after the restore');
      }
      cluster.close();
    }
  });
});

describe.each(keepers)('%s', (_name, strategy) => {
  it('keeps every acknowledged change of the kinds that merge, once', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const cluster = new FakeCluster(strategy, agents, schema);
        const acknowledged = play(cluster, actions);
        cluster.syncRounds(2 * agents);
        const fields = new Map(
          cluster
            .machine(0)
            .state()
            .fields.map((state) => [state.field as string, state]),
        );
        const marks = (name: string): readonly string[] => [...(acknowledged.get(name) ?? [])].sort();
        const [tags, notes, total, text] = ['tags', 'notes', 'total', 'text'].map((name) => fields.get(name));
        expect(tags?.kind === 'grow_set' && tags.elements.map(({ value }) => value as string).sort()).toEqual(
          [...marks('tags'), 'seed'].sort(),
        );
        expect(notes?.kind === 'append_text' ? notes.lines.map(({ value }) => value).sort() : []).toEqual(
          marks('notes'),
        );
        expect(total).toMatchObject({ value: 100 + marks('total').length });
        const content = text?.kind === 'text' ? text.content : '';
        expect(content.length).toBe(marks('text').join('').length);
        cluster.close();
      }),
      { numRuns: 60 },
    );
  });
});
