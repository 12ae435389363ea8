import { describe, expect, it } from 'vitest';
import {
  micros,
  seconds,
  type History,
  type MergeStrategy,
  type ProtocolEvent,
  type TapeEntry,
  type Turn,
} from '../../src/contract/index.ts';
import { checkpoint, recoveryPolicies, type RecoveryPolicy } from '../../src/simulator/index.ts';
import { tornWhileWriting, writesInPlace } from '../mutants/recovery-mutants.ts';
import { atStep, atTime, planOf, reported, run, turn } from '../support/plans.ts';
import { probe } from '../support/probe-strategy.ts';
import { named } from '../support/trials.ts';

const forgetful = named(recoveryPolicies, 'none');
const window = named(recoveryPolicies, 'window');
const answering: MergeStrategy = probe(() => ({}));
const down: TapeEntry['fault'] = { kind: 'crash', downMicros: seconds(5) };

/** One agent that thinks for 10 s in each of these turns. */
function crashing(policy: RecoveryPolicy, turns: readonly Turn[], ...tape: readonly TapeEntry[]): History {
  return run(answering, planOf(turns), tape, '1', policy);
}

/** Which turn was begun when, in whole seconds. */
function begun({ attempts }: History): readonly string[] {
  return attempts.map(({ tx, beganAt }) => `${tx.id} at ${String(Math.floor(beganAt / 1_000_000))}`);
}

function ends({ turns }: History): readonly string[] {
  return turns.map(({ transaction, end }) => `${transaction} ${end}`);
}

function checkpoints(history: History): readonly ProtocolEvent[] {
  return reported(history).filter(({ kind }) => kind === 'checkpoint');
}

describe.each(recoveryPolicies)('recovery $name', (policy) => {
  it('lets an agent go through its script when nothing happens', () => {
    const history = crashing(policy, [turn(), turn()]);
    expect(begun(history)).toEqual(['a1.1 at 0', 'a1.2 at 10']);
    expect(ends(history)).toEqual(['a1.1 done', 'a1.2 done']);
  });

  it('never begins a turn that those before it have to wait for', () => {
    const history = run(answering, planOf([turn({ after: ['a2.1' as never] })], [turn()]), [], '1', policy);
    expect(begun(history)).toEqual(['a2.1 at 0', 'a1.1 at 10']);
  });

  it('gives the same history for the same seed', () => {
    const digest = (): string => crashing(policy, [turn(), turn()], atTime('a1', 12, down)).digest;
    expect(digest()).toBe(digest());
  });
});

describe('an agent with a checkpoint', () => {
  it('repeats the turn in flight and no other', () => {
    const history = crashing(checkpoint, [turn(), turn(), turn()], atTime('a1', 15, down));
    expect(begun(history)).toEqual(['a1.1 at 0', 'a1.2 at 10', 'a1.2 at 20', 'a1.3 at 30']);
    expect(ends(history)).toEqual(['a1.1 done', 'a1.2 done', 'a1.3 done']);
  });

  it('does not repeat a turn of which it was told, though the entry is still there', () => {
    const history = crashing(
      checkpoint,
      [turn(), turn({ pauseMicros: seconds(9) })],
      atStep('a1', 'settle', 'after', 1, down),
    );
    expect(begun(history)).toEqual(['a1.1 at 0', 'a1.2 at 24']);
  });

  it('starts a turn only when the count of its restarts is durable: given up after three, also if crashes come at once', () => {
    const times = [5, 15, 25, 35, 45];
    const history = crashing(checkpoint, [turn(), turn()], ...times.map((at) => atTime('a1', at, down)));
    expect(begun(history)).toEqual(['a1.1 at 0', 'a1.1 at 10', 'a1.1 at 20', 'a1.1 at 30', 'a1.2 at 40', 'a1.2 at 50']);
    expect(ends(history)).toEqual(['a1.1 gave-up-after-crashes', 'a1.2 done']);
  });

  it('is given a turn again that it had not yet written down', () => {
    const history = crashing(checkpoint, [turn()], atTime('a1', 0.003, down));
    expect(begun(history)).toEqual(['a1.1 at 5']);
    expect(ends(history)).toEqual(['a1.1 done']);
  });

  it('sets a torn file aside, reports it, and is given the turn again', () => {
    const seeds = Array.from({ length: 8 }, (_, index) => index + 1);
    const torn = seeds.map((seed) => tornWhileWriting(writesInPlace, seed));
    expect(torn.some(({ checkpointsSetAside }) => checkpointsSetAside > 0)).toBe(true);
    expect(torn.every(({ turnsForgotten }) => turnsForgotten === 0)).toBe(true);
  });

  it('never leaves a torn file itself', () => {
    const seeds = Array.from({ length: 8 }, (_, index) => index + 1);
    expect(seeds.map((seed) => tornWhileWriting(checkpoint, seed).checkpointsSetAside)).toEqual(seeds.map(() => 0));
  });

  it('clears each entry after its turn, and only its own: here the next turn has replaced the first one by then', () => {
    const seen = checkpoints(crashing(checkpoint, [turn(), turn()]));
    expect(seen.map((event) => (event.kind === 'checkpoint' ? [event.action, event.transaction] : []))).toEqual([
      ['written', 'a1.1'],
      ['written', 'a1.2'],
      ['cleared', 'a1.2'],
    ]);
  });
});

describe('an agent with a window', () => {
  const slow = turn({ steps: [{ reads: [], thinkMicros: seconds(200), write: () => [] }] });

  it('repeats what ended within two minutes before it came back, oldest first', () => {
    const history = crashing(window, [turn(), turn(), turn()], atTime('a1', 25, down));
    expect(begun(history).slice(3)).toEqual(['a1.1 at 30', 'a1.2 at 40', 'a1.3 at 50']);
    expect(ends(history)).toEqual(['a1.1 done', 'a1.2 done', 'a1.3 done']);
  });

  it('forgets a turn in flight that began earlier', () => {
    const history = crashing(window, [slow, turn()], atTime('a1', 150, down));
    expect(begun(history)).toEqual(['a1.1 at 0', 'a1.2 at 155']);
    expect(ends(history)).toEqual(['a1.1 forgotten', 'a1.2 done']);
  });

  it('repeats nothing once it has stopped', () => {
    const history = run(answering, planOf([turn()], [slow]), [atTime('a1', 20, down)], '1', window);
    expect(begun(history)).toEqual(['a1.1 at 0', 'a2.1 at 0']);
  });

  it('gives up a turn after three restarts, and what was done stays done', () => {
    const times = [15, 25, 35, 45, 55];
    const history = crashing(window, [turn(), turn()], ...times.map((at) => atTime('a1', at, down)));
    expect(history.attempts.filter(({ tx }) => tx.id === 'a1.1')).toHaveLength(4);
    expect(ends(history)).toEqual(['a1.1 done', 'a1.2 done']);
  });
});

describe('an agent that keeps nothing', () => {
  it('forgets the turn in flight, and those that wait for it go on', () => {
    const plan = planOf([turn(), turn()], [turn({ after: ['a1.1' as never] })]);
    const history = run(answering, plan, [atTime('a1', 5, down)], '1', forgetful);
    expect(begun(history)).toEqual(['a1.1 at 0', 'a2.1 at 10', 'a1.2 at 10']);
    expect(ends(history)).toEqual(['a1.1 forgotten', 'a2.1 done', 'a1.2 done']);
  });

  it('starts at once', () => {
    expect(crashing(forgetful, [turn()]).attempts[0]?.beganAt).toBe(micros(0));
  });
});
