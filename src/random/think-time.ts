/** How long simulated agents think and pause, in virtual time. Reports print these numbers as inputs of a run. */

import { seconds, type Micros, type RandomStream, type ThinkingModel } from '../contract/index.ts';
import { callsPerStep, loggedCalls } from './logged-calls.ts';
import { drawCalls, meanOf, meanSeconds, quantile, type Thinking } from './model-calls.ts';

/** Between a read and the write: the sum of some calls. How many, and how much is said in them, is the same for every model. */
export function drawThinking(random: RandomStream, model: ThinkingModel): Thinking {
  const calls = Math.round(quantile(callsPerStep, random.next()));
  return drawCalls(random, model, calls);
}

/**
 * A time that was measured elsewhere. It stands for as many average calls as fit into it at the logged rate, at least one; a
 * model that is slower than the logged one takes as much longer for them.
 */
export function thinkFor(timeSeconds: number, model: ThinkingModel): Thinking {
  const rate = meanSeconds(loggedCalls);
  const calls = Math.max(1, Math.round(timeSeconds / rate));
  const tokens = (table: ThinkingModel['promptTokens']): number => Math.round(calls * meanOf(table));
  return {
    thinkMicros: seconds(timeSeconds * (meanSeconds(model) / rate)),
    uses: { calls, promptTokens: tokens(model.promptTokens), outputTokens: tokens(model.outputTokens) },
  };
}

/** A log-normal time given by two of its quantiles, in seconds, and cut at `maxSeconds`. */
export interface TimeDistribution {
  readonly medianSeconds: number;
  readonly p90Seconds: number;
  readonly maxSeconds: number;
}

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
