import { describe, expect, it } from 'vitest';
import {
  agentAt,
  anomalyNames,
  field,
  type AnomalyName,
  type Attempt,
  type FieldDeclaration,
  type FieldState,
  type Micros,
  type Plan,
  type WriteDraft,
} from '../../src/contract/index.ts';
import {
  add,
  append,
  attempt,
  committed,
  conflict,
  counterState,
  declare,
  draft,
  escalation,
  increase,
  linesState,
  scalarState,
  set,
  setState,
  textState,
  verdictOn,
  view,
  writeOf,
} from './history-builder.ts';
import { grant, release } from './protocol/observations.ts';

const schema: FieldDeclaration[] = [
  { ...declare('x', 'scalar'), kind: 'scalar', initial: 0 },
  { ...declare('y', 'scalar'), kind: 'scalar', initial: 0 },
  declare('unset', 'scalar'),
  declare('tags', 'grow_set'),
  declare('notes', 'append_text'),
  { ...declare('sum', 'counter'), kind: 'counter', initial: 100 },
  declare('page', 'text'),
];

const x = (value: string | number, author: string | null = null) => scalarState('x', value, author);
const y = (value: string | number, author: string | null = null) => scalarState('y', value, author);

function turn(name: string, saw: readonly FieldState[], ...writes: readonly WriteDraft[]): Attempt {
  return attempt({ turn: name, saw: [view(...saw)], writes, told: committed, span: [0, 20] });
}

type Facts = Omit<Parameters<typeof verdictOn>[0], 'finals'> & Partial<Pick<Parameters<typeof verdictOn>[0], 'finals'>>;

/** What was found, by name. */
function found(facts: Facts): Partial<Record<AnomalyName, string>> {
  const { anomalies } = verdictOn({ schema, finals: [], ...facts });
  for (const { anomaly } of anomalies.found) expect(anomalies.possible).toContain(anomaly);
  return Object.fromEntries(anomalies.found.map(({ anomaly, evidence }) => [anomaly, evidence]));
}

function possible(...attempts: readonly Attempt[]): readonly AnomalyName[] {
  return verdictOn({ schema, finals: {}, attempts }).anomalies.possible;
}

describe('a lost update', () => {
  const one = turn('a1.1', [x(0)], set('x', 'one'));
  const two = turn('a2.1', [x(0)], set('x', 'two'));
  const finals = { fields: [x('two', 'a2.1.1')] };

  it('is a committed write that somebody replaced without having seen it', () => {
    expect(found({ attempts: [one, two], finals })['lost-update']).toBe(
      'a1.1.1 ("one") was committed and is gone: a2.1 was shown x without it and wrote a2.1.1 ("two")',
    );
  });

  it('is none where the other one had seen it, was refused, or wrote blindly', () => {
    const knowing = turn('a2.1', [x('one')], set('x', 'two'));
    expect(found({ attempts: [one, knowing], finals })).not.toHaveProperty('lost-update');
    expect(found({ attempts: [one, { ...two, outcome: conflict }], finals })).not.toHaveProperty('lost-update');
    expect(found({ attempts: [one, turn('a2.1', [], set('x', 'two'))], finals })).not.toHaveProperty('lost-update');
  });

  it('is none where an escalation carries what was replaced', () => {
    const contested = { escalations: [escalation(writeOf(one), writeOf(two))] };
    expect(found({ attempts: [one, two], finals: contested })).not.toHaveProperty('lost-update');
  });

  it('is found in a field that was not set, where the script says that it was read', () => {
    const [blind, other] = [turn('a1.1', [], set('unset', 1)), turn('a2.1', [], set('unset', 2))];
    const facts = { attempts: [blind, other], finals: { fields: [scalarState('unset', 2, 'a2.1.1')] } };
    expect(found(facts)).not.toHaveProperty('lost-update');
    expect(found({ ...facts, plan: planReading('unset') })).toHaveProperty('lost-update');
  });

  it('is found in sets and lines of which the replacing turn was shown the others', () => {
    const [tag, other] = [
      turn('a1.1', [setState('tags')], add('tags', 'a')),
      turn('a2.1', [setState('tags')], add('tags', 'b')),
    ];
    const left = { fields: [setState('tags', ['b', 'a2.1.1'])] };
    expect(found({ attempts: [tag, other], finals: left })).toHaveProperty('lost-update');
    const seen = turn('a2.1', [setState('tags', ['a', 'a1.1.1'])], add('tags', 'b'));
    expect(found({ attempts: [tag, seen], finals: left })).not.toHaveProperty('lost-update');
  });

  it('is found in a counter where what was shown surely did not contain the amount', () => {
    const ten = turn('a1.1', [counterState('sum', 100)], increase('sum', 10));
    const five = turn('a2.1', [counterState('sum', 100)], increase('sum', 5));
    const short = { fields: [counterState('sum', 105)] };
    expect(found({ attempts: [ten, five], finals: short })).toHaveProperty('lost-update');
    const after = turn('a2.1', [counterState('sum', 110)], increase('sum', 5));
    expect(found({ attempts: [ten, after], finals: short })).not.toHaveProperty('lost-update');
  });
});

/** Each turn reads the field in its only step. */
function planReading(name: string): Plan {
  const step = { reads: [field(name)], thinkMicros: 0 as Micros, write: () => [] };
  const turns = [{ pauseMicros: 0 as Micros, steps: [step] }];
  return { schema: { fields: schema }, agents: [0, 1].map((seat) => ({ agent: agentAt(seat), turns })) };
}

describe('a dirty write', () => {
  const both = (value: string) => [set('x', value), set('y', value)];
  const one = turn('a1.1', [], ...both('one'));
  const two = turn('a2.1', [], ...both('two'));

  it('leaves one field of the one turn and another field of the other', () => {
    const mixed = { fields: [x('one', 'a1.1.1'), y('two', 'a2.1.2')] };
    expect(found({ attempts: [one, two], finals: mixed })['dirty-write']).toBe(
      'x holds a1.1.1 ("one"), not a2.1.1 ("two"), but y holds a2.1.2 ("two"), not a1.1.2 ("one")',
    );
  });

  it('is none where one of them stands in both fields', () => {
    const whole = { fields: [x('two', 'a2.1.1'), y('two', 'a2.1.2')] };
    expect(found({ attempts: [one, two], finals: whole })).not.toHaveProperty('dirty-write');
  });
});

describe('a dirty read', () => {
  const reader = turn('a2.1', [x('one')], set('y', 'two'));

  it('shows a committed turn what was refused', () => {
    const refused = { ...turn('a1.1', [], set('x', 'one')), outcome: conflict };
    expect(found({ attempts: [refused, reader] })['dirty-read']).toBe(
      'a2.1 was shown x with what a1.1.1 wrote there ("one"), which was refused',
    );
    expect(found({ attempts: [refused, { ...reader, outcome: conflict }] })).not.toHaveProperty('dirty-read');
    const alike = turn('a3.1', [], set('x', 'one'));
    expect(found({ attempts: [refused, alike, reader] })).not.toHaveProperty('dirty-read');
  });

  it('is none where a turn finds what it wrote itself, in an attempt that was refused', () => {
    const refused = { ...turn('a2.1', [], set('x', 'one')), outcome: conflict };
    const again = attempt({ turn: 'a2.1', attempt: 2, saw: [view(x('one'))], writes: [set('x', 2)], told: committed });
    expect(found({ attempts: [refused, turn('a1.1', [x(0)]), again] })).not.toHaveProperty('dirty-read');
  });

  it('shows what its turn then set again', () => {
    const twice = turn('a1.1', [], set('x', 'one'), set('x', 'final'));
    expect(found({ attempts: [twice, reader] })['dirty-read']).toContain('which that turn then replaced itself');
    const last = turn('a1.1', [], set('x', 'first'), set('x', 'one'));
    expect(found({ attempts: [last, reader] })).not.toHaveProperty('dirty-read');
  });

  it('is a circle of turns that have read from each other', () => {
    const other = turn('a1.1', [y('two')], set('x', 'one'));
    expect(found({ attempts: [other, reader] })['dirty-read']).toContain('a2.1 read in x what a1.1 wrote');
  });
});

describe('a read skew', () => {
  const writer = turn('a1.1', [x(0), y(0)], set('x', 'one'), set('y', 'one'));

  it('shows one field from before and another from after a turn', () => {
    expect(found({ attempts: [writer, turn('a2.1', [x(0), y('one')])] })['read-skew']).toBe(
      'a2.1 read x as 0 before a1.1 wrote to it (a1.1.1: "one"); a2.1 read in y what a1.1 wrote (a1.1.2: "one")',
    );
    expect(found({ attempts: [writer, turn('a2.1', [x(0), y(0)])] })).not.toHaveProperty('read-skew');
    expect(found({ attempts: [writer, turn('a2.1', [x('one'), y('one')])] })).not.toHaveProperty('read-skew');
  });

  it('shows one field twice, with another turn between', () => {
    const reader = attempt({ turn: 'a2.1', saw: [view(x(0)), view(x('one'))], told: committed, span: [0, 20] });
    expect(found({ attempts: [writer, reader] })).toHaveProperty('read-skew');
  });
});

describe('what can be told of a turn', () => {
  const reader = turn('a2.1', [x('one')], set('x', 'two'));

  it('is nothing where several attempts may have landed', () => {
    const unheard = attempt({ turn: 'a1.1', writes: [set('x', 'one')], told: null });
    const again = attempt({
      turn: 'a1.1',
      attempt: 2,
      saw: [view(x('two'))],
      writes: [set('x', 'one')],
      told: committed,
    });
    expect(found({ attempts: [unheard, reader, again] })).toEqual({});
    expect(found({ attempts: [{ ...unheard, outcome: conflict }, reader, again] })).toHaveProperty('dirty-read');
  });

  it('is not that it overwrote what it was shown after its write, or wrote itself', () => {
    const own = attempt({ turn: 'a1.1', saw: [view(x('one'))], writes: [set('x', 'one')], told: committed });
    expect(found({ attempts: [own, turn('a2.1', [x('one')])] })).toEqual({});
    const saw = [view(), view(x('two'))];
    const late = attempt({ turn: 'a1.1', saw, writes: [set('x', 'one')], told: committed });
    expect(Object.keys(found({ attempts: [late, reader, turn('a3.1', [x('two')])] }))).toEqual(['dirty-read']);
  });
});

describe('a write skew', () => {
  const one = turn('a1.1', [x(0), y(0)], set('x', 'one'));
  const two = turn('a2.1', [x(0), y(0)], set('y', 'two'));

  it('is two turns that each overwrite in one field what the other has read', () => {
    const skewed = found({ attempts: [one, two] });
    expect(skewed['write-skew']).toBe(
      'a1.1 read y as 0 before a2.1 wrote to it (a2.1.1: "two"); a2.1 read x as 0 before a1.1 wrote to it (a1.1.1: "one")',
    );
    expect(Object.keys(skewed)).toEqual(['write-skew']);
  });

  it('is none between turns that follow each other, or meet in one field only', () => {
    expect(found({ attempts: [one, turn('a2.1', [x('one'), y(0)], set('y', 'two'))] })).toEqual({});
    const same = turn('a2.1', [x(0)], set('x', 'two'));
    const contested = { escalations: [escalation(writeOf(one), writeOf(same))] };
    expect(found({ attempts: [turn('a1.1', [x(0)], set('x', 'one')), same], finals: contested })).toEqual({});
  });

  it('is counted once for each turn that takes part', () => {
    const { anomalies } = verdictOn({ schema, finals: {}, attempts: [one, two] });
    expect(anomalies.found).toMatchObject([{ anomaly: 'write-skew', count: 2 }]);
  });
});

describe('a long fork', () => {
  it('shows two writes to two readers in opposite orders', () => {
    const attempts = [
      turn('a1.1', [x(0)], set('x', 'one')),
      turn('a2.1', [y(0)], set('y', 'two')),
      turn('a3.1', [x('one'), y(0)]),
      turn('a4.1', [x(0), y('two')]),
    ];
    expect(Object.keys(found({ attempts }))).toEqual(['long-fork']);
    expect(found({ attempts: attempts.slice(0, 3) })).toEqual({});
  });
});

describe('a cycle that a snapshot may show', () => {
  it('is a write skew, also where one of three turns only reads', () => {
    const attempts = [
      turn('a1.1', [x(0), y(0)], set('y', 'one')),
      turn('a2.1', [x(0)], set('x', 'two')),
      turn('a3.1', [x('two'), y(0)]),
    ];
    expect(Object.keys(found({ attempts }))).toEqual(['write-skew']);
  });
});

describe('a stale read', () => {
  const writer = attempt({
    turn: 'a1.1',
    saw: [view(x(0))],
    writes: [set('x', 'one')],
    told: committed,
    span: [0, 10],
  });
  const readerFrom = (begin: number) =>
    attempt({ turn: 'a2.1', saw: [view(x(0))], told: committed, span: [begin, begin + 10] });

  it('misses what was told committed before the turn began', () => {
    expect(found({ attempts: [writer, readerFrom(11)] })['stale-read']).toBe(
      'a2.1 began at 0.011 s and read x as 0, although a1.1.1 ("one") was told committed at 0.010 s',
    );
  });

  it('is none while the other turn is under way, or for a turn that came to nothing', () => {
    const onlooker = attempt({ turn: 'a3.1', saw: [view(x(0))], told: committed, span: [0, 30] });
    expect(found({ attempts: [writer, onlooker, readerFrom(10)] })).toEqual({});
    expect(found({ attempts: [writer, onlooker, readerFrom(11)] })).toHaveProperty('stale-read');
    expect(found({ attempts: [writer, { ...readerFrom(11), outcome: conflict }] })).toEqual({});
  });
});

describe('a field that was not set', () => {
  const writer = attempt({ turn: 'a1.1', writes: [set('unset', 1)], told: committed, span: [0, 10] });
  const reader = (saw: Attempt['views']) => attempt({ turn: 'a2.1', saw, told: committed, span: [20, 30] });
  const plan = planReading('unset');

  it('was read where the script says so and no view shows it', () => {
    expect(found({ attempts: [writer, reader([view()])], plan })['stale-read']).toContain('read unset, although');
    expect(found({ attempts: [writer, reader([view()])] })).toEqual({});
  });

  it('was not read by who was told early, or shown the field or a conflict on it', () => {
    expect(found({ attempts: [writer, reader([])], plan })).toEqual({});
    expect(found({ attempts: [writer, reader([view(scalarState('unset', 1))])], plan })).toEqual({});
    const contested = { fields: [], escalations: [escalation(writeOf(writer))] };
    expect(found({ attempts: [writer, reader([contested])], plan })).toEqual({});
  });

  it('is not counted as stale where the value was written anew after a notice', () => {
    const anew = { ...writer, replaced: [{ ...writeOf(writer), value: 0 } as Attempt['writes'][number]] };
    expect(found({ attempts: [anew, reader([view()])], plan })).toEqual({});
  });
});

describe('a torn transaction', () => {
  const both = turn('a1.1', [], set('x', 'one'), set('y', 'one'));

  it('is in effect in part', () => {
    expect(found({ attempts: [both], finals: { fields: [x('one', 'a1.1.1'), y(0)] } })['torn-transaction']).toContain(
      'a1.1.1 (x: "one") is in effect, a1.1.2 (y: "one") is nowhere',
    );
    const whole = { fields: [x('one', 'a1.1.1'), y('one', 'a1.1.2')] };
    expect(found({ attempts: [both], finals: whole })).toEqual({});
  });
});

describe('a write that should not stand', () => {
  const first = turn('a1.1', [x(0)], set('x', 'one'));
  const second = turn('a2.1', [x('one')], set('x', 'two'));

  it('is resurrected where a committed write had replaced it knowingly', () => {
    const facts = { attempts: [first, second], finals: { fields: [x('one', 'a1.1.1')] } };
    expect(found(facts)['resurrected-write']).toBe(
      'x holds a1.1.1 ("one") again, which a2.1.1 ("two") had replaced knowingly and for good',
    );
    expect(found({ ...facts, finals: { fields: [x('two', 'a2.1.1')] } })).toEqual({});
    const unknowing = turn('a2.1', [x(0)], set('x', 'two'));
    expect(found({ ...facts, attempts: [first, unknowing] })).not.toHaveProperty('resurrected-write');
  });

  it('is not resurrected where its agent wrote it once more', () => {
    const again = turn('a1.2', [x('two')], set('x', 'one'));
    const finals = { fields: [x('one', 'a1.2.1')] };
    expect(found({ attempts: [first, second, again], finals })).not.toHaveProperty('resurrected-write');
  });

  it('is a phantom where it was refused', () => {
    const refused = { ...first, outcome: conflict };
    expect(found({ attempts: [refused], finals: { fields: [x('one', 'a1.1.1')] } })['phantom-write']).toBe(
      'a1.1.1 (x: "one") was told conflict, and stands on a1',
    );
    expect(found({ attempts: [refused], finals: { fields: [x(0)] } })).toEqual({});
  });
});

describe('a duplicate', () => {
  const line = turn('a1.1', [], append('notes', 'once'));

  it('stands more often than it was issued', () => {
    const twice = { fields: [linesState('notes', ['once', 'a1.1.1'], ['once', 'a1.1.1'])] };
    expect(found({ attempts: [line], finals: twice })).toEqual({
      duplicate: 'notes on a1 holds once (it stands there 2 times) more often than it was issued',
    });
    expect(found({ attempts: [line], finals: { fields: [linesState('notes', ['once', 'a1.1.1'])] } })).toEqual({});
  });
});

describe('a duplicate amount', () => {
  it('makes a counter higher than all that was added', () => {
    const ten = turn('a1.1', [], increase('sum', 10));
    expect(found({ attempts: [ten], finals: { fields: [counterState('sum', 120)] } })).toEqual({
      duplicate: 'sum on a1 stands at 120, which is more than was added',
    });
  });
});

describe('interleaved text', () => {
  it('has lines of others between the lines of one write', () => {
    const one = turn('a1.1', [], append('notes', 'a', 'b'));
    const two = turn('a2.1', [], append('notes', 'c', 'd'));
    const lines = (...all: readonly string[]) => ({
      fields: [linesState('notes', ...all.map((each) => [each, 'ab'.includes(each) ? 'a1.1.1' : 'a2.1.1'] as const))],
    });
    expect(found({ attempts: [one, two], finals: lines('a', 'c', 'b', 'd') })['interleaved-text']).toBe(
      'a1.1.1 appended "a" and "b" to notes, but on a1 "c" follows the first',
    );
    expect(found({ attempts: [one, two], finals: lines('c', 'd', 'a', 'b') })).toEqual({});
  });

  it('mixes the characters of two passages that were typed at once', () => {
    const typed = (inserted: string, basis = {}) =>
      draft('page', { kind: 'text', value: { basis, edits: [{ position: 0, deleted: 0, inserted }] } });
    const one = turn('a1.1', [], typed('morning'));
    const two = turn('a2.1', [], typed('evening'));
    const page = (content: string) => ({ fields: [textState('page', content)] });
    expect(found({ attempts: [one, two], finals: page('meovernniinngg') })['interleaved-text']).toBe(
      'what a1.1.1 ("morning") and a2.1.1 ("evening") typed at once into page stands mixed on a1',
    );
    expect(found({ attempts: [one, two], finals: page('eveningmorning') })).toEqual({});
    expect(found({ attempts: [one, two], finals: page('every mention of neither of them') })).not.toHaveProperty(
      'interleaved-text',
    );
    const knowing = turn('a2.1', [], typed('evening', { a1: writeOf(one).number }));
    expect(found({ attempts: [one, knowing], finals: page('meovernniinngg') })).not.toHaveProperty('interleaved-text');
  });
});

describe('divergence', () => {
  it('names a field and both values', () => {
    const one = turn('a1.1', [], set('x', 'one'));
    expect(found({ attempts: [one], finals: [{ fields: [x('one', 'a1.1.1')] }, { fields: [x(0)] }] })).toMatchObject({
      divergence: 'x is "one" on a1 and 0 on a2',
    });
  });
});

describe('two owners', () => {
  it('hold at one time what only one may hold', () => {
    const attempts = [turn('a1.1', [], set('x', 'one'))];
    const both = [grant('x', 'a1', 1), grant('x', 'a2', 2)];
    expect(found({ attempts, observations: both })['two-owners']).toMatch(/^SingleWriter: .*a2.*a1/);
    const inTurn = [grant('x', 'a1', 1), release('x', 'a1', 1), grant('x', 'a2', 2)];
    expect(found({ attempts, observations: inTurn })).toEqual({});
    expect(verdictOn({ attempts, finals: {}, observations: inTurn }).anomalies.possible).toContain('two-owners');
  });
});

describe('a void trial', () => {
  it('shows nothing, and could have shown nothing', () => {
    const failure = { culprit: 'strategy', message: 'it threw', at: 0 as Micros } as const;
    const diverged = [{ fields: [x('one')] }, { fields: [x('two')] }];
    const { anomalies } = verdictOn({ attempts: [turn('a1.1', [], set('x', 'one'))], finals: diverged, failure });
    expect(anomalies).toEqual({ found: [], possible: [] });
  });
});

describe('what a trial could have shown', () => {
  it('is nearly nothing where one agent is alone', () => {
    expect(possible(turn('a1.1', [x(0)], set('x', 'one')))).toEqual(['divergence']);
  });

  it('is all that goes with overlapping turns where turns overlap, and no more', () => {
    const one = turn('a1.1', [x(0), y(0)], set('x', 'one'));
    expect(possible(one, turn('a2.1', [x(0), y(0)], set('y', 'two')))).toEqual([
      'dirty-read',
      'write-skew',
      'long-fork',
      'divergence',
    ]);
    const late = { ...turn('a2.1', [x('one')], set('x', 'two')), beganAt: 30_000 as Micros, endedAt: 40_000 as Micros };
    expect(possible(one, late)).toEqual(['stale-read', 'resurrected-write', 'divergence']);
  });

  it('is less where turns meet in one field, and nothing where an agent meets itself', () => {
    const met = possible(turn('a1.1', [x(0)], set('x', 'one')), turn('a2.1', [x(0)], set('x', 'two')));
    expect(met).toEqual(['lost-update', 'dirty-read', 'resurrected-write', 'divergence']);
    const elsewhere = attempt({ turn: 'a2.1', told: committed, span: [5, 15] });
    expect(possible(turn('a1.1', [x(0)], set('x', 1)), turn('a1.2', [x(0)], set('x', 2)), elsewhere)).toEqual([
      'resurrected-write',
      'divergence',
    ]);
  });

  it('has everything in the order of the names', () => {
    const names = possible(
      turn('a1.1', [x(0), y(0)], set('x', 'one'), set('y', 'one')),
      turn('a2.1', [x(0), y(0)], set('x', 'two'), set('y', 'two')),
    );
    expect(names).toEqual(anomalyNames.filter((name) => names.includes(name)));
    expect(names).toContain('dirty-write');
  });
});

describe('a promise that excludes an anomaly', () => {
  it('is broken by it', () => {
    const refused = { ...turn('a1.1', [], set('x', 'one')), outcome: conflict };
    const reader = turn('a2.1', [x('one')], set('y', 'two'));
    const { brokenPromises } = verdictOn({
      schema,
      attempts: [refused, reader],
      finals: {},
      promises: { serializable: 'survivable' },
    });
    expect(brokenPromises).toMatchObject([
      { promise: 'serializable', evidence: expect.stringContaining('was refused') as string },
    ]);
  });
});
