import { describe, expect, it } from 'vitest';
import {
  field,
  type Conflict,
  type Json,
  type Judgement,
  type MergeStrategy,
  type WriteDraft,
} from '../../src/contract/index.ts';
import { llmTransactional } from '../../strategies/llm-transactional.ts';
import { altered } from '../support/altered.ts';
import { FakeCluster, type FakeAttempt, type FakeTurn } from '../support/fake-host.ts';
import { complaintsAbout, total, trialsOf } from '../support/trials.ts';

const set = (value: Json, name = 'status'): WriteDraft => ({ field: field(name), kind: 'scalar', value });
const sets = (value: Json, name = 'status'): FakeTurn => ({ reads: [name], writes: () => [set(value, name)] });
const blindly = (draft: WriteDraft): FakeTurn => ({ writes: () => [draft] });

type Answer = (conflict: Conflict) => Judgement;

const keeps =
  (index: number): Answer =>
  ({ contenders }) => ({ kind: 'keep', write: contenders[index]!.id });

/** Agents whose hub has a judge that answers when it is told to. */
class Court {
  readonly cluster: FakeCluster;
  readonly open: { conflict: Conflict; done: (judgement: Judgement) => void }[] = [];

  constructor(agents: number) {
    const strategy: MergeStrategy = altered(llmTransactional, 'judged', {
      host: () => ({ judge: (conflict, done) => void this.open.push({ conflict, done }) }),
    });
    this.cluster = new FakeCluster(strategy, agents);
  }

  begin(agent: number, turn: FakeTurn): FakeAttempt {
    const attempt = this.cluster.machine(agent).begin(turn);
    this.cluster.settle();
    return attempt;
  }

  finish(agent: number, attempt: FakeAttempt, turn: FakeTurn): FakeAttempt {
    this.cluster.machine(agent).write(attempt, turn);
    this.cluster.machine(agent).commit(attempt);
    this.cluster.settle();
    return attempt;
  }

  run(agent: number, turn: FakeTurn): FakeAttempt {
    return this.finish(agent, this.begin(agent, turn), turn);
  }

  answer(how: Answer): void {
    const call = this.open.shift();
    call?.done(how(call.conflict));
    this.cluster.settle();
  }

  get state() {
    return this.cluster.machines.at(-1)!.state();
  }
}

/** Two agents set the status without having seen each other; the second commit is in conflict with the first. */
function collide(court: Court): readonly [FakeAttempt, FakeAttempt] {
  const [one, two] = [court.begin(0, sets('draft')), court.begin(1, sets('published'))];
  return [court.finish(0, one, sets('draft')), court.finish(1, two, sets('published'))];
}

describe('a true conflict', () => {
  it('is put to the judge once; what is discarded stands in the record', () => {
    const court = new Court(2);
    const [one, two] = collide(court);
    expect([one.outcome?.kind, two.outcome]).toEqual(['committed', null]);
    expect(court.open).toHaveLength(1);
    court.answer(keeps(0));
    expect(two.outcome).toEqual({ kind: 'committed' });
    expect(court.state).toMatchObject({
      fields: [{ value: 'draft', author: 'a1.1.1' }],
      escalations: [],
      resolutions: [{ kept: 'a1.1.1', value: 'draft', discarded: [{ id: 'a2.1.1', value: 'published' }], by: 'model' }],
    });
  });

  it('is none if the agent had seen the value, had written it itself, or wants the same', () => {
    const court = new Court(2);
    court.run(0, sets('draft'));
    court.run(1, sets('review'));
    court.run(1, blindly(set('published')));
    court.run(0, blindly(set('published')));
    expect(court.open).toEqual([]);
    expect(court.state.fields).toMatchObject([{ value: 'published' }]);
  });

  it('becomes an escalation with both values if the judge abstains, and a later write that saw it settles it', () => {
    const court = new Court(3);
    const [one, two] = collide(court);
    court.answer(() => ({ kind: 'abstain' }));
    expect([one.outcome, two.outcome]).toEqual([{ kind: 'committed' }, { kind: 'escalated', writes: ['a2.1.1'] }]);
    expect(court.state).toMatchObject({
      fields: [],
      escalations: [{ contenders: [{ id: 'a1.1.1' }, { id: 'a2.1.1' }] }],
    });
    const blind = court.run(2, blindly(set('archived')));
    expect(blind.outcome).toEqual({ kind: 'escalated', writes: ['a3.1.1'] });
    expect(court.state.escalations[0]?.contenders).toHaveLength(3);
    expect(court.open).toEqual([]);
    court.run(0, sets('published'));
    expect(court.state).toMatchObject({ fields: [{ value: 'published' }], escalations: [] });
  });

  it('stays open between those that the next agent had not seen', () => {
    const court = new Court(4);
    collide(court);
    court.answer(() => ({ kind: 'abstain' }));
    const third = court.begin(2, sets('archived'));
    court.run(3, blindly(set('deleted')));
    court.finish(2, third, sets('archived'));
    expect(court.state.escalations[0]?.contenders.map(({ id }) => id)).toEqual(['a4.1.1', 'a3.1.1']);
  });

  it('is not settled by a value that nobody wrote', () => {
    const court = new Court(2);
    const [, two] = collide(court);
    court.answer(() => ({ kind: 'combine', value: 'draft and published' }));
    expect(court.open).toHaveLength(1);
    court.answer(() => ({ kind: 'combine', value: 'both' }));
    expect(two.outcome?.kind).toBe('escalated');
  });

  it('between objects may be settled by their combination, which the next agent may replace', () => {
    const court = new Court(2);
    const parts = [sets({ a: 1 }), sets({ b: 2 })] as const;
    const [one, two] = [court.begin(0, parts[0]), court.begin(1, parts[1])];
    court.finish(0, one, parts[0]);
    court.finish(1, two, parts[1]);
    court.answer(() => ({ kind: 'combine', value: { a: 1, b: 2 } }));
    expect(court.state).toMatchObject({
      fields: [{ value: { a: 1, b: 2 }, author: null }],
      resolutions: [{ kept: null, value: { a: 1, b: 2 }, discarded: [{ value: { a: 1 } }, { value: { b: 2 } }] }],
    });
    court.run(0, sets('plain'));
    expect(court.open).toEqual([]);
    expect(court.state.fields).toMatchObject([{ value: 'plain' }]);
  });
});

describe('while the judge thinks', () => {
  it('turns on other fields go on, and those on this field queue', () => {
    const court = new Court(3);
    const third = court.begin(2, sets('archived'));
    collide(court);
    expect(court.run(0, sets('x', 'title')).outcome).toEqual({ kind: 'committed' });
    court.finish(2, third, sets('archived'));
    expect([third.outcome, court.open.length]).toEqual([null, 1]);
    court.answer(keeps(1));
    expect(court.open[0]?.conflict.contenders.map(({ id }) => id)).toEqual(['a2.1.1', 'a3.1.1']);
    court.answer(keeps(1));
    expect(third.outcome).toEqual({ kind: 'committed' });
    expect(court.state.resolutions).toHaveLength(2);
  });

  it('a crash of the hub loses nothing: the client asks again, and so does the hub', () => {
    const court = new Court(2);
    const [, two] = collide(court);
    const hub = court.cluster.machine(2);
    hub.crash();
    hub.restart();
    court.cluster.advance(1_000_000);
    court.cluster.settle();
    expect(court.open).toHaveLength(2);
    court.open.shift();
    court.answer(keeps(1));
    expect(two.outcome).toEqual({ kind: 'committed' });
  });

  it('an attempt whose agent has begun anew is dropped', () => {
    const court = new Court(2);
    collide(court);
    const client = court.cluster.machine(1);
    client.crash();
    client.restart();
    const again = client.begin(sets('published'), true);
    court.cluster.settle();
    court.answer(keeps(0));
    expect(court.state).toMatchObject({ fields: [{ value: 'draft' }], resolutions: [] });
    court.finish(1, again, sets('published'));
    expect(court.open).toEqual([]);
    expect(court.state).toMatchObject({ fields: [{ value: 'published' }], resolutions: [] });
  });
});

describe('kinds', () => {
  it('that merge need no judge', () => {
    const court = new Court(2);
    const line = (text: string): FakeTurn => ({
      writes: () => [{ field: field('log'), kind: 'append_text', value: [text] }],
    });
    court.run(0, line('one'));
    court.run(1, line('two'));
    expect(court.open).toEqual([]);
    expect(court.state.fields).toMatchObject([{ lines: [{ value: 'one' }, { value: 'two' }] }]);
  });

  it('that differ on an undeclared field are for a person, not for the model', () => {
    const court = new Court(2);
    court.run(0, blindly({ field: field('topic'), kind: 'grow_set', value: ['a'] }));
    const other = court.run(1, blindly(set('a', 'topic')));
    expect(other.outcome).toEqual({ kind: 'escalated', writes: ['a2.1.1'] });
    expect(court.state).toMatchObject({
      fields: [],
      escalations: [{ contenders: [{ value: ['a'] }, { value: 'a' }] }],
    });
  });

  it('that differ are refused where the agent could have known', () => {
    const court = new Court(2);
    court.run(0, blindly({ field: field('topic'), kind: 'grow_set', value: ['a'] }));
    expect(court.run(1, sets('a', 'topic')).outcome).toMatchObject({ kind: 'rejected', cause: 'type-mismatch' });
  });
});

describe('after a restart', () => {
  it('the hub knows the document, the escalations, the resolutions and who had seen what', () => {
    const court = new Court(3);
    collide(court);
    court.answer(keeps(1));
    const late = court.begin(2, sets('archived'));
    const hub = court.cluster.machine(3);
    const before = hub.state();
    hub.crash();
    hub.restart();
    expect(hub.state()).toEqual(before);
    court.finish(2, late, sets('archived'));
    expect([late.outcome?.kind, court.open.length]).toEqual(['committed', 0]);
  });
});

describe('the promises of llm-transactional', () => {
  it.each(['status-race', 'mixed', 'notes', 'type-mismatch', 'values'])('hold in %s under every fault', (workload) => {
    const faults = ['none', 'crash', 'busy', 'restore'];
    expect(faults.flatMap((profile) => complaintsAbout(trialsOf(llmTransactional, workload, profile, 4)))).toEqual([]);
  });

  it('take exactly one call where two agents set one status', () => {
    const trials = trialsOf(llmTransactional, 'semantic-conflict', 'none', 10);
    expect(Math.max(...trials.map(({ modelCalls }) => modelCalls))).toBe(1);
    expect(total(trials, ({ fates }) => fates.resolved + fates.escalated + fates.survived + fates.superseded)).toBe(20);
  });
});
