/** The numbers of one trial that a sweep follows along its dial. Of each, less is better. */

import type { SweepMetric, TrialResult } from '../contract/index.ts';

type Measure = (trial: TrialResult) => number | null;

/** Null where the trial had nothing to measure. */
export const sweepMeasures: Readonly<Record<SweepMetric, Measure>> = {
  lostShare: ({ fates, committed }) => (committed === 0 ? null : fates.lost / committed),
  lost: ({ fates }) => fates.lost,
  duplicates: ({ duplicates }) => duplicates,
  brokenInvariants: ({ brokenInvariants }) => brokenInvariants.length,
  escalations: ({ escalations }) => escalations.raised,
  commitP50Ms: ({ latencyMs }) => latencyMs.p50,
  commitP95Ms: ({ latencyMs }) => latencyMs.p95,
  convergenceMs: ({ convergenceMs }) => convergenceMs,
  makespanMs: ({ makespanMs }) => makespanMs,
  blockedMs: ({ blockedMs }) => blockedMs,
  attempts: ({ attempts }) => attempts,
  refusals: ({ refusals }) => Object.values(refusals).reduce((sum, count) => sum + count, 0),
  gaveUp: ({ gaveUp }) => gaveUp,
  wastedThinkMs: ({ wastedThinkMs }) => wastedThinkMs,
  modelCalls: ({ modelCalls }) => modelCalls,
  wrongJudgements: ({ judgements }) => judgements.wrong,
  tokens: ({ tokens }) => tokens,
  usd: ({ usd }) => usd,
  wastedTokens: ({ wasted }) => wasted.tokens,
  wastedUsd: ({ wasted }) => wasted.usd,
  messages: ({ messages }) => messages,
  bytes: ({ bytes }) => bytes,
};
