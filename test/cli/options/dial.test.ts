import { describe, expect, it } from 'vitest';
import { parseDial } from '../../../src/cli/options/dial.ts';
import { dialled, findDial } from '../../../src/cli/workers/dialled.ts';
import { InputError } from '../../../src/cli/input-error.ts';
import type { Selection } from '../../../src/cli/workers/tasks.ts';
import type { Suite } from '../../../src/contract/index.ts';
import { suite as handMade } from '../../support/hand-made.ts';

function complaintOf(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a dial on the command line', () => {
  it('counts in exact decimals, both ends included', () => {
    expect(parseDial('conflictRatio=0:1:0.1').values.join(' ')).toBe('0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1');
    expect(parseDial('x=-0.05:0.1:0.05').values).toEqual(['-0.05', '0', '0.05', '0.1']);
    expect(parseDial('x=10:30:10').values).toEqual(['10', '20', '30']);
  });

  it('takes a list in any order, each value once', () => {
    expect(parseDial('occ.maxRetries=3|0|1.50|3|1.5').values).toEqual(['0', '1.5', '3']);
  });

  it('names the part before the last dot', () => {
    expect(parseDial('occ.maxRetries=0|1')).toMatchObject({ part: 'occ', knob: 'maxRetries' });
    expect(parseDial('./mine.js.turns=1|2')).toMatchObject({ part: './mine.js', knob: 'turns' });
    expect(parseDial('gpt-5.2.right=0.5|0.9')).toMatchObject({ part: 'gpt-5.2', knob: 'right' });
    expect(parseDial('turns=1|2')).toMatchObject({ part: null, knob: 'turns' });
  });

  it('says what would be right', () => {
    expect(complaintOf(() => parseDial('x=0:1:0.3'))).toContain('0:0.9:0.3 would do');
    for (const text of ['x', 'x=', '=1|2', 'x=1:2', 'x=1:2:3:4', 'x=a|b', 'x=1|', 'x=1e3|2', '.x=1|2']) {
      expect(complaintOf(() => parseDial(text))).toContain('expected knob=start:end:step or knob=a|b|c');
    }
    expect(complaintOf(() => parseDial('x=1:0:0.1'))).toContain('the end no less than the start');
    expect(complaintOf(() => parseDial('x=0:1:0'))).toContain('the step must be above 0');
    expect(complaintOf(() => parseDial('x=0:1:0.0001'))).toContain('has 10001 points: at most 1000');
    expect(complaintOf(() => parseDial('x=0:1:0.0000000001'))).toContain('more than 9 decimal places');
    expect(complaintOf(() => parseDial('x=0|99999999999999999'))).toContain('is too large');
    expect(complaintOf(() => parseDial('x=1:1:1'))).toContain('one point only');
  });
});

describe('whose knob a dial is', () => {
  const [strategy, workload] = [handMade().strategies[0]!, handMade().workloads[0]!];
  const suite = (differs: Partial<Suite> = {}): Suite =>
    handMade({
      strategies: [
        { ...strategy, label: 'lww', knobs: { clock: 'wall' } },
        { ...strategy, label: 'occ:validate=writes', knobs: { maxRetries: 3, validate: 'writes' } },
        { ...strategy, label: 'lease', knobs: { ttl: 3 } },
        { ...strategy, label: 'lane', knobs: { ttl: 5 } },
      ],
      workloads: [{ ...workload, label: 'mixed:fields=2', knobs: { conflictRatio: 0.3, turns: 4, fields: 2 } }],
      ...differs,
    });
  const model = { label: 'gpt:abstains=0.1', knobs: { right: 0.9, abstains: 0.1 } };
  const find = (text: string, of = suite()) => findDial(parseDial(text), { suite: of, model });
  const at = (text: string, value: string): Selection =>
    dialled(selection, { suite: suite(), model }, find(text), value);
  const selection: Selection = {
    strategies: null,
    workloads: null,
    faults: null,
    seeds: { first: 1, count: 2 },
    agents: null,
    recovery: 'checkpoint',
    model: 'gpt',
    trace: null,
  };

  it('finds the one part that has it', () => {
    expect(find('conflictRatio=0|1')).toEqual({
      kind: 'workload',
      part: 'mixed',
      knob: 'conflictRatio',
      values: [0, 1],
    });
    expect(find('occ.maxRetries=0|1')).toMatchObject({ kind: 'strategy', part: 'occ' });
  });

  it('adds the value to what was named, and leaves the rest as it is', () => {
    expect(at('turns=1|2', '2')).toMatchObject({
      strategies: ['lww', 'occ:validate=writes', 'lease', 'lane'],
      workloads: ['mixed:fields=2:turns=2'],
      faults: ['none'],
      model: 'gpt:abstains=0.1',
      seeds: { first: 1, count: 2 },
    });
    expect(at('maxRetries=0|1', '0').strategies).toContain('occ:validate=writes:maxRetries=0');
    expect(at('gpt.right=0|1', '1').model).toBe('gpt:abstains=0.1:right=1');
  });

  it('refuses what is unknown, ambiguous, no number, or set already', () => {
    expect(complaintOf(() => find('conflictRation=0|1'))).toContain('did you mean mixed.conflictRatio?');
    expect(complaintOf(() => find('oc.maxRetries=0|1'))).toContain('did you mean occ?');
    expect(complaintOf(() => find('ttl=1|2'))).toContain('is ambiguous: write lease.ttl or lane.ttl');
    expect(complaintOf(() => find('clock=1|2'))).toContain('this knob of lww is no number');
    expect(complaintOf(() => find('mixed.fields=1|2'))).toContain('mixed:fields=2 sets fields, which is what');
    expect(complaintOf(() => find('constructor=1|2'))).toContain("unknown number 'constructor'");
  });

  it('refuses a workload that the dial of another one would not move', () => {
    const two = suite({ workloads: [...suite().workloads, { ...workload, label: 'talk' }] });
    expect(complaintOf(() => find('conflictRatio=0|1', two))).toContain('does not move workload talk');
    expect(find('lane.ttl=1|2', two)).toMatchObject({ kind: 'strategy' });
  });
});
