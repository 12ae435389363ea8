/**
 * The result as one document: its schema, version 2, from which result.schema.json beside this file is made, and its three
 * parts, so that it can be written while the run goes on and never stands in memory. The head is one line, and so is each row.
 */

import { z } from 'zod';
import type { Measured, RunFacts, RunReport, TrialRecord } from '../src/contract/index.ts';
import { headFields, headOf } from './result-head.ts';
import { amount, count, optionalAmount, rowSchema, rowText } from './result-row.ts';

/** Raised when a reader of the old version would misread the new one. */
export const resultSchemaName = 'lostwrites/result@2';

/** Differs from run to run; everything else repeats to the byte. */
export const measuredSchema = z.object({
  command: z.string().describe('what was typed'),
  trace: z.string().nullable().describe('where the recorded session lay'),
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
}) satisfies z.ZodType<StoredMeasured>;

export interface StoredMeasured extends Measured {
  readonly command: string;
  readonly trace: string | null;
}

/** The head of a document without its trials. */
export const resultHeadSchema = z.object({ schema: z.literal(resultSchemaName), ...headFields });

export const resultTailSchema = z.object({
  partial: z.boolean().describe('the run was stopped before its end'),
  suiteFailures: z.array(z.string()),
  notes: z.array(z.string()),
  measured: measuredSchema.describe('differs from run to run; everything else repeats to the byte'),
});

export const resultSchema = z.object({
  ...resultHeadSchema.shape,
  trials: z.array(rowSchema).describe('strategy by workload by faults by seed, in the order of the suite'),
  ...resultTailSchema.shape,
});

/** The text of result.schema.json. */
export function resultJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(resultSchema), null, 2)}\n`;
}

export function resultHead(facts: RunFacts): string {
  return `${JSON.stringify({ schema: resultSchemaName, ...headOf(facts) }).slice(0, -1)},${resultHeadEnd}`;
}

export const resultHeadEnd = '"trials":[';

export function resultRow(record: TrialRecord, isFirst: boolean): string {
  return `${isFirst ? '' : ','}\n${rowText(record)}`;
}

export function resultTail(report: RunReport): string {
  const { partial, suiteFailures, notes } = report;
  return `\n],${JSON.stringify({ partial, suiteFailures, notes, measured: measuredOf(report) }).slice(1)}\n`;
}

export function measuredOf({ command, trace, measured }: RunReport): StoredMeasured {
  return { command, trace: trace?.file ?? null, ...measured };
}
