/** The simulated judge. Latency, length and judgement are drawn from its own streams; every output marks it as simulated. */

import {
  seconds,
  type Conflict,
  type Judge,
  type Judgement,
  type ModelCall,
  type RandomStream,
  type WriteId,
} from '../contract/index.ts';

/** What a model is like. Sources of the numbers: "Inputs" in ARCHITECTURE.md. */
export interface ModelPreset {
  readonly name: string;
  /** Latency in seconds, log-normal. */
  readonly latencyMu: number;
  readonly latencySigma: number;
  readonly promptTokens: { readonly median: number; readonly sigma: number; readonly max: number };
  readonly outputTokens: { readonly median: number; readonly sigma: number; readonly max: number };
  readonly usdPerMillionIn: number;
  readonly usdPerMillionOut: number;
  /** Shares of the judgements that keep the right contender and that abstain; the rest keep a wrong one. */
  readonly right: number;
  readonly abstains: number;
  /** Share of the notices whose relevance an agent misjudges. */
  readonly misjudges: number;
}

export function firstContender(conflict: Conflict): WriteId {
  const ids = conflict.contenders.map((contender) => contender.id).sort();
  const first = ids[0];
  if (first === undefined) throw new Error('a conflict without contenders was put to the judge');
  return first;
}

/** A judge that is drawn: latency and length by the preset, the answer by its accuracy. */
export function simulatedJudge(preset: ModelPreset): Judge {
  return ({ conflict, at, random, rightChoice }) => {
    const drawn = drawCall(preset, random);
    const { judgement, right } = drawJudgement(preset, random, conflict, rightChoice(conflict));
    return { at, ...drawn, judgement, right };
  };
}

/** How long one call takes, and how much is said in it. */
export function drawCall(
  preset: ModelPreset,
  random: RandomStream,
): Pick<ModelCall, 'latencyMicros' | 'promptTokens' | 'outputTokens'> {
  const latencyMicros = seconds(random.logNormal(preset.latencyMu, preset.latencySigma));
  const promptTokens = drawTokens(random, preset.promptTokens);
  return { latencyMicros, promptTokens, outputTokens: drawTokens(random, preset.outputTokens) };
}

function drawTokens(random: RandomStream, of: ModelPreset['promptTokens']): number {
  return Math.min(of.max, Math.max(1, Math.round(random.logNormal(Math.log(of.median), of.sigma))));
}

function drawJudgement(
  preset: ModelPreset,
  random: RandomStream,
  conflict: Conflict,
  best: WriteId,
): { readonly judgement: Judgement; readonly right: boolean | null } {
  const draw = random.next();
  if (draw < preset.abstains) return { judgement: { kind: 'abstain' }, right: null };
  const others = conflict.contenders.map((contender) => contender.id).filter((id) => id !== best);
  if (draw < preset.abstains + preset.right || others.length === 0) {
    return { judgement: { kind: 'keep', write: best }, right: true };
  }
  return { judgement: { kind: 'keep', write: random.pick(others) }, right: false };
}

/**
 * The default: latency, lengths and prices of gpt-5-mini (RaceBench logs, public price list of 2026). Its accuracy is the
 * .97 of the sweep for structured values; the rest is shared between wrong and abstaining as .42 to .05 (Merge-Bench, strong).
 */
export const defaultModel: ModelPreset = {
  name: 'gpt-5-mini',
  latencyMu: 0.673,
  latencySigma: 0.744,
  promptTokens: { median: 1_600, sigma: 0.872, max: 9_232 },
  outputTokens: { median: 23, sigma: 2.449, max: 1_682 },
  usdPerMillionIn: 0.25,
  usdPerMillionOut: 2,
  right: 0.97,
  abstains: 0.0032,
  misjudges: 0.05,
};
