/**
 * The digests of a few trials of every strategy. They change with every change of behaviour, and with nothing else: look at
 * what changed before you accept new ones with `npx vitest run test/experiment/golden.test.ts -u`.
 */

import { describe, expect, it } from 'vitest';
import { strategies } from '../support/every-strategy.ts';
import { trialOf } from '../support/trials.ts';

const cells = [
  ['clean-merge', 'none', 1],
  ['mixed', 'crash', 2],
  ['values', 'busy', 3],
  ['status-race', 'restore', 4],
] as const;

describe('the digests', () => {
  it('are the ones that were recorded', async () => {
    const lines = strategies.flatMap((strategy) =>
      cells.map(([workload, faults, seed]) => {
        const { digest } = trialOf(strategy, workload, faults, seed);
        return [strategy.name, workload, faults, String(seed), digest].join(' ');
      }),
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../golden/digests.txt');
  });

  it('do not depend on what ran before in the same process', () => {
    const [first, second] = strategies;
    if (first === undefined || second === undefined) throw new Error('two strategies are needed');
    const alone = trialOf(second, 'mixed', 'crash', 9).digest;
    trialOf(first, 'values', 'busy', 1);
    expect(trialOf(second, 'mixed', 'crash', 9).digest).toBe(alone);
  });
});
