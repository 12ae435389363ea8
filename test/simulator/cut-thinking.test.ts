import { describe, expect, it } from 'vitest';
import { noUse, seconds, type Attempt, type History } from '../../src/contract/index.ts';
import { atTime, planOf, run, turn } from '../support/plans.ts';
import { probe } from '../support/probe-strategy.ts';

const uses = { calls: 5, promptTokens: 1_000, outputTokens: 50 };
const [step] = turn().steps;
/** Five calls in ten seconds. */
const plan = planOf([turn({ steps: [{ ...step!, uses }] })]);

const thoughts = ({ attempts }: History): readonly Pick<Attempt, 'thinkMicros' | 'uses'>[] =>
  attempts.map(({ thinkMicros, uses: used }) => ({ thinkMicros, uses: used }));
const whole = { thinkMicros: seconds(10), uses };

describe('thinking that ends in the middle', () => {
  it('counts as far as it went when its machine crashes: the calls that were made, the one under way as well', () => {
    const crashed = run(
      probe(() => ({})),
      plan,
      [atTime('a1', 3, { kind: 'crash', downMicros: seconds(5) })],
    );
    const cut = { thinkMicros: seconds(3), uses: { calls: 2, promptTokens: 400, outputTokens: 20 } };
    expect(thoughts(crashed)).toEqual([cut, whole]);
  });

  it('counts as far as it went when its turn is refused meanwhile', () => {
    const refusing = probe((host) => ({
      read: (tx) => {
        host.view(tx, { fields: [], escalations: [] });
        if (tx.attempt > 1) return;
        host.after(seconds(7), () => {
          host.settle(tx, { kind: 'conflict', cause: 'deadlock-victim', fields: [] });
        });
      },
    }));
    const [first, second] = thoughts(run(refusing, plan));
    expect(first).toEqual({ thinkMicros: seconds(7), uses: { calls: 4, promptTokens: 800, outputTokens: 40 } });
    expect(second).toEqual(whole);
  });

  it('is all there was when the machine was stalled past its end', () => {
    const tape = [
      atTime('a1', 3, { kind: 'busy', stallMicros: seconds(60) }),
      atTime('a1', 20, { kind: 'crash', downMicros: seconds(5) }),
    ];
    expect(
      thoughts(
        run(
          probe(() => ({})),
          plan,
          tape,
        ),
      ),
    ).toEqual([whole, whole]);
  });

  it('costs no calls where it was made of none', () => {
    const silent = planOf([turn({ steps: [{ ...step!, uses: noUse }] })]);
    const crashed = run(
      probe(() => ({})),
      silent,
      [atTime('a1', 3, { kind: 'crash', downMicros: seconds(5) })],
    );
    expect(thoughts(crashed)[0]).toEqual({ thinkMicros: seconds(3), uses: noUse });
  });
});
