/** A trial as a row of a result: everything that tables are made from, so that a stored result gives the same tables. */

import { z } from 'zod';
import {
  anomalyNames,
  fates,
  invariantNames,
  outcomes,
  promiseNames,
  reclaimTriggers,
  refusalCauses,
  type TrialFailure,
  type TrialRecord,
  type TrialResult,
  type TrialSpec,
} from '../src/contract/index.ts';

export const count = z.int().min(0);
export const amount = z.number().min(0);
export const optionalAmount = amount.nullable();

export const promiseName = z.enum(promiseNames);

const quantiles = z.object({ p50: optionalAmount, p95: optionalAmount, p99: optionalAmount, max: optionalAmount });

export function tableOf<Name extends string, Value extends z.ZodType>(
  names: readonly Name[],
  value: Value,
): z.ZodObject<Record<Name, Value>> {
  return z.object(Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Value>);
}

/** What a trial is run again by. */
export const trialSpec = z.object({
  strategy: z.string(),
  workload: z.string(),
  faults: z.string(),
  seed: count,
  agents: count.nullable(),
  recovery: z.string(),
  model: z.string(),
}) satisfies z.ZodType<TrialSpec>;

const fateCounts = z.object({ issued: count, ...tableOf(fates, count).shape });
const refusals = tableOf(refusalCauses, count);
const reclaims = tableOf(reclaimTriggers, z.object({ true: count, false: count }));

const spending = z.object({ calls: count, tokens: count, usd: optionalAmount });

const trialFields = {
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
  anomalies: z
    .array(z.object({ anomaly: z.enum(anomalyNames), count, evidence: z.string() }))
    .describe('found; what they mean stands in docs/anomalies.md'),
  anomaliesPossible: z.array(z.enum(anomalyNames)).describe('those that the trial could have shown, found or not'),
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
} as const satisfies { readonly [Name in keyof TrialResult]: z.ZodType<TrialResult[Name]> };

const histogram = z.array(z.tuple([count, count]));

export const rowSchema = z.object({
  ...trialFields,
  histograms: z
    .object({ latencyMicros: histogram, recoveryMicros: histogram })
    .describe('bucket and count: bucket 0 is less than a microsecond, bucket n about 1.01^(n - 1) microseconds'),
  invariantsExercised: z.array(z.enum(invariantNames)).describe('invariants of protocols that had something to judge'),
  culprit: z
    .enum(['strategy', 'workload', 'harness'] as const satisfies readonly TrialFailure['culprit'][])
    .nullable()
    .describe('whose fault it is that the trial is void'),
}) satisfies z.ZodType<ResultRow>;

export interface ResultRow extends TrialResult, Pick<TrialRecord, 'invariantsExercised' | 'culprit'> {
  readonly histograms: {
    readonly latencyMicros: TrialRecord['latencies'];
    readonly recoveryMicros: TrialRecord['recoveries'];
  };
}

/** One line of JSON. */
export function rowText(record: TrialRecord): string {
  return JSON.stringify(resultRowOf(record));
}

export function resultRowOf({ result, latencies, recoveries, invariantsExercised, culprit }: TrialRecord): ResultRow {
  const histograms = { latencyMicros: latencies, recoveryMicros: recoveries };
  return { ...result, histograms, invariantsExercised, culprit };
}

export function recordOf({ histograms, invariantsExercised, culprit, ...result }: ResultRow): TrialRecord {
  const { latencyMicros, recoveryMicros } = histograms;
  return { result, latencies: latencyMicros, recoveries: recoveryMicros, invariantsExercised, culprit };
}
