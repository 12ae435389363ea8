/** The numbers that a run's world is made of, as its outputs print them. */

import type { ModelPreset, SimulationInputs } from '../contract/index.ts';
import { callsPerStep } from '../random/logged-calls.ts';
import { pauseTime } from '../random/think-time.ts';
import { environment } from '../simulator/index.ts';

export function inputsOf(model: ModelPreset): SimulationInputs {
  const { name, source, latency, promptTokens, outputTokens, prices, right, abstains, misjudges } = model;
  const facts = { name, source, latency, promptTokens, outputTokens, prices, right, abstains, misjudges };
  const { medianSeconds, p90Seconds, maxSeconds } = pauseTime;
  return {
    simulated: true,
    callsPerStep,
    pauseSeconds: { p50: medianSeconds, p90: p90Seconds, max: maxSeconds },
    networkMs: { p50: environment.networkMedianMicros / 1_000, sigma: environment.networkSigma },
    syncMs: environment.syncMicros / 1_000,
    gossipSeconds: environment.gossipMicros / 1_000_000,
    model: { simulated: true, ...facts },
    judge: { simulated: true },
  };
}
