/**
 * The small files of a run directory. run.json says what was asked for before the first trial; measured.json holds what
 * differs from run to run. The rows are those of result.schema.json, one a line.
 */

import { z } from 'zod';
import type { RunFacts, RunReport } from '../src/contract/index.ts';
import { headFields, headOf } from './result-head.ts';
import { measuredOf, measuredFields } from './result-measured.ts';

export const runSchemaName = 'lostwrites/run@1';
export const measuredSchemaName = 'lostwrites/measured@1';

export const runSchema = z.object({
  schema: z.literal(runSchemaName),
  ...headFields,
  code: z.string().nullable().describe('hash over the program and the modules that were named; null: not known'),
});

export const measuredSchema = z.object({ schema: z.literal(measuredSchemaName), ...measuredFields });

export function runJson(facts: RunFacts, code: string | null): string {
  return `${JSON.stringify({ schema: runSchemaName, ...headOf(facts), code }, null, 2)}\n`;
}

export function measuredJson(report: RunReport): string {
  return `${JSON.stringify({ schema: measuredSchemaName, ...measuredOf(report) }, null, 2)}\n`;
}
