import { afterEach, describe, expect, it } from 'vitest';
import {
  field,
  writeNumber,
  type DocumentState,
  type MergeStrategy,
  type Schema,
  type WriteDraft,
} from '../../src/contract/index.ts';
import { loro } from '../../strategies/loro.ts';
import { yjs } from '../../strategies/yjs.ts';
import { FakeCluster, type FakeTurn } from '../support/fake-host.ts';

const notes = field('notes');
const story = field('story');
const schema: Schema = {
  fields: [
    { field: notes, kind: 'append_text', meaning: 'notes' },
    { field: story, kind: 'text', meaning: 'story' },
  ],
};

const line = (text: string): FakeTurn => ({ writes: () => [{ field: notes, kind: 'append_text', value: [text] }] });

const inserts = (position: number, inserted: string, deleted = 0): WriteDraft => ({
  field: story,
  kind: 'text',
  value: { basis: {}, edits: [{ position, deleted, inserted }] },
});

function linesOf(state: DocumentState): readonly string[] {
  const found = state.fields.find((one) => one.field === notes);
  return found?.kind === 'append_text' ? found.lines.map(({ value }) => value) : [];
}

function storyOf(state: DocumentState): string {
  const found = state.fields.find((one) => one.field === story);
  return found?.kind === 'text' ? found.content : '';
}

let cluster: FakeCluster;
function start(agents = 2, strategy: MergeStrategy = loro): FakeCluster {
  cluster = new FakeCluster(strategy, agents, schema);
  return cluster;
}
afterEach(() => cluster.close());

describe('an acknowledgement', () => {
  it('waits for the disk, and so does the news to the others', () => {
    const machine = start().machine(0);
    const attempt = machine.begin(line('one'));
    machine.write(attempt, line('one'));
    machine.commit(attempt);
    expect([attempt.outcome, cluster.letters.length]).toEqual([null, 0]);
    machine.fsync();
    expect([attempt.outcome, cluster.letters.length]).toEqual([{ kind: 'committed' }, 1]);
  });

  it('survives a crash that comes before anybody has heard', () => {
    const machine = start().machine(0);
    machine.run(line('one'));
    cluster.letters = [];
    machine.crash();
    machine.restart();
    cluster.syncRounds(3);
    expect(cluster.states().map(linesOf)).toEqual([['one'], ['one']]);
  });
});

describe('a peer that opens', () => {
  it('reports what is in its log: its own writes, and those that it has heard of', () => {
    const [one, other] = [start().machine(0), cluster.machine(1)];
    one.run(line('one'));
    other.run(line('two'));
    other.run(line('three'));
    cluster.settle();
    one.crash();
    one.restart();
    expect(one.reports).toEqual([
      { kind: 'recovered', grants: [], versions: [], contains: {} },
      { kind: 'recovered', grants: [], versions: [], contains: { a1: writeNumber(0, 0), a2: writeNumber(1, 0) } },
    ]);
  });
});

describe('a turn that is repeated after a crash', () => {
  it('has landed if it reached the disk, though its agent was never told', () => {
    const machine = start().machine(0);
    const first = machine.begin(line('first try'));
    machine.write(first, line('first try'));
    machine.commit(first);
    machine.fsync();
    cluster.letters = [];
    machine.crash();
    machine.restart();
    const second = machine.run(line('second try'), true);
    cluster.syncRounds(3);
    expect([second.outcome, second.writes]).toEqual([{ kind: 'committed' }, []]);
    expect(cluster.states().map(linesOf)).toEqual([['first try'], ['first try']]);
  });

  it('is let in if it did not reach the disk', () => {
    const machine = start().machine(0);
    const first = machine.begin(line('first try'));
    machine.write(first, line('first try'));
    machine.commit(first);
    machine.crash();
    machine.restart();
    machine.run(line('second try'), true);
    cluster.syncRounds(3);
    expect(cluster.states().map(linesOf)).toEqual([['second try'], ['second try']]);
  });

  it('has landed also where its agent has made another turn since', () => {
    const machine = start().machine(0);
    machine.run(line('one'));
    machine.run(line('two'));
    cluster.settle();
    machine.crash();
    machine.restart();
    machine.comeBackTo(0);
    const again = machine.run(line('one again'), true);
    cluster.syncRounds(3);
    expect([again.tx.id, again.outcome]).toEqual(['a1.1', { kind: 'committed' }]);
    expect(cluster.states().map(linesOf)).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('leaves the last turn alone when the agent goes on with the next one', () => {
    const machine = start().machine(0);
    machine.run(line('one'));
    machine.crash();
    machine.restart();
    machine.run(line('two'));
    cluster.syncRounds(3);
    expect(cluster.states().map(linesOf)).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('stands once also where a backup has taken the first attempt from its own machine', () => {
    const machine = start().machine(0);
    machine.run(line('first try'));
    cluster.settle();
    machine.crash();
    machine.restart(0);
    machine.run(line('second try'), true);
    cluster.syncRounds(3);
    expect(cluster.states().map(linesOf)).toEqual([['second try'], ['second try']]);
  });
});

describe('a machine that a backup has emptied', () => {
  it('gets everything again, though all believe that it has it and it has nothing to say', () => {
    start().machine(0).run(line('one'));
    cluster.settle();
    cluster.syncRounds(2);
    cluster.machine(1).crash();
    cluster.machine(1).restart(0);
    cluster.syncRounds(2);
    expect(cluster.states().map(linesOf)).toEqual([['one'], ['one']]);
  });
});

describe('an entry that comes too early', () => {
  it('is not taken without what its author had heard from a third', () => {
    start(3).machine(0).run(line('one'));
    cluster.letters = cluster.letters.filter(({ to }) => to === 'a2');
    cluster.settle();
    cluster.machine(1).run(line('two'));
    cluster.letters = cluster.letters.filter(({ to }) => to === 'a3');
    cluster.deliver();
    expect(linesOf(cluster.machine(2).state())).toEqual([]);
    cluster.settle();
    expect(linesOf(cluster.machine(2).state())).toEqual(['one', 'two']);
  });

  it('is asked for again, with what it builds upon', () => {
    const machine = start().machine(0);
    machine.run(line('one'));
    machine.run(line('two'));
    cluster.deliver(1);
    expect(linesOf(cluster.machine(1).state())).toEqual([]);
    cluster.letters = cluster.letters.filter(({ to }) => to === 'a1');
    cluster.settle();
    expect(linesOf(cluster.machine(1).state())).toEqual(['one', 'two']);
  });

  it('is stored with all that its message brings or not at all', () => {
    const machine = start().machine(0);
    machine.run(line('one'));
    machine.run(line('two'));
    cluster.letters = [];
    cluster.syncRounds(2);
    expect(cluster.machine(1).durable).toHaveLength(1);
  });
});

describe.each([
  ['loro', loro],
  ['yjs', yjs],
])('a text in %s', (_name, strategy) => {
  it('does not move under an agent that has read it', () => {
    start(2, strategy)
      .machine(0)
      .run({ writes: () => [inserts(0, 'ab')] });
    cluster.settle();
    const reader = cluster.machine(1);
    const turn: FakeTurn = { reads: ['story'], writes: () => [inserts(1, '-')] };
    const attempt = reader.begin(turn);
    cluster.machine(0).run({ writes: () => [inserts(0, '>>')] });
    cluster.settle();
    reader.write(attempt, turn);
    reader.commit(attempt);
    cluster.settle();
    expect(cluster.states().map(storyOf)).toEqual(['>>a-b', '>>a-b']);
  });

  it('holds the edits of a repeated turn once', () => {
    const machine = start(2, strategy).machine(0);
    machine.run({ writes: () => [inserts(0, 'first try')] });
    cluster.letters = [];
    machine.crash();
    machine.restart();
    machine.run({ reads: ['story'], writes: () => [inserts(0, 'second try')] }, true);
    cluster.syncRounds(3);
    expect(cluster.states().map(storyOf)).toEqual(['first try', 'first try']);
  });

  it('counts characters, not code units, and holds positions within the text', () => {
    start(2, strategy)
      .machine(0)
      .run({ writes: () => [inserts(0, '👩‍🚀x')] });
    cluster.settle();
    cluster.machine(1).run({ writes: () => [inserts(3, 'y', 1), inserts(99, '!', 99)] });
    cluster.settle();
    expect(cluster.states().map(storyOf)).toEqual(['👩‍🚀y!', '👩‍🚀y!']);
  });
});

describe('a recorded session', () => {
  it('shows no more than its author had seen, though everything is held', () => {
    start()
      .machine(0)
      .run({ writes: () => [inserts(0, 'ab')], sees: {} });
    cluster.settle();
    const { view } = cluster.machine(1).run({ reads: ['story'], writes: () => [inserts(0, 'c')], sees: {} });
    expect(view?.fields).toEqual([]);
    cluster.syncRounds(2);
    expect(
      cluster
        .states()
        .map(storyOf)
        .map((text) => text.length),
    ).toEqual([3, 3]);
    expect(new Set(cluster.states().map(storyOf)).size).toBe(1);
  });

  it('shows what its author had seen, with all that this builds upon', () => {
    start(3)
      .machine(0)
      .run({ writes: () => [inserts(0, 'ab')], sees: {} });
    cluster.settle();
    cluster.machine(1).run({ writes: () => [inserts(2, 'c')], sees: { a1: 1 } });
    cluster.settle();
    const { view } = cluster.machine(2).run({ reads: ['story'], writes: () => [], sees: { a2: 1 } });
    expect(view?.fields).toMatchObject([{ content: 'abc' }]);
  });

  it('waits until it can show no less', () => {
    start()
      .machine(0)
      .run({ writes: () => [inserts(0, 'ab')], sees: {} });
    const reader = cluster.machine(1);
    const attempt = reader.begin({ reads: ['story'], writes: () => [], sees: { a1: 1 } });
    expect(attempt.view).toBeNull();
    cluster.settle();
    expect(attempt.view?.fields).toMatchObject([{ content: 'ab', version: { a1: 1 } }]);
  });

  it('goes on when what it had seen arrives between two requests', () => {
    start()
      .machine(0)
      .run({ writes: () => [inserts(0, 'ab')], sees: {} });
    const turn: FakeTurn = { writes: () => [inserts(2, 'c')], sees: { a1: 1 } };
    const attempt = cluster.machine(1).begin(turn);
    cluster.settle();
    cluster.machine(1).write(attempt, turn);
    expect(attempt.written).toBe(true);
  });

  it('keeps to what it had seen after a crash', () => {
    start()
      .machine(0)
      .run({ writes: () => [inserts(0, 'ab')], sees: {} });
    cluster.machine(1).run({ writes: () => [inserts(0, 'c')], sees: {} });
    cluster.settle();
    cluster.machine(1).crash();
    cluster.machine(1).restart();
    const { view } = cluster.machine(1).run({ reads: ['story'], writes: () => [inserts(1, 'd')], sees: { a2: 1 } });
    expect(view?.fields).toMatchObject([{ content: 'c' }]);
    cluster.syncRounds(2);
    expect(new Set(cluster.states().map(storyOf)).size).toBe(1);
  });
});
