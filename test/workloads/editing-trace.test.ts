import { describe, expect, it } from 'vitest';
import {
  agentAt,
  field,
  transactionId,
  writeId,
  writeNumber,
  type DocumentState,
  type Plan,
  type Write,
} from '../../src/contract/index.ts';
import { TextHistory, type TextWrite } from '../../src/document/text-history.ts';
import { createStreams } from '../../src/random/index.ts';
import { editingTrace, parseEditingTrace, type EditingTrace } from '../../workloads/index.ts';
import { quiet } from '../support/workload-cases.ts';
import { defaultModel } from '../../src/simulator/index.ts';

type Row = readonly [agent: number, parents: readonly number[], ...patches: readonly [number, number, string][]];

function recording(numAgents: number, endContent: string, ...rows: readonly Row[]): EditingTrace {
  const txns = rows.map(([agent, parents, ...patches]) => ({ agent, parents, patches, numChildren: 0, time: '' }));
  return parseEditingTrace(JSON.parse(JSON.stringify({ kind: 'concurrent', endContent, numAgents, txns })));
}

/** Two people: one writes a line, then both type at once in different places, then one deletes what the other typed. */
const two = recording(
  2,
  '¡Hello, 👩‍🚀 wide world',
  [0, [], [0, 0, 'Hello']],
  [0, [0], [5, 0, ' world']],
  [1, [1], [5, 0, ',']],
  [0, [1], [0, 0, '¡']],
  [1, [2], [6, 0, ' 👩‍🚀'], [10, 0, ' blue']],
  [0, [3, 4], [11, 5, ' wide']],
  [1, [5]],
);

/** Three people: the first starts, two add at once without seeing each other, the third joins them. */
const three = recording(
  3,
  '(a-b-c)',
  [2, [], [0, 0, 'b']],
  [0, [0], [0, 0, 'a-']],
  [1, [0], [1, 0, '-c']],
  [2, [1, 2], [0, 0, '('], [6, 0, ')']],
);

const planOf = (trace: EditingTrace): Plan => {
  const workload = editingTrace(trace);
  return workload.plan({ agents: workload.agents.default, random: createStreams('trace'), model: defaultModel });
};

/** Applies the turns in an order in which every turn comes after what it waits for. */
function replay(plan: Plan): { content: string; writes: readonly Write[] } {
  const history = new TextHistory();
  const open = plan.agents.map(({ agent, turns }) => ({ agent, turns, next: 0 }));
  const writes: Write[] = [];
  const ended = new Set<string>();
  for (;;) {
    const ready = open.find(({ turns, next }) => turns[next]?.after?.every((id) => ended.has(id)) ?? false);
    if (ready === undefined) break;
    const id = transactionId(ready.agent, ready.next);
    const [draft] = ready.turns[ready.next]!.steps[0]!.write({ fields: [], escalations: [] });
    const number = writeNumber(ready.next, 0);
    const write = { id: writeId(id, 0), agent: ready.agent, number, attempt: 1, ...draft! } as TextWrite;
    history.apply(write);
    writes.push(write);
    ended.add(id);
    ready.next += 1;
  }
  expect(open.every(({ turns, next }) => next === turns.length)).toBe(true);
  return { content: history.content(), writes };
}

describe('a recorded session of two people', () => {
  const workload = editingTrace(two);

  it('is played turn by turn by as many agents', () => {
    const plan = planOf(two);
    expect(plan.agents.map(({ agent, turns }) => [agent, turns.length])).toEqual([
      ['a1', 3],
      ['a2', 1],
    ]);
    expect(workload.agents).toEqual({ default: 2, min: 2, max: 2 });
  });

  it('sees and waits for what its authors had seen', () => {
    const [first, second] = planOf(two).agents;
    expect(first!.turns.map(({ after, sees }) => [after, sees])).toEqual([
      [[], {}],
      [[], { a1: 1 }],
      [['a2.1'], { a1: 65, a2: 1 }],
    ]);
    expect(second!.turns.map(({ after, sees }) => [after, sees])).toEqual([[['a1.1'], { a1: 1 }]]);
  });

  it('waits for nothing that its agent had seen before', () => {
    const talk: readonly Row[] = [
      [0, [], [0, 0, 'a']],
      [1, [0], [1, 0, 'b']],
      [0, [1], [2, 0, 'c']],
      [1, [2], [3, 0, 'd']],
      [0, [2], [0, 0, 'e']],
    ];
    const [first] = planOf(recording(2, 'eabcd', ...talk)).agents;
    expect(first!.turns.map(({ after }) => after)).toEqual([[], ['a2.1'], []]);
  });

  it('ends with the recorded content', () => expect(replay(planOf(two)).content).toBe(two.endContent));

  it('is contended, and exercised only if both typed at once', () => {
    expect(workload.contended).toBe(true);
    expect(workload.exercised({ ...quiet, overlappingTurns: 1 })).toBe(false);
    expect(workload.exercised({ ...quiet, overlappingTurns: 1, byField: new Map([[field('document'), 1]]) })).toBe(
      true,
    );
  });
});

describe('a recorded session of three people', () => {
  it('ends with the recorded content', () => {
    expect(planOf(three).agents).toHaveLength(3);
    expect(replay(planOf(three)).content).toBe(three.endContent);
  });

  it('plans the same for the same seed', () => {
    const times = (plan: Plan): unknown =>
      plan.agents.map(({ turns }) => turns.map((turn) => [turn.pauseMicros, turn.steps[0]!.thinkMicros]));
    expect(times(planOf(three))).toEqual(times(planOf(three)));
  });
});

describe('a recorded session in which the authors took turns', () => {
  it('is not contended, and promises no conflict', () => {
    const workload = editingTrace(recording(2, 'ab', [0, [], [0, 0, 'a']], [1, [0], [1, 0, 'b']]));
    expect(workload.contended).toBe(false);
    expect(workload.exercised(quiet)).toBe(true);
  });
});

describe('the end of a recorded session', () => {
  const [invariant] = editingTrace(two).invariants;
  const { writes } = replay(planOf(two));
  const ended = (content: string): DocumentState => ({
    fields: [{ field: field('document'), kind: 'text', content, version: {} }],
    escalations: [],
    resolutions: [],
  });
  const check = (finals: readonly DocumentState[], committed = writes): string | null =>
    invariant!.violation({ finals, committed, unknown: [] });

  it('is the recorded content on every replica', () => {
    expect(check([ended(two.endContent), ended(two.endContent)])).toBeNull();
    expect(check([ended(two.endContent), ended('Hello')])).toMatch(
      'replica 2 of 2 ends with another text: 5 characters',
    );
    expect(check([{ fields: [], escalations: [], resolutions: [] }])).toMatch('replica 1 of 1');
  });

  it('may be another one if a turn was not committed', () => {
    expect(check([ended('Hello')], writes.slice(1))).toBeNull();
  });
});

describe('a malformed recording', () => {
  const valid = { kind: 'concurrent', endContent: 'ab', numAgents: 2 };
  const txn = (change: object): object => ({ agent: 0, parents: [], patches: [[0, 0, 'a']], ...change });
  const whole = (...txns: unknown[]): unknown => ({ ...valid, txns: [txn({}), ...txns] });

  it.each([
    [null, 'the recording: expected an object with kind, endContent, numAgents and txns, got null'],
    [{ ...valid, kind: 'sequential', txns: [txn({})] }, 'kind: expected "concurrent", got "sequential"'],
    [{ ...valid, numAgents: 1, txns: [txn({})] }, 'numAgents: expected two agents or more, got 1'],
    [{ ...valid, endContent: undefined, txns: [txn({})] }, 'endContent: expected the content in the end, got nothing'],
    [{ ...valid, startContent: 'a', txns: [txn({})] }, 'startContent: expected a document that starts empty, got "a"'],
    [{ ...valid, txns: [] }, 'txns: expected a transaction at least, got []'],
    [{ ...valid, txns: [txn({ patches: [] })] }, 'txns: expected one patch at least'],
    [whole(null), 'txns[1]: expected a transaction, got null'],
    [whole(txn({ patches: [[0, 'x', '']] })), 'txns[1].patches[0][1]: expected a non-negative whole number, got "x"'],
    [whole(txn({ patches: [[0, -1, '']] })), 'txns[1].patches[0][1]: expected a non-negative whole number, got -1'],
    [whole(txn({ patches: [[0, 0]] })), 'txns[1].patches[0]: expected [position, deleted, inserted], got [0,0]'],
    [whole(txn({ patches: [[0, 0, 7]] })), 'txns[1].patches[0][2]: expected the inserted text, got 7'],
    [whole(txn({ patches: 'no' })), 'txns[1].patches: expected a list of patches, got "no"'],
    [whole(txn({ agent: 2, parents: [0] })), 'txns[1].agent: expected a number below numAgents (2), got 2'],
    [
      whole(txn({ parents: [] })),
      'txns[1].parents: expected a parent, since only the first transaction has none, got []',
    ],
    [whole(txn({ parents: [0, 1] })), 'txns[1].parents[1]: expected a transaction before 1, got 1'],
    [whole(txn({ agent: 0.5, parents: [0] })), 'txns[1].agent: expected a non-negative whole number, got 0.5'],
  ])('is refused with its place: %j', (json, message) => {
    expect(() => parseEditingTrace(json)).toThrow(new Error(message));
  });

  it('is shown in short', () => {
    const long = whole(txn({ patches: [[0, 'y'.repeat(500), '']] }));
    expect(() => parseEditingTrace(long)).toThrow(/got "y{59}\.\.\.$/);
  });

  it('names an agent that the contract knows', () => expect(planOf(two).agents[0]!.agent).toBe(agentAt(0)));
});
