/** Calls of a simulated model: how long they take and how much is said in them, drawn from what was logged. */

import {
  seconds,
  type CallLatency,
  type Micros,
  type ModelCall,
  type QuantileTable,
  type RandomStream,
  type Step,
  type ThinkingModel,
} from '../contract/index.ts';

/** The part of a step that its model is responsible for. */
export type Thinking = Required<Pick<Step, 'thinkMicros' | 'uses'>>;

export type DrawnCall = Pick<ModelCall, 'latencyMicros' | 'promptTokens' | 'outputTokens'>;

/** Three draws, whatever the model. */
export function drawCall(random: RandomStream, model: ThinkingModel): DrawnCall {
  const promptTokens = Math.round(quantile(model.promptTokens, random.next()));
  return answered(model, promptTokens, random.next(), random.next());
}

/** The call that says as much as a call can, and takes as long. */
export function longestCall(model: ThinkingModel, promptTokens: number): DrawnCall {
  return answered(model, promptTokens, 1, 1);
}

function answered(model: ThinkingModel, promptTokens: number, length: number, slowness: number): DrawnCall {
  const outputTokens = Math.round(quantile(model.outputTokens, length));
  const latencyMicros = seconds(latencySeconds(model.latency, outputTokens, slowness));
  return { latencyMicros, promptTokens, outputTokens };
}

/** So many calls, one after another. */
export function drawCalls(random: RandomStream, model: ThinkingModel, calls: number): Thinking {
  let [thinkMicros, promptTokens, outputTokens] = [0, 0, 0];
  for (let call = 0; call < calls; call += 1) {
    const drawn = drawCall(random, model);
    thinkMicros += drawn.latencyMicros;
    promptTokens += drawn.promptTokens;
    outputTokens += drawn.outputTokens;
  }
  return { thinkMicros: thinkMicros as Micros, uses: { calls, promptTokens, outputTokens } };
}

/** An average call takes so long. */
export function meanSeconds({ latency, outputTokens }: ThinkingModel): number {
  switch (latency.kind) {
    case 'per-token':
      return latency.firstSeconds + meanOf(outputTokens) / latency.tokensPerSecond;
    case 'logged':
      return meanOf(latency.seconds);
  }
}

/** Between two neighbours of the table the values are spread evenly on a logarithmic scale. */
export function meanOf(table: QuantileTable): number {
  let mean = 0;
  for (const [index, [below, low]] of table.entries()) {
    const [above, high] = table[index + 1] ?? [below, low];
    mean += (above - below) * (high === low ? low : (high - low) / Math.log(high / low));
  }
  return mean;
}

function latencySeconds(latency: CallLatency, outputTokens: number, share: number): number {
  switch (latency.kind) {
    case 'per-token':
      return latency.firstSeconds + outputTokens / latency.tokensPerSecond;
    case 'logged':
      return quantile(latency.seconds, share);
  }
}

/** The value below which this share of all values lies. */
export function quantile(table: QuantileTable, share: number): number {
  const last = table.length - 1;
  let index = 1;
  // Destructuring an entry would cost more than the rest: a plan draws some hundred calls.
  while (index < last && share > (table[index] as QuantileTable[number])[0]) index += 1;
  const lower = table[index - 1];
  const upper = table[index];
  if (lower === undefined || upper === undefined) throw new Error('a table of quantiles needs two of them');
  return lower[1] * (upper[1] / lower[1]) ** ((share - lower[0]) / (upper[0] - lower[0]));
}
