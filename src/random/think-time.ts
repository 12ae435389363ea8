/** How long simulated agents think and pause, in virtual time. Reports print these numbers as inputs of a run. */

import { seconds, type Micros, type RandomStream } from '../contract/index.ts';

/** A log-normal time given by two of its quantiles, in seconds, and cut at `maxSeconds`. */
export interface TimeDistribution {
  readonly medianSeconds: number;
  readonly p90Seconds: number;
  readonly maxSeconds: number;
}

/** From read to write: p50, p90 and p99 of 25,815 logged calls of gpt-5-mini (RaceBench, github.com/allisonllx/RaceBench). */
export const thinkTime: TimeDistribution = { medianSeconds: 13.4, p90Seconds: 43.4, maxSeconds: 153 };

/** Between two turns of one agent. No figure is published: an assumption with the shape of the think time. */
export const pauseTime: TimeDistribution = { medianSeconds: 2, p90Seconds: 6.5, maxSeconds: 23 };

/** All agents start within this time, so that their first turns overlap. */
export const startWithinSeconds = 0.1;

export function drawTime(random: RandomStream, distribution: TimeDistribution): Micros {
  const { medianSeconds, p90Seconds, maxSeconds } = distribution;
  const drawn = random.logNormal(Math.log(medianSeconds), Math.log(p90Seconds / medianSeconds) / standardNormalP90);
  return seconds(Math.min(drawn, maxSeconds));
}

const standardNormalP90 = 1.2816;
