/** The workloads that need coordination: what they ask for, what their laws notice, and what strategies make of them. */

import { describe, expect, it } from 'vitest';
import {
  agentAt,
  field,
  transactionId,
  writeId,
  writeNumber,
  type FieldState,
  type Json,
  type MergeStrategy,
  type TrialResult,
  type View,
  type Workload,
  type Write,
  type WriteDraft,
} from '../../src/contract/index.ts';
import { createStreams } from '../../src/random/index.ts';
import { blindPut } from '../../strategies/blind-put.ts';
import { strategies } from '../support/every-strategy.ts';
import { loro } from '../../strategies/loro.ts';
import { lww } from '../../strategies/lww.ts';
import { occ } from '../../strategies/occ.ts';
import { serial } from '../../strategies/serial.ts';
import { twoPhaseLocking } from '../../strategies/two-phase-locking.ts';
import { total, trialOf, trialsOf } from '../support/trials.ts';
import { named, nothing, quiet, state, violations, written } from '../support/workload-cases.ts';
import { defaultModel } from '../../src/simulator/index.ts';

const occOfWrites = occ.configure!({ validate: 'writes', maxRetries: 3 });

function scalar(name: string, value: Json): FieldState {
  return { field: field(name), kind: 'scalar', value, author: null };
}

const seeing = (...fields: FieldState[]): View => ({ fields, escalations: [] });
const valuesOf = (drafts: readonly WriteDraft[]): readonly unknown[] => drafts.map(({ value }) => value);

/** What the agent at this seat writes in the step, having seen this. */
function drafted(workload: Workload, seat: number, step: number, view: View): readonly WriteDraft[] {
  const { agents } = workload.plan({
    agents: workload.agents.default,
    random: createStreams('cases'),
    model: defaultModel,
  });
  return agents[seat]!.turns[0]!.steps[step]!.write(view);
}

/** What is wrong with evidence, laws that hold left out. */
const wrongs = (...of: Parameters<typeof violations>): readonly string[] =>
  violations(...of).filter((violation) => violation !== null);

describe('torn-pair', () => {
  const workload = named('torn-pair');
  const release = {
    committed: ['plan', 'manifest'].map((name) => written(0, 0, name, { kind: 'scalar', value: 'r' })),
  };

  it('writes the pair in one step or in two, and in either order', () => {
    const { agents } = workload.plan({ agents: 8, random: createStreams('cases'), model: defaultModel });
    const turns = agents.flatMap((script) => script.turns);
    const orders = turns.map(({ steps }) => steps.map((step) => step.write(nothing).map((draft) => draft.field)));
    expect(new Set(orders.map((order) => JSON.stringify(order)))).toEqual(
      new Set(['[["plan","manifest"]]', '[["manifest","plan"]]', '[["plan"],["manifest"]]', '[["manifest"],["plan"]]']),
    );
  });

  it('notices a pair that is mixed, and one of which half is missing', () => {
    const both = { finals: [state(scalar('plan', 'r'), scalar('manifest', 'r'))], ...release };
    expect(wrongs(workload, both)).toEqual([]);
    const half = { finals: [state(scalar('plan', 'r'))], ...release };
    expect(wrongs(workload, half)).toEqual(['replica 1 of 1: the plan is of "r", the manifest of null']);
  });

  it('does not call a pair mixed that an open escalation is about', () => {
    const open = { ...state(scalar('plan', 'r')), escalations: [{ field: field('manifest'), contenders: [] }] };
    expect(wrongs(workload, { finals: [open], ...release })).toEqual([]);
  });

  it('is mixed where each field is settled by itself, and never where turns are all or nothing', () => {
    const mixed = (strategy: MergeStrategy): number =>
      total(trialsOf(strategy, 'torn-pair', 'none', 10), ({ brokenInvariants }) => brokenInvariants.length);
    expect(mixed(lww)).toBeGreaterThan(0);
    for (const strategy of [serial, occ, twoPhaseLocking])
      expect([strategy.name, mixed(strategy)]).toEqual([strategy.name, 0]);
  });
});

describe('canary', () => {
  const workload = named('canary');
  const makespanSeconds = ({ makespanMs }: TrialResult): number => makespanMs / 1_000;
  const skewed = ({ brokenInvariants }: TrialResult): boolean => brokenInvariants.length > 0;
  const trial = (strategy: MergeStrategy): TrialResult => trialOf(strategy, 'canary', 'none', 1);

  it('takes the times of the paper: 18.4 s with the write at 15.7 s, and 31.8 s', () => {
    const { agents } = workload.plan({ agents: 2, random: createStreams('cases'), model: defaultModel });
    const steps = agents.map(({ turns }) => turns[0]!.steps.map(({ thinkMicros }) => thinkMicros / 1_000_000));
    const sum = (times: readonly number[]): number => times.reduce((total, time) => total + time, 0);
    expect(steps.map(sum)).toEqual([expect.closeTo(18.4), expect.closeTo(31.8)]);
    expect(sum(steps[0]!.slice(0, 2))).toBeCloseTo(15.7);
    expect(valuesOf(drafted(workload, 0, 1, nothing))).toEqual([{ version: 'web 1.1', recalls: null }]);
  });

  it('copies the image that was seen, and recalls the bad one where a canary runs it', () => {
    const repaired = seeing(scalar('image', { version: 'web 1.1', recalls: null }));
    expect(valuesOf(drafted(workload, 1, 3, repaired))).toEqual(['web 1.1']);
    expect(valuesOf(drafted(workload, 0, 1, seeing(scalar('canary', 'web 1.0'))))).toEqual([
      { version: 'web 1.1', recalls: 'web 1.0' },
    ]);
  });

  it('accepts either order and notices a canary of the bad image that nobody recalls', () => {
    const finals = (recalls: Json, canary: string) => ({
      finals: [state(scalar('image', { version: 'web 1.1', recalls }), scalar('canary', canary))],
    });
    expect(wrongs(workload, finals(null, 'web 1.1'))).toEqual([]);
    expect(wrongs(workload, finals('web 1.0', 'web 1.0'))).toEqual([]);
    expect(wrongs(workload, finals(null, 'web 1.0'))).toHaveLength(1);
  });

  it.each([
    [serial, 50.2],
    [twoPhaseLocking, 53.1],
    [occ, 63.7],
  ])('comes out right under %o in about the published time (%s s)', (strategy, published) => {
    expect(skewed(trial(strategy))).toBe(false);
    expect(Math.abs(makespanSeconds(trial(strategy)) / published - 1)).toBeLessThan(0.01);
  });

  it.each([[occOfWrites], [lww], [loro]])('is skewed under %o, which takes the naive 31.8 s', (strategy) => {
    expect(skewed(trial(strategy))).toBe(true);
    expect(Math.abs(makespanSeconds(trial(strategy)) / 31.8 - 1)).toBeLessThan(0.01);
  });

  it('is found by the oracle as a cycle of dependencies, not only by the law of the workload', () => {
    const promising = { ...lww, promises: { ...lww.promises, serializable: 'survivable' as const } };
    expect(trial(promising).brokenPromises).toMatchObject([{ promise: 'serializable' }]);
  });
});

describe('unique-claim', () => {
  const workload = named('unique-claim');
  const claimed = (seat: number, task: string): Write =>
    written(seat, 0, task, { kind: 'scalar', value: `${agentAt(seat)}, claim 1` });

  it('takes the first task that nobody has or contends for', () => {
    const view: View = {
      fields: [scalar('task-1', 'a2, claim 1')],
      escalations: [{ field: field('task-2'), contenders: [] }],
    };
    expect(drafted(workload, 0, 0, view)).toEqual([{ field: 'task-3', kind: 'scalar', value: 'a1, claim 1' }]);
  });

  it('stays with a claim of its own that it finds on the board, and claims nothing where all is taken', () => {
    const own = seeing(scalar('task-2', 'a1, claim 1'));
    expect(drafted(workload, 0, 0, own)).toMatchObject([{ field: 'task-2' }]);
    const full = Array.from({ length: 12 }, (_task, index) => scalar(`task-${String(index + 1)}`, 'a9, claim 1'));
    expect(drafted(workload, 0, 0, seeing(...full))).toEqual([]);
  });

  it('notices two who were told that one task is theirs, and an owner who is not on the board', () => {
    const [one, other] = [claimed(0, 'task-1'), claimed(1, 'task-1')];
    const finals = [state(scalar('task-1', 'a1, claim 1'))];
    expect(wrongs(workload, { finals, committed: [one] })).toEqual([]);
    expect(wrongs(workload, { finals, committed: [one, other] })).toEqual([
      'a1 and a2 were both told that task-1 is theirs',
    ]);
    expect(wrongs(workload, { finals, committed: [other], unknown: [one] })).toEqual([
      'replica 1 of 1: a2 was told that task-1 is its own, but there stands "a1, claim 1"',
    ]);
  });
});

describe('slot-race', () => {
  const naive = [lww, blindPut];
  const coordinated = strategies.filter(({ promises }) => promises.keepsCommittedWrites === 'survivable');

  it('lets all agents want the slot at the same instant', () => {
    const { agents } = named('slot-race').plan({ agents: 8, random: createStreams('cases'), model: defaultModel });
    const times = agents.map(({ turns }) => [turns[0]!.pauseMicros, turns[0]!.steps[0]!.thinkMicros]);
    expect(new Set(times.map(String)).size).toBe(1);
  });

  it.each([1, 2, 4, 8])('with %i agents loses all writes but one where nobody coordinates', (agents) => {
    for (const strategy of naive) {
      const { fates } = trialOf(strategy, 'slot-race', 'none', 1, agents);
      expect([strategy.name, fates.lost, fates.survived]).toEqual([strategy.name, agents - 1, 1]);
    }
  });

  it.each([1, 2, 4, 8])(
    'with %i agents loses none where somebody does, and forgets nobody who was refused',
    (agents) => {
      for (const strategy of coordinated) {
        const { fates, gaveUp } = trialOf(strategy, 'slot-race', 'none', 1, agents);
        const served = fates.survived + fates.superseded + fates.escalated + fates.resolved;
        expect([strategy.name, fates.lost, served, gaveUp]).toEqual([
          strategy.name,
          0,
          agents - gaveUp,
          fates.rejected,
        ]);
      }
    },
  );
});

describe('fleet', () => {
  it('touches two fields of its own in each phase, and a shared one in about a quarter of them', () => {
    const workload = named('fleet').configure!({ phases: 50, sharedRatio: 0.25 });
    const { agents, schema } = workload.plan({ agents: 8, random: createStreams('cases'), model: defaultModel });
    expect(schema.fields.filter((declaration) => declaration.field.startsWith('shared'))).toHaveLength(4);
    const shared = agents.flatMap(({ agent, turns }) =>
      turns.map(({ steps }) => {
        const names = steps[0]!.write(nothing).map((draft) => draft.field);
        expect(names.filter((name) => name.startsWith(`${agent}-`))).toHaveLength(2);
        return names.length - 2;
      }),
    );
    expect(shared.reduce((sum, count) => sum + count, 0) / shared.length).toBeCloseTo(0.25, 1);
  });

  it('refuses nobody because of its own lease', () => {
    for (const strategy of strategies) {
      const refused = total(trialsOf(strategy, 'fleet', 'none', 3), ({ refusals }) => refusals['own-lease']);
      expect([strategy.name, refused]).toEqual([strategy.name, 0]);
    }
  });
});

describe('opposite-order', () => {
  it('needs x and then y, or y and then x', () => {
    const { agents } = named('opposite-order').plan({ agents: 3, random: createStreams('cases'), model: defaultModel });
    const orders = agents.map(({ turns }) => turns[0]!.steps.map(({ reads }) => reads.join('')).join(', then '));
    expect(orders).toEqual(['x, then y', 'y, then x', 'x, then y']);
  });

  it('makes locks wait in a circle, which is found, and nobody starves', () => {
    const trials = trialsOf(twoPhaseLocking, 'opposite-order', 'none', 5);
    expect(total(trials, ({ refusals }) => refusals['deadlock-victim'])).toBeGreaterThan(0);
    for (const strategy of strategies) {
      const { gaveUp, settled } = trialOf(strategy, 'opposite-order', 'none', 1);
      expect([strategy.name, gaveUp, settled]).toEqual([strategy.name, 0, true]);
    }
  });
});

describe('ping-pong', () => {
  const workload = named('ping-pong');
  const halved = (seat: number, turn: number, value: number): Write =>
    written(seat, turn, seat === 0 ? 'x' : 'y', { kind: 'scalar', value });
  const ends = (x: number, y: number) => ({ finals: [state(scalar('x', x), scalar('y', y))] });

  it('halves what the agent sees of the other field', () => {
    const view = seeing(scalar('x', 1024), scalar('y', 512));
    expect(drafted(workload, 0, 0, view)).toEqual([{ field: 'x', kind: 'scalar', value: 256 }]);
    expect(drafted(workload, 1, 0, view)).toEqual([{ field: 'y', kind: 'scalar', value: 512 }]);
  });

  it('accepts any serial order, and notices that both halved the start', () => {
    expect(wrongs(workload, { ...ends(2048, 1024), committed: [halved(0, 0, 2048), halved(1, 0, 1024)] })).toEqual([]);
    expect(wrongs(workload, { ...ends(1024, 2048), committed: [halved(0, 0, 1024), halved(1, 0, 2048)] })).toEqual([]);
    expect(wrongs(workload, { ...ends(2048, 2048), committed: [halved(0, 0, 2048), halved(1, 0, 2048)] })).toHaveLength(
      1,
    );
  });

  it('lets a turn whose agent was told nothing count or not', () => {
    const committed = [halved(0, 0, 2048)];
    const unknown = [halved(1, 0, 1024)];
    expect(wrongs(workload, { ...ends(2048, 1024), committed, unknown })).toEqual([]);
    expect(wrongs(workload, { ...ends(2048, 4096), committed, unknown })).toEqual([]);
    expect(wrongs(workload, { ...ends(2048, 512), committed, unknown })).toHaveLength(1);
  });

  it('comes to an end under every strategy, in some serial order where that is promised', () => {
    for (const strategy of strategies) {
      const trials = trialsOf(strategy, 'ping-pong', 'none', 3);
      expect([strategy.name, trials.every(({ settled }) => settled)]).toEqual([strategy.name, true]);
      if (strategy.promises.serializable === false) continue;
      expect([strategy.name, trials.flatMap(({ brokenInvariants }) => brokenInvariants)]).toEqual([strategy.name, []]);
    }
  });
});

describe('handoff-chain', () => {
  const workload = named('handoff-chain');
  const lines = (...texts: string[]): FieldState => ({
    field: field('manuscript'),
    kind: 'append_text',
    lines: texts.map((value) => ({ value, author: null })),
  });
  const line = (seat: number, value: string): Write => {
    const id = writeId(transactionId(agentAt(seat), 0), 0);
    const name = field('manuscript');
    return {
      id,
      agent: agentAt(seat),
      number: writeNumber(0, 0),
      attempt: 1,
      field: name,
      kind: 'append_text',
      value: [value],
    };
  };
  const first = 'a1, part 1 continues nothing';
  const second = 'a2, part 1 continues a1, part 1';

  it('moves round by round from one agent to the next', () => {
    const { agents } = workload.plan({ agents: 3, random: createStreams('cases'), model: defaultModel });
    expect(agents.map(({ turns }) => turns.map(({ after }) => after?.join()))).toEqual([
      ['', 'a3.1', 'a3.2'],
      ['a1.1', 'a1.2', 'a1.3'],
      ['a2.1', 'a2.2', 'a2.3'],
    ]);
  });

  it('continues the part that it finds last', () => {
    expect(valuesOf(drafted(workload, 1, 0, seeing(lines(first))))).toEqual([[second], 'a2, part 1']);
  });

  it('notices a part that did not see the one before it, and a signature that is not of the last part', () => {
    const committed = [line(0, first), line(1, second)];
    const finals = (...fields: FieldState[]) => ({
      finals: [state(...fields)],
      committed,
      unknown: [
        written(1, 0, 'last-hand', { kind: 'scalar', value: 'a2, part 1' }),
        written(0, 0, 'last-hand', { kind: 'scalar', value: 'a1, part 1' }),
      ],
    });
    expect(wrongs(workload, finals(lines(first, second), scalar('last-hand', 'a2, part 1')))).toEqual([]);
    expect(wrongs(workload, finals(lines(first, second), scalar('last-hand', 'a1, part 1')))).toHaveLength(1);
    expect(wrongs(workload, finals(lines(second, first), scalar('last-hand', 'a1, part 1')))).toEqual([
      'replica 1 of 1: "a2, part 1 continues a1, part 1" stands after nothing',
    ]);
  });

  it('is exercised when the manuscript went from one agent to another', () => {
    expect(workload.exercised({ ...quiet, overlappingTurns: 9 })).toBe(false);
    expect(workload.exercised({ ...quiet, handovers: new Map([[field('manuscript'), 1]]) })).toBe(true);
  });

  it('loses at its seams what the next agent has not heard of yet, unless all ask one place', () => {
    const lost = (strategy: MergeStrategy): number =>
      total(trialsOf(strategy, 'handoff-chain', 'none', 3), ({ fates }) => fates.lost);
    expect(lost(lww)).toBeGreaterThan(0);
    for (const strategy of [serial, occ, twoPhaseLocking]) {
      const trials = trialsOf(strategy, 'handoff-chain', 'none', 3);
      expect([strategy.name, lost(strategy), total(trials, (trial) => trial.brokenInvariants.length)]).toEqual([
        strategy.name,
        0,
        0,
      ]);
    }
  });
});
