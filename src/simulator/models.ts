/** The models to choose from. All are simulated: the numbers are what others have logged, published or asked. */

import type { CallLatency, KnobValues, Knobs, ModelPreset, Prices, ThinkingModel } from '../contract/index.ts';
import { loggedCalls } from '../random/logged-calls.ts';

type Facts = Pick<ModelPreset, 'name' | 'summary' | 'source' | 'prices'> & Partial<Pick<ThinkingModel, 'latency'>>;

/** p50, p95 and p99 as logged; the log-normal that was fitted to them falls short of the last one by a quarter. */
const slower: CallLatency = {
  kind: 'logged',
  seconds: [
    [0, 4],
    [0.5, 13],
    [0.95, 46.6],
    [0.99, 92.5],
    [1, 140],
  ],
};

/** Shares of right and of abstaining judges on hunks of code (Merge-Bench, arXiv 2605.25890). */
const onCodeHunks: Readonly<Record<string, readonly [right: number, abstains: number]>> = {
  strong: [0.53, 0.05],
  cautious: [0.45, 0.2],
  weak: [0.31, 0.47],
};
const asSaid = 'as-said';

const share = { kind: 'number', min: 0, max: 1, whole: false } as const;

const knobs: Knobs = {
  right: { ...share, default: 0.97, summary: 'share of the judgements that keep the right value' },
  abstains: { ...share, default: 0.0032, summary: 'share that keeps none, at most what is not right' },
  accuracy: {
    kind: 'choice',
    default: asSaid,
    values: [asSaid, ...Object.keys(onCodeHunks)],
    summary: 'right and abstains as said, or as on hunks of code: strong .53 .05, cautious .45 .20, weak .31 .47',
  },
  misjudges: { ...share, default: 0.05, summary: 'share of the notices whose relevance an agent misjudges' },
  slowdown: {
    kind: 'number',
    default: 1,
    min: 0.01,
    max: 1_000,
    whole: false,
    summary: 'calls take so many times as long',
  },
};

/**
 * The accuracy is the .97 of the sweep for structured values; the rest is shared between wrong and abstaining as .42 to .05
 * (Merge-Bench, strong). Notices: CoAgent, arXiv 2606.15376.
 */
function preset(facts: Facts): ModelPreset {
  const { latency } = { ...loggedCalls, ...facts };
  const base = { ...loggedCalls, ...facts, right: 0.97, abstains: 0.0032, misjudges: 0.05, knobs };
  return { ...base, configure: (values) => ({ ...base, ...changed(latency, values) }) };
}

function changed(latency: CallLatency, values: KnobValues): Partial<ModelPreset> {
  const set = [Number(values['right']), Number(values['abstains'])] as const;
  const [right, abstains] = onCodeHunks[String(values['accuracy'])] ?? set;
  return {
    right,
    abstains: Math.min(abstains, 1 - right),
    misjudges: Number(values['misjudges']),
    latency: slowedDown(latency, Number(values['slowdown'])),
  };
}

function slowedDown(latency: CallLatency, times: number): CallLatency {
  switch (latency.kind) {
    case 'per-token': {
      const { firstSeconds, tokensPerSecond } = latency;
      return { ...latency, firstSeconds: firstSeconds * times, tokensPerSecond: tokensPerSecond / times };
    }
    case 'logged':
      return { ...latency, seconds: latency.seconds.map(([at, value]) => [at, value * times] as const) };
  }
}

const racebench = 'RaceBench logs, 25,815 calls';

function priced(name: string, usdPerMillionIn: number, usdPerMillionOut: number): ModelPreset {
  const prices: Prices = { usdPerMillionIn, usdPerMillionOut };
  return preset({
    name,
    summary: `${usdPerMillionIn.toFixed(2)} / ${usdPerMillionOut.toFixed(2)} USD per million tokens in / out; no published latency, so that of gpt-5-mini`,
    source: `price list of 2026; its latency is not published, so latency and lengths are gpt-5-mini's (${racebench})`,
    prices,
  });
}

/** What agents think with unless another model is named. */
export const defaultModel: ModelPreset = preset({
  name: 'gpt-5-mini',
  summary: 'calls take 1.5 s, one in a hundred 18 s; 0.25 / 2.00 USD per million tokens in / out',
  source: `${racebench}; price list of 2026`,
  prices: { usdPerMillionIn: 0.25, usdPerMillionOut: 2 },
});

export const models: readonly ModelPreset[] = [
  defaultModel,
  preset({
    name: 'agnes-2.0-flash',
    summary: 'slower: calls take 13 s, one in a hundred 92 s; no published price, so dollars are not counted',
    source: 'latency from RaceBench logs; lengths of gpt-5-mini; no published price',
    prices: null,
    latency: slower,
  }),
  priced('gpt-5.2', 1.75, 14),
  priced('gpt-4.1', 2, 8),
  priced('haiku-4.5', 1, 5),
  priced('sonnet-4.6', 3, 15),
];
