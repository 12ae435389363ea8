/** The result file of a calibration: its schema, version 1, from which calibration.schema.json beside this file is made. */

import { z } from 'zod';
import type { CalibrationReport } from '../src/contract/index.ts';

/** Raised when a reader of the old version would misread the new one. */
const calibrationSchemaName = 'lostwrites/calibration@1';

const ranking = z.array(z.array(z.string())).describe('from the best to the worst; equal ones stand together');

export const calibrationSchema = z.object({
  schema: z.literal(calibrationSchemaName),
  lostwrites: z.string().describe('the version that wrote the file'),
  rows: z.array(
    z.object({
      source: z.string(),
      quantity: z.string(),
      unit: z.enum(['s', 'ms', '%', 'x', '']),
      published: z.number(),
      ours: z.number().nullable().describe('null where a trial was void, or nothing was spent'),
      deviation: z.number().nullable().describe('as a share of what is published; the difference where that is 0'),
      role: z.enum(['fitted', 'checked', 'information']),
      tolerance: z.number(),
      within: z.boolean().nullable().describe('null where nothing is asked of the row'),
      note: z.string().nullable(),
    }),
  ),
  orders: z.array(
    z.object({
      source: z.string(),
      quantity: z.string(),
      published: ranking,
      ours: ranking,
      swapped: z.int().min(0),
      pairs: z.int().min(0),
    }),
  ),
  notes: z.array(z.string()),
  trials: z.int().min(0),
  measured: z
    .record(z.string(), z.unknown())
    .describe('differs from run to run; everything else repeats to the byte; as in result.schema.json'),
});

/** The text of calibration.schema.json. */
export function calibrationJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(calibrationSchema), null, 2)}\n`;
}

export function calibrationJson({ version, rows, orders, notes, trials, measured }: CalibrationReport): string {
  const file = { schema: calibrationSchemaName, lostwrites: version, rows, orders, notes, trials, measured };
  return `${JSON.stringify(file)}\n`;
}
