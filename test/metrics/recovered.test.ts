import { describe, expect, it } from 'vitest';
import type {
  Attempt,
  Micros,
  Observation,
  Outcome,
  ReplicaId,
  TransactionId,
  Write,
} from '../../src/contract/index.ts';
import { countRecovered } from '../../src/metrics/recovered.ts';
import { attempt, history } from '../support/hand-made.ts';

const committed: Outcome = { kind: 'committed' };
const write = {} as Write;

/** Attempts at one turn, in order. */
function repeated(...attempts: readonly Attempt[]): number {
  return countRecovered(history({ attempts })).turnsRepeated;
}

describe('a turn counts as repeated though it had landed', () => {
  it('if its agent had been told that it is safe', () => {
    const first = attempt(committed, { writes: [write] });
    expect(repeated(first, attempt(null))).toBe(1);
    expect(repeated(first, attempt(committed, { writes: [write] }), attempt(committed))).toBe(1);
  });

  it('if the agent learns so before it has issued anything', () => {
    const untold = attempt(null, { writes: [write], committedAt: 7 as Micros });
    expect(repeated(untold, attempt(committed))).toBe(1);
  });

  it('but not if it is opened again for a repair', () => {
    const first = attempt(committed, { writes: [write] });
    const repair = attempt(committed);
    expect(repeated(first, { ...repair, tx: { ...repair.tx, attempt: 2, repairs: true } })).toBe(0);
  });

  it('but not if the first attempt may not have landed', () => {
    const untold = attempt(null, { writes: [write], committedAt: 7 as Micros });
    const refused = attempt({ kind: 'conflict', cause: 'busy', fields: [] }, { writes: [write] });
    expect(repeated(untold, attempt(committed, { writes: [write] }))).toBe(0);
    expect(repeated(refused, attempt(committed, { writes: [write] }))).toBe(0);
    expect(repeated(attempt(null, { committedAt: null }), attempt(committed))).toBe(0);
  });
});

describe('a recovery', () => {
  it('is measured by what was forgotten and what was set aside as well', () => {
    const setAside: Observation = {
      at: 0 as Micros,
      replica: 'a1' as ReplicaId,
      kind: 'reported',
      event: {
        kind: 'checkpoint',
        agent: 'a1' as never,
        action: 'set-aside',
        transaction: null,
        generation: null,
        by: 0 as Micros,
      },
    };
    const turns = (['done', 'forgotten', 'forgotten'] as const).map((end, index) => ({
      transaction: `a1.${String(index + 1)}` as TransactionId,
      end,
    }));
    const counted = countRecovered(history({ turns, observations: [setAside] }));
    expect(counted).toEqual({ turnsRepeated: 0, turnsForgotten: 2, checkpointsSetAside: 1 });
  });
});
