/** Whole trials on one core, each strategy in processes of its own. */

import type { Figure } from './figure.ts';
import { outputOf } from './process.ts';
import { strategies } from './strategies.ts';
import { trialsPerRound } from './rounds.ts';

/**
 * What the engine has learnt from one strategy it applies to the next: in one process the figure of a strategy would depend on
 * which others there are. Strategies take turns, `passes` times: what else the machine does comes and goes and would meet one of
 * them alone. `program` prints the durations of the rounds of the strategy that `--rounds` names, as JSON.
 */
export function measureTrials(program: string, passes: number): readonly Figure[] {
  const durationsMs = new Map(strategies.map(({ name }) => [name, [] as number[]]));
  for (let pass = 0; pass < passes; pass += 1) {
    for (const [name, rounds] of durationsMs)
      rounds.push(...(JSON.parse(outputOf(program, ['--rounds', name])) as number[]));
  }
  return Array.from(durationsMs, ([name, rounds]) => ({
    what: name,
    value: perSecond(rounds.reduce((total, round) => total + round, 0) / rounds.length),
    best: perSecond(Math.min(...rounds)),
    unit: 'trials/s',
    better: 'more',
  }));
}

function perSecond(roundMs: number): number {
  return (1_000 * trialsPerRound) / roundMs;
}
