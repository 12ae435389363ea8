import { describe, expect, it } from 'vitest';
import { seconds, type Fault, type History, type MergeStrategy, type TapeEntry } from '../../src/contract/index.ts';
import { authorityHandoff } from '../../strategies/authority-handoff.ts';
import { twoOwners } from '../support/ownership.ts';
import { atStep, planOf, reported, run, turn } from '../support/plans.ts';
import { recoversWithoutAsking, restartsFromZero, triesAmbiguousMovesElsewhere } from './handoff-mutants.ts';

const stall = (stallSeconds: number): Fault => ({ kind: 'busy', stallMicros: seconds(stallSeconds) });
const crash: Fault = { kind: 'crash', downMicros: seconds(5) };

/** Three agents want the document at the same time; one is stalled or stopped before each message that it receives. */
function handoffs(strategy: MergeStrategy, machine: string, fault: Fault): readonly History[] {
  const tapes = Array.from({ length: 24 }, (_, index): TapeEntry =>
    atStep(machine, 'receive', 'before', index + 1, fault),
  );
  return tapes.map((entry) => run(strategy, planOf([turn()], [turn()], [turn()]), [entry]));
}

function witnesses(strategy: MergeStrategy, machine: string, fault: Fault): readonly string[] {
  return handoffs(strategy, machine, fault).flatMap((history) => twoOwners(history) ?? []);
}

describe('each bug is caught by its witness, which the right strategy does not show', () => {
  it('an ambiguous move that is tried elsewhere makes two owners', () => {
    expect(witnesses(triesAmbiguousMovesElsewhere, 'a3', stall(2))).toContainEqual(
      expect.stringContaining(' is active in '),
    );
    expect(witnesses(authorityHandoff, 'a3', stall(2))).toEqual([]);
  });

  it('a recovery without asking makes two owners with equal epochs', () => {
    expect(witnesses(recoversWithoutAsking, 'a2', stall(20))).toContainEqual(expect.stringMatching(/ as a\d was$/));
    expect(witnesses(authorityHandoff, 'a2', stall(20))).toEqual([]);
  });

  it('an epoch of (0, 0) after a restart makes two owners', () => {
    expect(witnesses(restartsFromZero, 'a1', crash)).toContainEqual(expect.stringContaining('a1 in (0, 0)'));
    expect(witnesses(authorityHandoff, 'a1', crash)).toEqual([]);
  });

  it('and the right strategy was really in doubt', () => {
    const doubts = handoffs(authorityHandoff, 'a3', stall(2))
      .flatMap(reported)
      .filter(({ kind }) => kind === 'doubt');
    expect(doubts.length).toBeGreaterThan(0);
  });
});
