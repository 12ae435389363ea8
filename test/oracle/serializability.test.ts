import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attempt, FieldDeclaration, FieldState, WriteDraft } from '../../src/contract/index.ts';
import {
  add,
  attempt,
  committed,
  conflict,
  declare,
  scalarState,
  set,
  setState,
  verdictOn,
  view,
} from './history-builder.ts';

const schema: FieldDeclaration[] = [
  { ...declare('x', 'scalar'), kind: 'scalar', initial: 0 },
  { ...declare('y', 'scalar'), kind: 'scalar', initial: 0 },
  declare('board', 'grow_set'),
];

function turn(name: string, saw: readonly FieldState[], ...writes: WriteDraft[]): Attempt {
  return attempt({ turn: name, saw: [view(...saw)], writes, told: committed });
}

function evidence(...attempts: readonly Attempt[]): string | undefined {
  return verdictOn({ schema, attempts, finals: {}, promises: { serializable: 'survivable' } }).brokenPromises[0]
    ?.evidence;
}

const x = (value: string | number) => scalarState('x', value);
const y = (value: string | number) => scalarState('y', value);

describe('serializability', () => {
  it('is broken by write skew', () => {
    expect(
      evidence(turn('a1.1', [x(0), y(0)], set('x', 'one')), turn('a2.1', [x(0), y(0)], set('y', 'two'))),
    ).toBeDefined();
    const skewed = evidence(
      turn('a1.1', [x(0), y(0)], set('x', 'one'), set('y', 'one')),
      turn('a2.1', [x('one'), y('one')], set('y', 'two')),
      turn('a3.1', [x('one'), y('one')], set('x', 'three')),
    );
    expect(skewed).toBe(
      'a3.1 read y as "one" before a2.1 wrote to it (a2.1.1: "two"); a2.1 read x as "one" before a3.1 wrote to it (a3.1.1: "three")',
    );
  });

  it('is broken by a lost update', () => {
    expect(evidence(turn('a1.1', [x(0)], set('x', 'one')), turn('a2.1', [x(0)], set('x', 'two')))).toBe(
      'a1.1 read x as 0 before a2.1 wrote to it (a2.1.1: "two"); a2.1 read x as 0 before a1.1 wrote to it (a1.1.1: "one")',
    );
  });

  it('is broken by two turns that each miss what the other added', () => {
    const empty = setState('board');
    expect(evidence(turn('a1.1', [empty], add('board', 'one')), turn('a2.1', [empty], add('board', 'two')))).toBe(
      'a1.1 read board before a2.1 wrote to it (a2.1.1: ["two"]); a2.1 read board before a1.1 wrote to it (a1.1.1: ["one"])',
    );
  });

  it('is broken by a read that finds two different values', () => {
    const reader = attempt({ turn: 'a1.1', saw: [view(x(0)), view(x('two'))], told: committed });
    expect(evidence(reader, turn('a2.1', [x(0)], set('x', 'two')))).toBeDefined();
  });

  it('is kept by turns that follow each other', () => {
    expect(
      evidence(
        turn('a1.1', [x(0), y(0)], set('x', 'one')),
        turn('a2.1', [x('one'), y(0)], set('y', 'two')),
        turn('a3.1', [x('one'), y('two')], set('x', 'three')),
      ),
    ).toBeUndefined();
  });

  it('is not doubted because of a turn that was refused', () => {
    const refused = { ...turn('a2.1', [x(0)], set('x', 'two')), outcome: conflict };
    expect(evidence(turn('a1.1', [x(0)], set('x', 'one')), refused)).toBeUndefined();
  });

  it('is not doubted where it cannot be told whose value was read', () => {
    const attempts = [
      turn('a1.1', [x(0)], set('x', 'same')),
      turn('a2.1', [x('same')], set('x', 'other')),
      turn('a3.1', [x('other')], set('x', 'same')),
      turn('a4.1', [x('same')], set('x', 'last')),
    ];
    expect(evidence(...attempts)).toBeUndefined();
  });

  it('is never doubted for turns that ran one after another', () => {
    const step = fc.record({
      agent: fc.nat(2),
      reads: fc.subarray(['x', 'y', 'board']),
      target: fc.constantFrom('x', 'y', 'board'),
      value: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
        const values = new Map<string, number>([
          ['x', 0],
          ['y', 0],
        ]);
        const board = new Set<number>();
        const turns = new Map<number, number>();
        const attempts = steps.map(({ agent, reads, target, value }) => {
          turns.set(agent, (turns.get(agent) ?? 0) + 1);
          const saw = reads.map((name) =>
            name === 'board'
              ? setState('board', ...[...board].map((element) => [element, null] as const))
              : scalarState(name, values.get(name)!),
          );
          if (target === 'board') board.add(value);
          else values.set(target, value);
          return turn(
            `a${agent + 1}.${turns.get(agent)!}`,
            saw,
            target === 'board' ? add('board', value) : set(target, value),
          );
        });
        expect(evidence(...attempts)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
