/**
 * The baseline file: what a later run is compared with, small enough to be committed. A line per cell, so that a renewed
 * baseline shows in a diff which cells have changed. Its schema, version 1, is the source of baseline.schema.json.
 */

import { z } from 'zod';
import type { Baseline } from '../src/contract/index.ts';

/** Raised when a reader of the old version would misread the new one. */
const baselineSchemaName = 'lostwrites/baseline@1';

const count = z.int().min(0);
const value = z.number().nullable();

const cell = z.object({
  strategy: z.string(),
  workload: z.string(),
  faults: z.string(),
  agents: count,
  seeds: z.array(count).min(1),
  columns: z
    .array(z.union([value, z.array(value)]))
    .describe('by metric: one number if it is the same in all trials, else one per seed'),
});

export const baselineSchema = z.object({
  schema: z.literal(baselineSchemaName),
  lostwrites: z.string().describe('the version that wrote the file'),
  configuration: z.string().describe('of the run'),
  agents: count.nullable().describe("as on the command line; null: each workload's own number"),
  recovery: z.string(),
  model: z.string(),
  canaries: z.array(z.string()).describe('strategies that must lose'),
  trace: z.object({ file: z.string(), sha256: z.string() }).nullable(),
  metrics: z.array(z.string()).describe('what the columns of each cell are; names and units as in the result file'),
  cells: z.array(cell),
});

/** What the schema can't say: null, or what is wrong. */
export function flawOf({ metrics, cells }: z.infer<typeof baselineSchema>): string | null {
  for (const [index, { seeds, columns }] of cells.entries()) {
    const place = `cells.${String(index)}.columns`;
    if (columns.length !== metrics.length) return `${place}: there are ${String(metrics.length)} metrics`;
    const short = columns.findIndex((column) => Array.isArray(column) && column.length !== seeds.length);
    if (short >= 0) return `${place}.${String(short)}: there are ${String(seeds.length)} seeds`;
  }
  return null;
}

/** The text of baseline.schema.json. */
export function baselineJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(baselineSchema), null, 2)}\n`;
}

export function baselineJson({ version, cells, ...facts }: Baseline): string {
  const head = JSON.stringify({ schema: baselineSchemaName, lostwrites: version, ...facts }).slice(0, -1);
  const lines = cells.map(({ cell: place, ...rest }) => JSON.stringify({ ...place, ...rest }));
  return `${head},"cells":[\n${lines.join(',\n')}\n]}\n`;
}

export function baselineOf({ lostwrites, cells, ...facts }: z.infer<typeof baselineSchema>): Baseline {
  const { schema: _schema, ...rest } = facts;
  return {
    ...rest,
    version: lostwrites,
    cells: cells.map(({ seeds, columns, ...place }) => ({ cell: place, seeds, columns })),
  };
}
