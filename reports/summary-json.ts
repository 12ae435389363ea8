/**
 * The summary of a run: what was asked for, its cells, and a hash over its rows. Schema version 1, from which
 * summary.schema.json beside this file is made. Nothing in it was measured: equal runs have equal summaries, to the byte.
 */

import { z } from 'zod';
import { anomalyNames, invariantNames, outcomes, type Cell, type RunReport } from '../src/contract/index.ts';
import { headFields, headOf } from './result-head.ts';
import { amount, count, optionalAmount, promiseName, rowSchema, tableOf, trialSpec } from './result-row.ts';

/** Raised when a reader of the old version would misread the new one. */
export const summarySchemaName = 'lostwrites/summary@1';

const row = rowSchema.shape;

const share = z.object({ share: amount, low: amount, high: amount }).describe('with its 95 % interval');

const protocolTally = z.object({
  invariant: z.enum(invariantNames),
  exercised: count.describe('trials in which it had something to judge'),
  violated: count,
  first: z.object({ spec: trialSpec, atMs: amount, violation: z.string() }).nullable(),
});

const anomalyTally = z.object({
  anomaly: z.enum(anomalyNames),
  possible: count.describe('trials that could have shown it'),
  found: count,
  first: z.object({ spec: trialSpec, evidence: z.string() }).nullable(),
});

const brokenPromise = z.object({
  promise: promiseName,
  trials: count,
  first: z.object({ spec: trialSpec, evidence: z.string() }),
});

/** What has the name of a row's member is its sum over the trials that are not void, or the quantiles over all of them. */
const cellFields = {
  strategy: z.string(),
  workload: z.string().nullable().describe('null: all workloads of the run'),
  faults: z.string(),
  trials: count.describe('void ones included'),
  failed: count.describe('void ones'),
  exercised: count,
  settled: count,
  converged: count,
  fates: row.fates,
  committed: count,
  lostShare: share.nullable().describe('of the committed writes'),
  duplicates: count,
  misattributed: count,
  escalations: row.escalations,
  outcomes: tableOf(outcomes, count).describe('trials by how their result was reached'),
  brokenPromises: z.array(brokenPromise),
  anomalies: z.array(anomalyTally),
  brokenInvariants: z.array(z.object({ name: z.string(), trials: count })),
  protocol: z.array(protocolTally),
  latencyMs: row.latencyMs,
  latencyBins: z
    .array(z.tuple([amount, count]))
    .describe('commits by duration: where a bin begins, in ms, ten bins to a factor of ten, and how many fall into it'),
  convergenceMs: row.latencyMs,
  makespanMs: amount,
  attempts: count,
  refusals: row.refusals,
  wastedThinkMs: amount,
  blockedMs: amount,
  gaveUp: count,
  turnsRepeated: count,
  turnsForgotten: count,
  checkpointsSetAside: count,
  grants: count,
  reclaims: row.reclaims,
  recoveryMs: row.recoveryMs,
  callsFailed: count,
  modelCalls: count,
  judgements: row.judgements,
  thinking: row.thinking,
  wasted: row.wasted,
  judging: row.judging,
  repairing: row.repairing,
  tokens: count,
  usd: optionalAmount,
  messages: count,
  bytes: count,
  faultsStruck: count,
  restores: row.restores,
  worst: z
    .object({ spec: trialSpec, lost: count, wrong: z.string().nullable() })
    .nullable()
    .describe('the trial to replay first'),
} as const satisfies { readonly [Name in keyof Cell]: z.ZodType<Cell[Name]> };

const cell = z.object(cellFields);

export const summarySchema = z.object({
  schema: z.literal(summarySchemaName),
  ...headFields,
  trials: z.object({
    count,
    sha256: z.string().describe('over trials.jsonl as it is unpacked'),
  }),
  suiteFailures: z.array(z.string()).describe('verdicts about the run as a whole that fail it'),
  notes: z.array(z.string()),
  cells: z.array(cell).describe('strategy by fault profile'),
  cellsByWorkload: z.array(cell).describe('strategy by workload by fault profile'),
});

/** The text of summary.schema.json. */
export function summaryJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(summarySchema), null, 2)}\n`;
}

/** A line for each cell, so that two summaries can be compared line by line. */
export function summaryJson(report: RunReport, sha256: string): string {
  const { trials, suiteFailures, notes, cells, cellsByWorkload } = report;
  const head = { schema: summarySchemaName, ...headOf(report), trials: { count: trials.done, sha256 } };
  const members = [
    ...Object.entries({ ...head, suiteFailures, notes }).map(([name, value]) => [name, JSON.stringify(value)] as const),
    ['cells', linesOf(cells)] as const,
    ['cellsByWorkload', linesOf(cellsByWorkload)] as const,
  ];
  return `{\n${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',\n')}\n}\n`;
}

function linesOf(cells: readonly Cell[]): string {
  return `[\n${cells.map((each) => JSON.stringify(each)).join(',\n')}\n]`;
}
