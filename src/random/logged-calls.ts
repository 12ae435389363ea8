/**
 * What is known of model calls: 25,815 of gpt-5-mini, logged by RaceBench (github.com/allisonllx/RaceBench), as p50, p90, p95
 * and p99 are published. The smallest and the largest values aren't: the ends of the tables are ours.
 */

import type { QuantileTable, ThinkingModel } from '../contract/index.ts';

/**
 * Of two fits to the same calls this one is truer to their p50 1.4, p95 9.8 and p99 18.4 s: with the logged lengths it gives
 * 1.5, 9.9 and 17.9, the log-normal (mu 0.673, sigma 0.744) gives 2.0, 6.7 and 11.1. It also makes long answers slow.
 */
export const loggedCalls: ThinkingModel = {
  latency: { kind: 'per-token', firstSeconds: 1.27, tokensPerSecond: 101 },
  promptTokens: [
    [0, 500],
    [0.5, 1_600],
    [0.9, 4_889],
    [0.99, 9_232],
    [1, 12_000],
  ],
  outputTokens: [
    [0, 5],
    [0.5, 23],
    [0.9, 531],
    [0.95, 878],
    [0.99, 1_682],
    [1, 2_400],
  ],
};

/**
 * Calls between a read and the write that rests on it. Not published: fitted, so that with the calls above the time from
 * read to write is as logged, p50 13.4, p90 43.4 and p99 153 s. What the fit is checked against is the number of calls per
 * agent in the same logs, p50 13 and p90 28: two steps of such thinking come to 11 and 30.
 */
export const callsPerStep: QuantileTable = [
  [0, 1],
  [0.5, 5],
  [0.9, 11],
  [0.99, 50],
  [1, 56],
];
