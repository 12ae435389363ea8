/** The file of measured figures: its schema, version 1, from which figures.schema.json beside this file is made. */

import { z } from 'zod';
import type { MeasuredFigure, MeasuredRun } from '../src/contract/index.ts';

/** Raised when a reader of the old version would misread the new one. */
const figuresSchemaName = 'lostwrites/figures@1';

const figure = z.object({
  name: z.string(),
  unit: z.string(),
  better: z.enum(['more', 'less', 'neither'] as const satisfies readonly MeasuredFigure['better'][]),
  isRatio: z.boolean().describe('of two things that were measured in the same process'),
  samples: z.array(z.number()).min(1).describe('one per process'),
  mean: z.number(),
  low: z.number().nullable().describe('of the 95 % interval of the mean; null: one sample says nothing about it'),
  high: z.number().nullable(),
});

export const figuresSchema = z.object({
  schema: z.literal(figuresSchemaName),
  lostwrites: z.string().describe('the version that was measured'),
  node: z.string(),
  cpu: z.string(),
  figures: z.array(figure),
});

type FiguresFile = z.infer<typeof figuresSchema>;

/** The text of figures.schema.json. */
export function figuresJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(figuresSchema), null, 2)}\n`;
}

export function figuresJson(
  { version, node, cpu, figures }: Omit<MeasuredRun, 'source'>,
  estimateOf: (samples: readonly number[]) => { readonly mean: number; readonly low: number; readonly high: number },
): string {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const file: FiguresFile = {
    schema: figuresSchemaName,
    lostwrites: version,
    node,
    cpu,
    figures: figures.map((each) => {
      const { mean, low, high } = estimateOf(each.samples);
      return { ...each, samples: [...each.samples], mean, low: finite(low), high: finite(high) };
    }),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The estimates are made again from the samples. */
export function measuredRunOf({ lostwrites, node, cpu, figures }: FiguresFile, source: string): MeasuredRun {
  const own = figures.map(({ name, unit, better, isRatio, samples }) => ({ name, unit, better, isRatio, samples }));
  return { source, version: lostwrites, node, cpu, figures: own };
}
