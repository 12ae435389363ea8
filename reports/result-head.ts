/** What a result begins with: what was asked for, as far as it is the same wherever and however it is run. */

import { z } from 'zod';
import type { RunFacts, Suite } from '../src/contract/index.ts';
import { amount, count, promiseName } from './result-row.ts';

const faultScope = z.union([z.literal('survivable'), z.array(z.string())]);
const promiseScope = z.union([
  z.literal(false),
  faultScope,
  z.object({ faults: faultScope, given: z.literal('right-judgements') }),
]);

const knobs = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const distribution = z.object({ p50: amount, p90: amount, max: amount });

const suite = z.object({
  configuration: z.string().describe('hash over the rest of the suite, the inputs and the trace'),
  strategies: z.array(
    z.object({
      label: z.string(),
      summary: z.string(),
      layout: z.enum(['peers', 'hub']),
      canary: z.boolean(),
      reclaims: z.boolean(),
      promises: z.record(promiseName, promiseScope),
      knobs,
    }),
  ),
  workloads: z.array(
    z.object({
      label: z.string(),
      summary: z.string(),
      conflict: z.string(),
      contended: z.boolean(),
      agents: z.object({ default: count, min: count, max: count }),
      knobs,
    }),
  ),
  faults: z.array(z.object({ name: z.string(), summary: z.string(), survivable: z.boolean() })),
  seeds: z.object({ first: count, count }),
  agents: count.nullable(),
  recovery: z.string(),
  model: z.string(),
});

const quantileTable = z.array(z.tuple([amount, amount])).describe('shares and the values below which they lie');

const inputs = z.object({
  simulated: z.literal(true),
  callsPerStep: quantileTable,
  pauseSeconds: distribution,
  networkMs: z.object({ p50: amount, sigma: amount }),
  syncMs: amount,
  gossipSeconds: amount,
  model: z.object({
    name: z.string(),
    simulated: z.literal(true),
    source: z.string(),
    latency: z.union([
      z.object({ kind: z.literal('per-token'), firstSeconds: amount, tokensPerSecond: amount }),
      z.object({ kind: z.literal('logged'), seconds: quantileTable }),
    ]),
    promptTokens: quantileTable,
    outputTokens: quantileTable,
    prices: z.object({ usdPerMillionIn: amount, usdPerMillionOut: amount }).nullable(),
    right: amount,
    abstains: amount,
    misjudges: amount,
  }),
  judge: z
    .union([
      z.object({ simulated: z.literal(true) }),
      z.object({
        simulated: z.literal(false),
        client: z.literal('openai'),
        model: z.string(),
        prices: z.object({ usdPerMillionIn: amount, usdPerMillionOut: amount }).nullable(),
      }),
    ])
    .describe('who judges conflicts; a simulated judge is the model above'),
});

/** The members of a head, to be put into the schema of whatever has one. */
export const headFields = {
  lostwrites: z.string().describe('the version that wrote the file'),
  suite,
  leftOut: z
    .object({ workloads: z.array(z.string()), faults: z.array(z.string()) })
    .describe('what is registered and not run by default'),
  inputs,
  trace: z.object({ file: z.string(), sha256: z.string() }).nullable().describe('a recorded session'),
  shard: z
    .object({ index: count.min(1), count: count.min(1) })
    .nullable()
    .describe('which part of the trials this is, from 1; null: all'),
} as const satisfies { readonly [Name in keyof ResultHead]: z.ZodType<ResultHead[Name]> };

export const headSchema = z.object(headFields);

export interface ResultHead extends Pick<RunFacts, 'leftOut' | 'inputs' | 'trace' | 'shard'> {
  readonly lostwrites: string;
  readonly suite: Suite & { readonly configuration: string };
}

export function headOf({ version, suite, leftOut, inputs, trace, configuration, shard }: RunFacts): ResultHead {
  return {
    lostwrites: version,
    suite: { configuration, ...suite },
    leftOut,
    inputs,
    // The same file read from another directory gives the same result.
    trace: trace === null ? null : { ...trace, file: baseName(trace.file) },
    shard,
  };
}

export function factsOf({ lostwrites, suite, leftOut, inputs, trace, shard }: ResultHead): RunFacts {
  const { configuration, ...rest } = suite;
  return { version: lostwrites, suite: rest, leftOut, inputs, trace, configuration, shard };
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
