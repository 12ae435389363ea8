/**
 * The result as one document: its schema, version 2, from which result.schema.json beside this file is made, and its three
 * parts, so that it can be written while the run goes on and never stands in memory. The head is one line, and so is each row.
 */

import { z } from 'zod';
import type { RunFacts, RunReport, TrialRecord } from '../src/contract/index.ts';
import { headFields, headOf } from './result-head.ts';
import { measuredFields, measuredOf } from './result-measured.ts';
import { rowSchema, rowText } from './result-row.ts';

/** Raised when a reader of the old version would misread the new one. */
export const resultSchemaName = 'lostwrites/result@2';

export const resultTailSchema = z.object({
  partial: z.boolean().describe('the run was stopped before its end'),
  suiteFailures: z.array(z.string()),
  notes: z.array(z.string()),
  measured: z.object(measuredFields).describe('differs from run to run; everything else repeats to the byte'),
});

export const resultSchema = z.object({
  schema: z.literal(resultSchemaName),
  ...headFields,
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
