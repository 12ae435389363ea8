/** The result file of a sweep: its schema, version 1, from which sweep.schema.json beside this file is made. */

import { z } from 'zod';
import { sweepMetrics, type SweepMetric, type SweepReport } from '../src/contract/index.ts';

/** Raised when a reader of the old version would misread the new one. */
const sweepSchemaName = 'lostwrites/sweep@1';

const count = z.int().min(0);
const metric = z.enum(sweepMetrics);

const estimate = z
  .object({ mean: z.number(), low: z.number().nullable(), high: z.number().nullable() })
  .describe('mean over trials with its 95 % interval; low and high are null where one trial alone was measured')
  .nullable();

const cell = z.object({
  strategy: z.string().describe('without the dial'),
  faults: z.string(),
  trials: count.describe('valid ones'),
  failed: count,
  metrics: z.object(
    Object.fromEntries(sweepMetrics.map((name) => [name, estimate])) as Record<SweepMetric, typeof estimate>,
  ),
});

const point = z.object({
  value: z.number(),
  strategies: z.array(z.string()).describe('labels with the dial: what to replay'),
  workloads: z.array(z.string()).describe('labels with the dial'),
  cells: z.array(cell),
});

const contest = {
  metric,
  faults: z.string(),
  before: z.string().describe('the strategy that has less of the metric before the crossover'),
  after: z.string().describe('the strategy that has less of it afterwards'),
};

const crossover = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('clear'),
    ...contest,
    at: z.number().describe('where the mean paired difference is zero, by straight lines between the points'),
    low: z.number().describe('where the ends of its 95 % interval are zero'),
    high: z.number(),
    between: z
      .array(z.number())
      .length(2)
      .describe('the nearest points at which the paired differences exclude zero, with opposite signs'),
  }),
  z.object({
    kind: z.literal('unclear'),
    ...contest,
    between: z.array(z.number()).length(2).describe('the mean changes its sign here, by no more than chance allows'),
  }),
]);

const knobs = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const sweepSchema = z.object({
  schema: z.literal(sweepSchemaName),
  lostwrites: z.string().describe('the version that wrote the file'),
  configuration: z.string().describe('hash over the suite, the dial, the inputs and the trace'),
  dial: z.object({
    kind: z.enum(['workload', 'strategy', 'model']),
    part: z.string().describe('whose knob it is'),
    knob: z.string(),
    values: z.array(z.number()),
  }),
  suite: z
    .object({
      strategies: z.array(z.object({ label: z.string(), knobs })),
      workloads: z.array(z.object({ label: z.string(), knobs })),
      faults: z.array(z.string()),
      seeds: z.object({ first: count, count }),
      agents: count.nullable(),
      recovery: z.string(),
      model: z.string(),
    })
    .describe('without the dial'),
  inputs: z.record(z.string(), z.unknown()).describe('of the simulated world, as in result.schema.json'),
  trace: z.object({ file: z.string(), sha256: z.string() }).nullable(),
  points: z.array(point),
  crossovers: z.array(crossover),
  trials: z.object({ done: count, planned: count }),
  partial: z.boolean().describe('the sweep was stopped before its end'),
  suiteFailures: z.array(z.string()),
  measured: z
    .record(z.string(), z.unknown())
    .describe('differs from run to run; everything else repeats to the byte; as in result.schema.json'),
});

/** The text of sweep.schema.json. */
export function sweepJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(sweepSchema), null, 2)}\n`;
}

export function sweepJson({ dial, points, crossovers, run }: SweepReport): string {
  const { suite, inputs, trace, trials, partial, suiteFailures, measured } = run;
  const named = (entries: readonly { readonly label: string; readonly knobs: unknown }[]): readonly unknown[] =>
    entries.map((entry) => ({ label: entry.label, knobs: entry.knobs }));
  const { seeds, agents, recovery, model } = suite;
  const file = {
    schema: sweepSchemaName,
    lostwrites: run.version,
    configuration: run.configuration,
    dial,
    suite: {
      strategies: named(suite.strategies),
      workloads: named(suite.workloads),
      faults: suite.faults.map(({ name }) => name),
      seeds,
      agents,
      recovery,
      model,
    },
    inputs,
    trace: trace === null ? null : { ...trace, file: trace.file.slice(trace.file.lastIndexOf('/') + 1) },
    points,
    crossovers,
    trials,
    partial,
    suiteFailures,
    measured,
  };
  return `${JSON.stringify(file)}\n`;
}
