import { describe, expect, it } from 'vitest';
import { field, type MergeStrategy, type WriteDraft } from '../../src/contract/index.ts';
import { crdtCell } from '../../strategies/crdt-cell.ts';
import { loro } from '../../strategies/loro.ts';
import { yjs } from '../../strategies/yjs.ts';
import { FakeCluster, type FakeTurn } from '../support/fake-host.ts';
import { complaintsAbout, total, trialsOf } from '../support/trials.ts';

const turn = (draft: WriteDraft, reads?: readonly string[]): FakeTurn => ({
  ...(reads === undefined ? {} : { reads }),
  writes: () => [draft],
});
const scalar = (name: string, value: string): WriteDraft => ({ field: field(name), kind: 'scalar', value });

const promising: readonly (readonly [string, MergeStrategy])[] = [
  ['loro', loro],
  ['yjs', yjs],
];

describe.each(promising)('%s', (_name, strategy) => {
  it('shows an open escalation to whoever reads the field, and takes the next write for its settlement', () => {
    const cluster = new FakeCluster(strategy, 2);
    cluster.machine(0).run(turn(scalar('status', 'draft')));
    cluster.machine(1).run(turn(scalar('status', 'published')));
    cluster.settle();
    const { view } = cluster.machine(0).run(turn(scalar('status', 'withdrawn'), ['status']));
    expect(view).toMatchObject({
      fields: [],
      escalations: [{ contenders: [{ value: 'draft' }, { value: 'published' }] }],
    });
    cluster.settle();
    expect(cluster.machine(1).state()).toMatchObject({ fields: [{ value: 'withdrawn' }], escalations: [] });
    cluster.close();
  });

  it('does not count what was read in an earlier turn as seen', () => {
    const cluster = new FakeCluster(strategy, 2);
    cluster.machine(0).run(turn(scalar('status', 'draft')));
    cluster.settle();
    cluster.machine(1).run(turn(scalar('title', 'x'), ['status']));
    cluster.machine(1).run(turn(scalar('status', 'published')));
    expect(cluster.machine(1).state()).toMatchObject({ escalations: [{ field: 'status' }] });
    cluster.close();
  });

  it('escalates a list and a string that are written to one undeclared field', () => {
    const cluster = new FakeCluster(strategy, 2);
    cluster.machine(0).run(turn({ field: field('owner'), kind: 'grow_set', value: ['ann'] }));
    cluster.machine(1).run(turn(scalar('owner', 'bob')));
    cluster.settle();
    for (const state of cluster.states()) {
      expect(state).toMatchObject({
        fields: [],
        escalations: [{ contenders: [{ value: ['ann'] }, { value: 'bob' }] }],
      });
    }
    cluster.close();
  });

  it('takes any name for a field and any value', () => {
    const cluster = new FakeCluster(strategy, 2);
    const names = ['__proto__', 'a/b', '', '\0', 'Καλημέρα'];
    for (const name of names) cluster.machine(0).run(turn(scalar(name, name)));
    cluster.settle();
    const values = cluster
      .machine(1)
      .state()
      .fields.map((state) => state.kind === 'scalar' && state.value);
    expect(values).toEqual([...names].sort());
    cluster.close();
  });

  it('loses nothing of clean-merge and escalates semantic-conflict once, truly', () => {
    const trials = [
      ...trialsOf(strategy, 'clean-merge', 'none', 2),
      ...trialsOf(strategy, 'semantic-conflict', 'none', 2),
    ];
    expect(total(trials, ({ fates }) => fates.lost)).toBe(0);
    expect(trials.map(({ escalations }) => escalations.true)).toEqual([0, 0, 1, 1]);
    expect(complaintsAbout(trials)).toEqual([]);
  });

  it.each(['none', 'crash', 'busy', 'restore'])('keeps its promises under %s', (faults) => {
    const workloads = ['union', 'notes', 'status-race', 'tally', 'type-mismatch'];
    expect(workloads.flatMap((workload) => complaintsAbout(trialsOf(strategy, workload, faults, 6)))).toEqual([]);
  });
});

describe('a cell of a CRDT map', () => {
  it('silently picks one of two concurrent values', () => {
    const trials = trialsOf(crdtCell, 'semantic-conflict', 'none', 4);
    expect(total(trials, ({ fates }) => fates.lost)).toBe(4);
    expect(total(trials, ({ escalations }) => escalations.raised)).toBe(0);
    expect(complaintsAbout(trials)).toEqual([]);
  });

  it('keeps a value that is written after the others were seen', () => {
    const cluster = new FakeCluster(crdtCell, 2);
    cluster.machine(0).run(turn(scalar('status', 'draft')));
    cluster.settle();
    cluster.machine(1).run(turn(scalar('status', 'published'), ['status']));
    cluster.settle();
    expect(cluster.states()).toMatchObject([
      { fields: [{ value: 'published' }] },
      { fields: [{ value: 'published' }] },
    ]);
    cluster.close();
  });
});
