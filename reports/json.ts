/**
 * The result file: its schema, version 1, from which result.schema.json beside this file is made, and its three parts, so
 * that it can be written while the run goes on and never stands in memory.
 */

import { z } from 'zod';
import {
  fates,
  invariantNames,
  outcomes,
  reclaimTriggers,
  refusalCauses,
  type PromiseName,
  type ReclaimTrigger,
  type RunReport,
  type TrialResult,
} from '../src/contract/index.ts';

/** Raised when a reader of the old version would misread the new one. */
const resultSchemaName = 'lostwrites/result@1';

const count = z.int().min(0);
const amount = z.number().min(0);
const optionalAmount = amount.nullable();

const promiseName = z.enum([
  'converges',
  'keepsCommittedWrites',
  'keepsRefusedOut',
  'exactlyOnce',
  'allOrNothing',
  'escalatesTruly',
  'serializable',
  'serialInRankOrder',
  'neverWaits',
] as const satisfies readonly PromiseName[]);

const faultScope = z.union([z.literal('survivable'), z.array(z.string())]);
const promiseScope = z.union([
  z.literal(false),
  faultScope,
  z.object({ faults: faultScope, given: z.literal('right-judgements') }),
]);

const quantiles = z.object({ p50: optionalAmount, p95: optionalAmount, p99: optionalAmount, max: optionalAmount });

const fateCounts = z.object({
  issued: count,
  ...(Object.fromEntries(fates.map((fate) => [fate, count])) as Record<(typeof fates)[number], typeof count>),
});

const refusals = z.object(
  Object.fromEntries(refusalCauses.map((cause) => [cause, count])) as Record<
    (typeof refusalCauses)[number],
    typeof count
  >,
);

const reclaim = z.object({ true: count, false: count });
const reclaims = z.object(
  Object.fromEntries(reclaimTriggers.map((trigger) => [trigger, reclaim])) as Record<ReclaimTrigger, typeof reclaim>,
);

const spending = z.object({ calls: count, tokens: count, usd: optionalAmount });

const trialSchema = z.object({
  strategy: z.string(),
  workload: z.string(),
  faults: z.string(),
  seed: count,
  agents: count,
  recovery: z.string().describe('how agents find out after a crash which turns to repeat'),
  model: z.string().describe('what agents and judges think with'),
  digest: z.string().describe('hash over the whole history; empty if the trial never ran'),
  settled: z.boolean(),
  converged: z.boolean(),
  exercised: z.boolean(),
  outcome: z.enum(outcomes),
  failure: z.string().nullable().describe('why the trial is void; null if it is valid'),
  brokenPromises: z.array(z.object({ promise: promiseName, evidence: z.string() })),
  brokenInvariants: z.array(z.object({ name: z.string(), violation: z.string() })),
  protocolViolations: z
    .array(z.object({ invariant: z.enum(invariantNames), atMs: amount, violation: z.string() }))
    .describe('the first violation of each invariant of protocols that was violated'),
  fates: fateCounts,
  committed: count,
  duplicates: count,
  misattributed: count,
  escalations: z.object({ raised: count, true: count, false: count, missed: count }),
  latencyMs: quantiles,
  convergenceMs: optionalAmount,
  makespanMs: amount,
  attempts: count,
  refusals: refusals.describe('attempts that were told conflict or rejected, by cause'),
  wastedThinkMs: amount,
  blockedMs: amount,
  gaveUp: count,
  grants: count.describe('as the strategy reports them'),
  reclaims: reclaims.describe('grants that were taken: true where the machine of the holder had crashed since'),
  recoveryMs: quantiles.describe('from the crash of a holder to the end of its grant, or of an owner to the next one'),
  turnsRepeated: count.describe('begun again although an earlier attempt had landed'),
  turnsForgotten: count.describe('in flight at a crash and unknown to their agents afterwards'),
  checkpointsSetAside: count,
  callsFailed: count.describe('calls of agents that failed and were made again'),
  modelCalls: count.describe("calls of the strategy's judge"),
  judgements: z.object({ right: count, wrong: count, abstained: count, failed: count }),
  thinking: spending.describe('what the agents thought with'),
  wasted: spending.describe('of that, in attempts that came to nothing'),
  judging: spending.describe('after notices: to judge whether they matter'),
  repairing: spending.describe('after notices: to make writes anew'),
  tokens: count.describe("all: thinking, judging, repairing and the strategy's judge"),
  usd: optionalAmount.describe('the same in US dollars; null: the model has no published price'),
  messages: count,
  bytes: count,
  faultsStruck: count,
  restores: z.object({ struck: count, rolledBack: count }),
}) satisfies z.ZodType<TrialResult>;

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

const measured = z
  .object({
    node: z.string(),
    platform: z.string(),
    cpu: z.string(),
    cores: count,
    commit: z.string().nullable(),
    startedAt: z.string(),
    workers: count,
    wallSeconds: amount,
    trialsPerSecond: amount,
    peakMemoryMb: amount,
    judge: z
      .object({
        source: z.enum(['live', 'recorded']),
        file: z.string().nullable(),
        asked: count,
        recorded: count,
        spentUsd: optionalAmount,
      })
      .nullable()
      .describe('what was done to have conflicts judged; null: the judge is simulated'),
  })
  .describe('differs from run to run; everything else repeats to the byte');

export const resultSchema = z.object({
  schema: z.literal(resultSchemaName),
  lostwrites: z.string().describe('the version that wrote the file'),
  suite,
  inputs,
  trace: z.object({ file: z.string(), sha256: z.string() }).nullable(),
  trials: z.array(trialSchema),
  partial: z.boolean().describe('the run was stopped before its end'),
  suiteFailures: z.array(z.string()),
  notes: z.array(z.string()),
  measured,
});

/** The text of result.schema.json. */
export function resultJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(resultSchema), null, 2)}\n`;
}

/** What is known before the first trial. */
export type RunFacts = Pick<RunReport, 'version' | 'suite' | 'leftOut' | 'inputs' | 'trace' | 'configuration'>;

export function resultHead({ version, suite, inputs, trace, configuration }: RunFacts): string {
  const head = {
    schema: resultSchemaName,
    lostwrites: version,
    suite: { configuration, ...suite },
    inputs,
    trace: trace === null ? null : { ...trace, file: baseName(trace.file) },
  };
  return `${JSON.stringify(head).slice(0, -1)},"trials":[`;
}

export function resultRow(result: TrialResult, isFirst: boolean): string {
  return `${isFirst ? '' : ','}\n${JSON.stringify(result)}`;
}

export function resultTail({ partial, suiteFailures, notes, measured }: RunReport): string {
  return `\n],${JSON.stringify({ partial, suiteFailures, notes, measured }).slice(1)}\n`;
}

/** The same file read from another directory gives the same result. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
