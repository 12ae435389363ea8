/** The numbers that a run's world is made of, as its outputs print them. */

import type { ModelPreset, SimulationInputs } from '../contract/index.ts';
import { pauseTime, thinkTime, type TimeDistribution } from '../random/think-time.ts';
import { environment } from '../simulator/index.ts';

export function inputsOf(model: ModelPreset): SimulationInputs {
  const { name, source, latency, promptTokens, outputTokens, prices, right, abstains, misjudges } = model;
  const facts = { name, source, latency, promptTokens, outputTokens, prices, right, abstains, misjudges };
  return {
    simulated: true,
    thinkSeconds: secondsOf(thinkTime),
    pauseSeconds: secondsOf(pauseTime),
    networkMs: { p50: environment.networkMedianMicros / 1_000, sigma: environment.networkSigma },
    syncMs: environment.syncMicros / 1_000,
    gossipSeconds: environment.gossipMicros / 1_000_000,
    model: { simulated: true, ...facts },
  };
}

function secondsOf({ medianSeconds, p90Seconds, maxSeconds }: TimeDistribution): SimulationInputs['thinkSeconds'] {
  return { p50: medianSeconds, p90: p90Seconds, max: maxSeconds };
}
