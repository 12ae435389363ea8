import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agentAt,
  field,
  transactionId,
  writeId,
  type Change,
  type FieldState,
  type Write,
} from '../../src/contract/index.ts';
import { foldOf } from '../../src/document/folds.ts';
import { Trajectory, type TurnPlace } from '../../src/replication/trajectory.ts';

const name = field('field');
const all = { below: Infinity, except: null };

/** The turn with this rank; its writes have its rank as their value. */
function placeOf(rank: number): TurnPlace {
  return { turn: transactionId(agentAt(rank), 0), rank, place: rank };
}

function writeOf(rank: number, change: Change, attempt = 1): Write {
  const agent = agentAt(rank);
  return { id: writeId(transactionId(agent, 0), 0), agent, number: 1, attempt, field: name, ...change };
}

const line = (rank: number, attempt = 1): Write =>
  writeOf(rank, { kind: 'append_text', value: [`line ${String(rank)}, attempt ${String(attempt)}`] }, attempt);

function folded(writes: readonly Write[]): FieldState | undefined {
  const [first] = writes;
  if (first === undefined) return undefined;
  const fold = foldOf(first.kind, undefined);
  for (const write of writes) fold.apply(write);
  return fold.state(name);
}

const changes: fc.Arbitrary<(rank: number, attempt: number) => Write> = fc.constantFrom(
  (rank, attempt) => line(rank, attempt),
  (rank, attempt) => writeOf(rank, { kind: 'scalar', value: `${String(rank)}@${String(attempt)}` }, attempt),
  (rank, attempt) => writeOf(rank, { kind: 'counter', value: 10 * rank + attempt }, attempt),
  (rank, attempt) => writeOf(rank, { kind: 'grow_set', value: [rank, attempt] }, attempt),
);
/** Which turn writes or, with 0, takes back what it wrote; in this order. */
const script = fc.array(fc.record({ rank: fc.integer({ min: 1, max: 6 }), attempt: fc.integer({ min: 0, max: 3 }) }));

describe('a trajectory', () => {
  it('shows each rank the fold of what lower ranks wrote, in whatever order it came in, was written anew or taken back', () => {
    fc.assert(
      fc.property(changes, script, fc.integer({ min: 0, max: 7 }), (change, steps, below) => {
        const trajectory = new Trajectory(name, undefined);
        const standing = new Map<number, Write>();
        for (const { rank, attempt } of steps) {
          trajectory.state(all);
          const write = attempt === 0 ? [] : [change(rank, attempt)];
          trajectory.replace(placeOf(rank), write);
          if (write[0] === undefined) standing.delete(rank);
          else standing.set(rank, write[0]);
        }
        const inOrder = [...standing].sort(([one], [other]) => one - other);
        const expected = inOrder.filter(([rank]) => rank < below).map(([, write]) => write);
        expect(trajectory.state({ below, except: null })).toEqual(folded(expected));
        expect(trajectory.state(all)).toEqual(folded(inOrder.map(([, write]) => write)));
      }),
    );
  });

  it('counts what was undone and made again: the writes of others above the lowest place that has changed', () => {
    const trajectory = new Trajectory(name, undefined);
    const undone = [2, 3, 1].map((rank) => trajectory.replace(placeOf(rank), [line(rank)]));
    expect(undone).toEqual([0, 0, 2]);
    expect(trajectory.replace(placeOf(2), [line(2, 2)])).toBe(1);
    expect(trajectory.replace(placeOf(2), [line(2, 2)])).toBe(0);
    expect(trajectory.replace(placeOf(1), [])).toBe(2);
  });

  it('prints the same for the same contents, whoever wrote them, and something else for anything else', () => {
    const printOf = (...writes: readonly (readonly [number, Change])[]): number => {
      const trajectory = new Trajectory(name, undefined);
      for (const [rank, change] of writes) trajectory.replace(placeOf(rank), [writeOf(rank, change)]);
      return trajectory.print(all);
    };
    const scalar = (value: string): Change => ({ kind: 'scalar', value });
    const lines = (...value: readonly string[]): Change => ({ kind: 'append_text', value });
    expect(printOf([1, scalar('a')], [2, scalar('b')])).toBe(printOf([3, scalar('b')]));
    expect(printOf([1, scalar('a')])).not.toBe(printOf([1, scalar('b')]));
    expect(printOf([1, lines('a')], [2, lines('b')])).not.toBe(printOf([1, lines('b')], [2, lines('a')]));
    expect(printOf()).toBe(0);
  });

  it('keeps apart two versions that were written under one attempt', () => {
    const trajectory = new Trajectory(name, undefined);
    trajectory.replace(placeOf(1), [writeOf(1, { kind: 'scalar', value: 'first' }, 2)]);
    trajectory.replace(placeOf(1), [writeOf(1, { kind: 'scalar', value: 'second' }, 2)]);
    expect(trajectory.state(all)).toMatchObject({ value: 'second' });
  });
});
