import { describe, expect, it } from 'vitest';
import type { Attempt, FieldDeclaration, Outcome } from '../../src/contract/index.ts';
import { field } from '../../src/contract/index.ts';
import {
  attempt,
  committed,
  conflict,
  counterState,
  escalatedWrites,
  escalation,
  fatesOn,
  increase,
  unanswered,
  verdictOn,
  writeOf,
} from './history-builder.ts';

const fromHundred: FieldDeclaration = { field: field('sum'), meaning: '', kind: 'counter', initial: 100 };

/** The fates of these amounts, in order, when the counter that began at 100 shows `shown`, and the number of duplicates. */
function judged(
  amounts: readonly (readonly [number, Outcome | null])[],
  ...shown: readonly number[]
): readonly (string | number)[] {
  const attempts = amounts.map(([amount, told], index) =>
    attempt({ turn: `a${index + 1}.1`, writes: [increase('sum', amount)], told }),
  );
  const finals = shown.map((value) => ({ fields: [counterState('sum', value)] }));
  const verdict = verdictOn({ schema: [fromHundred], attempts, finals });
  return [...verdict.fates.map(({ fate }) => fate), verdict.duplicates];
}

describe('a counter', () => {
  it('keeps all amounts when they add up', () => {
    expect(
      judged(
        [
          [10, committed],
          [5, committed],
        ],
        115,
      ),
    ).toEqual(['survived', 'survived', 0]);
  });

  it('has lost the amount that is missing: 100, +10, +5 gives 105', () => {
    expect(
      judged(
        [
          [10, committed],
          [5, committed],
        ],
        105,
      ),
    ).toEqual(['lost', 'survived', 0]);
    expect(
      judged(
        [
          [10, committed],
          [5, committed],
        ],
        110,
      ),
    ).toEqual(['survived', 'lost', 0]);
  });

  it('has lost everything when it never moved', () => {
    expect(
      judged(
        [
          [10, committed],
          [5, committed],
        ],
        100,
      ),
    ).toEqual(['lost', 'lost', 0]);
  });

  it('keeps the earlier one of two equal amounts', () => {
    expect(
      judged(
        [
          [5, committed],
          [5, committed],
        ],
        105,
      ),
    ).toEqual(['survived', 'lost', 0]);
  });

  it('explains the value with as few losses as possible', () => {
    expect(
      judged(
        [
          [7, committed],
          [3, committed],
          [4, committed],
        ],
        107,
      ),
    ).toEqual(['lost', 'survived', 'survived', 0]);
  });

  it('takes amounts that are below zero', () => {
    expect(
      judged(
        [
          [10, committed],
          [-4, committed],
        ],
        106,
      ),
    ).toEqual(['survived', 'survived', 0]);
    expect(
      judged(
        [
          [10, committed],
          [-4, committed],
        ],
        96,
      ),
    ).toEqual(['lost', 'survived', 0]);
  });

  it('leaves open whether an unknown amount landed', () => {
    expect(
      judged(
        [
          [10, committed],
          [5, unanswered],
        ],
        110,
      ),
    ).toEqual(['survived', 'indeterminate', 0]);
    expect(
      judged(
        [
          [10, committed],
          [5, unanswered],
        ],
        115,
      ),
    ).toEqual(['survived', 'survived', 0]);
    expect(
      judged(
        [
          [10, committed],
          [5, unanswered],
        ],
        105,
      ),
    ).toEqual(['lost', 'survived', 0]);
  });

  it('does not expect what was refused, and finds it when it landed', () => {
    expect(
      judged(
        [
          [10, committed],
          [5, conflict],
        ],
        110,
      ),
    ).toEqual(['survived', 'rejected', 0]);
    expect(
      judged(
        [
          [10, committed],
          [5, conflict],
        ],
        115,
      ),
    ).toEqual(['survived', 'phantom', 0]);
    expect(
      judged(
        [
          [10, committed],
          [5, conflict],
        ],
        105,
      ),
    ).toEqual(['lost', 'phantom', 0]);
  });

  it('blames as few refused amounts as possible', () => {
    const refused = [3, 2, 5].map((amount) => [amount, conflict] as const);
    expect(judged([[10, committed], ...refused], 115)).toEqual(['survived', 'rejected', 'rejected', 'phantom', 0]);
  });

  it('looks for what was escalated in the value last: it may stand in the escalation alone', () => {
    const [eight, five, three] = [8, 5, 3].map((amount, index) =>
      attempt({
        turn: `a${index + 1}.1`,
        writes: [increase('sum', amount)],
        told: index === 0 ? committed : escalatedWrites(`a${index + 1}.1.1`),
      }),
    ) as [Attempt, Attempt, Attempt];
    const escalations = [escalation(writeOf(five), writeOf(three))];
    const fates = (shown: number): readonly string[] =>
      Object.values(
        fatesOn({
          schema: [fromHundred],
          attempts: [five, three, eight],
          finals: { fields: [counterState('sum', shown)], escalations },
        }),
      );
    expect(fates(108)).toEqual(['escalated', 'escalated', 'survived']);
    expect(fates(113)).toEqual(['survived', 'escalated', 'survived']);
    expect(fates(104)).toEqual(['escalated', 'escalated', 'lost']);
  });

  it('counts as a duplicate what stands above everything that was issued', () => {
    expect(
      judged(
        [
          [10, committed],
          [5, committed],
        ],
        125,
      ),
    ).toEqual(['survived', 'survived', 1]);
  });

  it('drops as few as possible when no amounts add up', () => {
    expect(
      judged(
        [
          [10, committed],
          [20, committed],
          [40, committed],
        ],
        133,
      ),
    ).toEqual(['survived', 'survived', 'lost', 0]);
  });

  it('is judged on its weakest replica', () => {
    expect(
      judged(
        [
          [10, committed],
          [5, committed],
        ],
        115,
        110,
      ),
    ).toEqual(['survived', 'lost', 0]);
  });

  it('adds fractions up', () => {
    expect(
      judged(
        [
          [0.1, committed],
          [0.2, committed],
        ],
        100.3,
      ),
    ).toEqual(['survived', 'survived', 0]);
    expect(
      judged(
        [
          [0.1, committed],
          [0.2, unanswered],
        ],
        100.1,
      ),
    ).toEqual(['survived', 'indeterminate', 0]);
  });

  it('gives up the exact search for amounts without bound, and drops the largest', () => {
    expect(
      judged(
        [
          [1e12, committed],
          [3, committed],
        ],
        103,
      ),
    ).toEqual(['lost', 'survived', 0]);
  });

  it('begins at zero where nothing else is declared, and when it is not listed', () => {
    const up = attempt({ turn: 'a1.1', writes: [increase('sum', 3), increase('none', 0)], told: committed });
    const verdict = verdictOn({ attempts: [up], finals: { fields: [counterState('sum', 3)] } });
    expect(verdict.fates.map(({ fate }) => fate)).toEqual(['survived', 'survived']);
  });
});
