import { describe, expect, it } from 'vitest';
import type { Attempt, Promises, WorkloadInvariant } from '../../src/contract/index.ts';
import { field, micros } from '../../src/contract/index.ts';
import {
  add,
  append,
  attempt,
  committed,
  conflict,
  declare,
  escalation,
  linesState,
  resolution,
  scalarState,
  set,
  setState,
  unanswered,
  verdictOn,
  writeOf,
} from './history-builder.ts';

const schema = [declare('status', 'scalar'), declare('tags', 'grow_set'), declare('notes', 'append_text')];
const one = attempt({ turn: 'a1.1', writes: [set('status', 'one')], told: committed });
const here = { fields: [scalarState('status', 'one', 'a1.1.1')] };

describe('convergence', () => {
  it('needs equal values, whatever the order of fields and elements', () => {
    const status = here.fields[0]!;
    const [red, blue] = [
      ['red', null],
      ['blue', null],
    ] as const;
    const finals = [
      { fields: [status, setState('tags', red, blue)] },
      { fields: [setState('tags', blue, red), status] },
    ];
    expect(verdictOn({ schema, attempts: [one], finals }).converged).toBe(true);
  });

  it('needs the same order of lines', () => {
    const [first, second] = [
      ['first', null],
      ['second', null],
    ] as const;
    const finals = [{ fields: [linesState('notes', first, second)] }, { fields: [linesState('notes', second, first)] }];
    expect(verdictOn({ schema, attempts: [], finals }).converged).toBe(false);
  });

  it('needs the same authors, escalations and resolutions', () => {
    const others = [
      { fields: [scalarState('status', 'one', null)] },
      { ...here, escalations: [escalation(writeOf(one))] },
      { ...here, resolutions: [resolution(writeOf(one), 'one')] },
    ];
    for (const other of others)
      expect(verdictOn({ schema, attempts: [one], finals: [here, other] }).converged).toBe(false);
  });
});

describe('duplicates', () => {
  const line = (told = committed): Attempt => attempt({ turn: 'a1.1', writes: [append('notes', 'done')], told });
  const notes = (...lines: string[]) => ({
    fields: [linesState('notes', ...lines.map((text) => [text, 'a1.1.1'] as const))],
  });

  it('are lines that stand more often than they were appended', () => {
    expect(verdictOn({ schema, attempts: [line()], finals: notes('done', 'done', 'done') }).duplicates).toBe(2);
    const again = attempt({ turn: 'a2.1', writes: [append('notes', 'done')], told: committed });
    expect(verdictOn({ schema, attempts: [line(), again], finals: notes('done', 'done') }).duplicates).toBe(0);
  });

  it('are whole lines: one that contains another is none', () => {
    const two = attempt({ turn: 'a2.1', writes: [append('notes', 'done and done')], told: committed });
    expect(verdictOn({ schema, attempts: [line(), two], finals: notes('done', 'done and done') }).duplicates).toBe(0);
  });

  it('are not lines that the field started with', () => {
    const declared = [{ ...declare('notes', 'append_text'), kind: 'append_text' as const, initial: ['done'] }];
    expect(verdictOn({ schema: declared, attempts: [line()], finals: notes('done', 'done') }).duplicates).toBe(0);
    expect(verdictOn({ schema: declared, attempts: [line()], finals: notes('done') }).counts.lost).toBe(1);
  });

  it('are elements that a set shows twice', () => {
    const red = attempt({ turn: 'a1.1', writes: [add('tags', 'red')], told: committed });
    const finals = { fields: [setState('tags', ['red', 'a1.1.1'], ['red', 'a1.1.1'])] };
    expect(verdictOn({ schema, attempts: [red], finals }).duplicates).toBe(1);
  });

  it('are values of an earlier attempt that stand beside those of the last one', () => {
    const first = attempt({ turn: 'a1.1', writes: [append('notes', 'first'), add('tags', 'first')], told: unanswered });
    const second = attempt({
      turn: 'a1.1',
      attempt: 2,
      span: [20, 30],
      writes: [append('notes', 'second'), add('tags', 'second')],
      told: committed,
    });
    const finals = {
      fields: [
        linesState('notes', ['first', 'a1.1.1'], ['second', 'a1.1.1']),
        setState('tags', ['first', 'a1.1.2'], ['second', 'a1.1.2']),
      ],
    };
    const verdict = verdictOn({ schema, attempts: [first, second], finals });
    expect(verdict.duplicates).toBe(2);
    expect(verdict.counts.survived).toBe(2);
  });

  it('are not earlier values that somebody else has added as well', () => {
    const first = attempt({ turn: 'a1.1', writes: [add('tags', 'first')], told: unanswered });
    const second = attempt({
      turn: 'a1.1',
      attempt: 2,
      span: [20, 30],
      writes: [add('tags', 'second')],
      told: committed,
    });
    const other = attempt({ turn: 'a2.1', writes: [add('tags', 'first')], told: committed });
    const finals = { fields: [setState('tags', ['first', 'a2.1.1'], ['second', 'a1.1.1'])] };
    expect(verdictOn({ schema, attempts: [first, second, other], finals }).duplicates).toBe(0);
  });

  it('are two attempts of one write that contend in an escalation', () => {
    const first = attempt({ turn: 'a1.1', writes: [set('status', 'first')], told: unanswered });
    const second = attempt({
      turn: 'a1.1',
      attempt: 2,
      span: [20, 30],
      writes: [set('status', 'second')],
      told: committed,
    });
    const escalations = [escalation(writeOf(first), writeOf(second))];
    expect(verdictOn({ schema, attempts: [first, second], finals: { escalations } }).duplicates).toBe(1);
  });

  it('are counted on the replica that has most', () => {
    expect(
      verdictOn({
        schema,
        attempts: [line()],
        finals: [notes('done', 'done'), notes('done', 'done', 'done'), notes('done')],
      }).duplicates,
    ).toBe(2);
  });
});

describe('attribution', () => {
  const two = attempt({ turn: 'a2.1', writes: [add('tags', 'red'), append('notes', 'hello')], told: committed });
  const attributed = (status: string | null, tag: string | null, note: string | null) =>
    verdictOn({
      schema,
      attempts: [one, two],
      finals: {
        fields: [
          scalarState('status', 'one', status),
          setState('tags', ['red', tag]),
          linesState('notes', ['hello', note]),
        ],
      },
    }).attribution;

  it('is right when the state names the true authors', () => {
    expect(attributed('a1.1.1', 'a2.1.1', 'a2.1.2')).toEqual({ surviving: 3, wrong: 0 });
  });

  it('is wrong when it names somebody else or nobody', () => {
    expect(attributed('a2.1.1', 'a2.1.1', 'a2.1.2')).toEqual({ surviving: 3, wrong: 1 });
    expect(attributed(null, null, null)).toEqual({ surviving: 3, wrong: 3 });
  });

  it('may name nobody where the field started with the value', () => {
    const declared = [{ ...declare('status', 'scalar'), kind: 'scalar' as const, initial: 'one' }];
    const finals = { fields: [scalarState('status', 'one', null)] };
    expect(verdictOn({ schema: declared, attempts: [one], finals }).attribution).toEqual({ surviving: 1, wrong: 0 });
  });

  it('may name anybody who issued an equal value', () => {
    const same = attempt({ turn: 'a2.1', writes: [set('status', 'one')], told: committed });
    expect(verdictOn({ schema, attempts: [one, same], finals: here }).attribution).toEqual({ surviving: 2, wrong: 0 });
  });
});

describe('contention', () => {
  const turn = (name: string, begin: number, end: number, ...fields: string[]): Attempt =>
    attempt({ turn: name, span: [begin, end], writes: fields.map((name) => set(name, 0)), told: committed });

  it('counts pairs of turns of different agents that overlap, and per field those that both wrote it', () => {
    const attempts = [
      turn('a1.1', 0, 10, 'x'),
      turn('a2.1', 5, 15, 'x', 'y'),
      turn('a3.1', 8, 20, 'y'),
      turn('a1.2', 12, 14, 'y'),
    ];
    const { contention } = verdictOn({ attempts, finals: {} });
    expect(contention.overlappingTurns).toBe(5);
    expect(contention.byField).toEqual(
      new Map([
        [field('x'), 1],
        [field('y'), 3],
      ]),
    );
  });

  it('does not count turns of one agent, nor one that begins when the other ends', () => {
    const attempts = [turn('a1.1', 0, 10, 'x'), turn('a1.2', 5, 12, 'x'), turn('a2.1', 12, 20, 'x')];
    expect(verdictOn({ attempts, finals: {} }).contention.overlappingTurns).toBe(0);
  });

  it('counts turns that begin at one instant', () => {
    expect(
      verdictOn({ attempts: [turn('a1.1', 5, 5, 'x'), turn('a2.1', 5, 5, 'x')], finals: {} }).contention
        .overlappingTurns,
    ).toBe(1);
  });

  it('spans all attempts of a turn', () => {
    const attempts = [
      turn('a1.1', 0, 2, 'x'),
      turn('a2.1', 3, 6, 'x'),
      { ...turn('a1.1', 5, 9, 'x'), tx: { ...turn('a1.1', 0, 0).tx, attempt: 2 } },
    ];
    expect(verdictOn({ attempts, finals: {} }).contention.overlappingTurns).toBe(1);
  });

  it('counts how often a field goes from one agent to another that begins when the first has ended', () => {
    const attempts = [
      turn('a1.1', 0, 5, 'x'),
      turn('a2.1', 5, 8, 'x'),
      turn('a2.2', 9, 10, 'x'),
      turn('a1.2', 12, 20, 'x'),
      turn('a2.3', 15, 30, 'x', 'y'),
    ];
    const { handovers } = verdictOn({ attempts, finals: {} }).contention;
    expect(handovers).toEqual(
      new Map([
        [field('x'), 2],
        [field('y'), 0],
      ]),
    );
  });

  it('tells whether the promised conflict occurred', () => {
    const workload = {
      invariants: [],
      exercised: ({ overlappingTurns }: { overlappingTurns: number }) => overlappingTurns > 0,
    };
    expect(verdictOn({ attempts: [turn('a1.1', 0, 1, 'x')], finals: {}, workload }).exercised).toBe(false);
  });
});

describe('invariants', () => {
  it('are asked with the final states, what was committed and what is unknown', () => {
    const two = attempt({ turn: 'a2.1', writes: [set('status', 'two')], told: unanswered });
    const law: WorkloadInvariant = {
      name: 'one status',
      violation: ({ finals, committed: safe, unknown }) => `${finals.length} ${safe[0]!.id} ${unknown[0]!.id}`,
    };
    const verdict = verdictOn({
      schema,
      attempts: [one, two],
      finals: here,
      workload: { invariants: [law], exercised: () => true },
    });
    expect(verdict.brokenInvariants).toEqual([{ name: 'one status', violation: '2 a1.1.1 a2.1.1' }]);
    expect(verdict.outcome).toBe('corrupted');
  });

  it('include that no value is invented', () => {
    const verdict = verdictOn({
      schema,
      attempts: [one],
      finals: { fields: [scalarState('status', 'made up', 'a1.1.1')] },
    });
    expect(verdict.brokenInvariants).toEqual([
      { name: 'nothing invented', violation: 'a1 shows "made up" in status, which nobody wrote' },
    ]);
    const line = verdictOn({ schema, attempts: [], finals: { fields: [linesState('notes', ['made up', null])] } });
    expect(line.brokenInvariants).toHaveLength(1);
  });

  it('accept what a resolution combined, and what the field started with', () => {
    const combined = {
      fields: [scalarState('status', 'one or two')],
      resolutions: [resolution(null, 'one or two', writeOf(one))],
    };
    expect(verdictOn({ schema, attempts: [one], finals: combined }).brokenInvariants).toEqual([]);
    const declared = [{ ...declare('status', 'scalar'), kind: 'scalar' as const, initial: 'new' }];
    expect(
      verdictOn({ schema: declared, attempts: [], finals: { fields: [scalarState('status', 'new')] } })
        .brokenInvariants,
    ).toEqual([]);
  });
});

describe('the outcome', () => {
  const two = attempt({ turn: 'a2.1', writes: [set('status', 'two')], told: committed });
  const informed = { ...two, views: [{ fields: here.fields, escalations: [] }] };
  const settled = { fields: [scalarState('status', 'two', 'a2.1.1')] };

  it('is uncontended when no turns met on a field', () => {
    expect(verdictOn({ schema, attempts: [one], finals: here }).outcome).toBe('uncontended');
  });

  it('is auto-merged when turns met and nothing is left to settle', () => {
    expect(verdictOn({ schema, attempts: [one, informed], finals: settled }).outcome).toBe('auto-merged');
  });

  it('is resolved, escalated or corrupted, whichever weighs most', () => {
    const resolutions = [resolution(writeOf(two), 'two', writeOf(one))];
    const escalations = [escalation(writeOf(one), writeOf(two))];
    const outcome = (finals: Parameters<typeof verdictOn>[0]['finals']) =>
      verdictOn({ schema, attempts: [one, two], finals }).outcome;
    expect(outcome({ ...settled, resolutions })).toBe('resolved');
    expect(outcome({ ...settled, resolutions, escalations })).toBe('escalated');
    expect(outcome({ ...settled, escalations: [escalation(writeOf(two))] })).toBe('corrupted');
  });

  it('is corrupted by a duplicate alone', () => {
    const red = attempt({ turn: 'a1.1', writes: [add('tags', 'red')], told: committed });
    const finals = { fields: [setState('tags', ['red', 'a1.1.1'], ['red', 'a1.1.1'])] };
    expect(verdictOn({ schema, attempts: [red], finals }).outcome).toBe('corrupted');
  });
});

describe('promises', () => {
  const broken = (facts: Parameters<typeof verdictOn>[0]) =>
    verdictOn(facts).brokenPromises.map(({ promise }) => promise);
  const lost = { schema, attempts: [one], finals: {} };

  it('that were not made are not broken', () => {
    expect(broken(lost)).toEqual([]);
  });

  it('hold under survivable faults, or under those that they name', () => {
    const promises: Partial<Promises> = { keepsCommittedWrites: 'survivable' };
    const named: Partial<Promises> = { keepsCommittedWrites: ['crash'] };
    expect(broken({ ...lost, promises })).toEqual(['keepsCommittedWrites']);
    expect(broken({ ...lost, promises, faults: { name: 'rollback', survivable: false } })).toEqual([]);
    expect(broken({ ...lost, promises: named })).toEqual([]);
    expect(broken({ ...lost, promises: named, faults: { name: 'crash', survivable: false } })).toEqual([
      'keepsCommittedWrites',
    ]);
  });

  it('are not broken by a trial that is void', () => {
    const failure = { culprit: 'strategy' as const, message: 'it threw', at: micros(0) };
    const verdict = verdictOn({ ...lost, failure, promises: { keepsCommittedWrites: 'survivable' } });
    expect(verdict.brokenPromises).toEqual([]);
    expect(verdict.counts.lost).toBe(1);
  });

  it('come with the write, its value and the place as evidence', () => {
    const [found] = verdictOn({ ...lost, promises: { keepsCommittedWrites: 'survivable' } }).brokenPromises;
    expect(found!.evidence).toBe(
      'a1.1.1 (status: "one") is lost: told committed at 0.010 s; its value is on none of the replicas',
    );
  });

  it('to converge is broken by different states and by a run without rest', () => {
    const promises = { converges: 'survivable' } as const;
    expect(broken({ schema, attempts: [one], finals: [here, {}], promises })).toEqual(['converges']);
    expect(broken({ schema, attempts: [one], finals: here, rests: false, promises })).toEqual(['converges']);
    expect(broken({ schema, attempts: [one], finals: here, promises })).toEqual([]);
  });

  it('to keep refused writes out is broken by a phantom', () => {
    const promises = { keepsRefusedOut: 'survivable' } as const;
    expect(broken({ schema, attempts: [{ ...one, outcome: conflict }], finals: here, promises })).toEqual([
      'keepsRefusedOut',
    ]);
  });

  it('to land once is broken by a duplicate', () => {
    const line = attempt({ turn: 'a1.1', writes: [append('notes', 'done')], told: committed });
    const finals = { fields: [linesState('notes', ['done', 'a1.1.1'], ['done', 'a1.1.1'])] };
    expect(broken({ schema, attempts: [line], finals, promises: { exactlyOnce: 'survivable' } })).toEqual([
      'exactlyOnce',
    ]);
  });

  it('never to wait is broken by an answer that took another machine, but not in a recorded session', () => {
    const promises = { neverWaits: 'survivable' } as const;
    const waiting = { turn: 'a1.1', told: committed, waited: true };
    expect(broken({ attempts: [attempt(waiting)], finals: {}, promises })).toEqual(['neverWaits']);
    expect(broken({ attempts: [attempt({ ...waiting, recorded: true })], finals: {}, promises })).toEqual([]);
  });
});
