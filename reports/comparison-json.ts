/** A comparison for programs: its schema, version 1, from which comparison.schema.json beside this file is made. */

import { z } from 'zod';
import type { ComparedRun, Comparison, MetricChange } from '../src/contract/index.ts';
import { replayOf } from './comparison-wording.ts';

/** Raised when a reader of the old version would misread the new one. */
const comparisonSchemaName = 'lostwrites/comparison@1';

const count = z.int().min(0);

const comparedRun = z.object({
  source: z.string().describe('the file as it was named'),
  version: z.string(),
  configuration: z.string(),
  agents: count.nullable(),
  recovery: z.string(),
  model: z.string(),
  canaries: z.array(z.string()),
  trace: z.object({ file: z.string(), sha256: z.string() }).nullable(),
  recording: z.string().nullable(),
  partial: z.boolean(),
}) satisfies z.ZodType<ComparedRun>;

const place = {
  strategy: z.string(),
  workload: z.string(),
  faults: z.string(),
  agents: count,
  recovery: z.string(),
  model: z.string(),
};

const replay = z.string().describe('the command that tells this trial of the later run event by event');

const change = z.object({
  ...place,
  metric: z.string().describe('as in the result file; what stands under fates there goes by its own name'),
  from: z.number().describe('sum over the pairs of trials; of quantiles and of convergenceMs the mean'),
  to: z.number(),
  pairs: count.describe('pairs of trials in which there was something to measure'),
  changed: count.describe('pairs that differ'),
  direction: z.enum(['worse', 'better', 'neither'] as const satisfies readonly MetricChange['direction'][]),
  breaks: z.array(z.string()).describe('rules'),
  largest: z.object({ seed: count, from: z.number(), to: z.number(), replay }),
});

const excess = z.object({
  ...place,
  metric: z.string(),
  value: z.number(),
  trials: count,
  rule: z.string(),
  largest: z.object({ seed: count, value: z.number(), replay }),
});

const gap = z.object({
  ...place,
  trials: count,
  whole: z.boolean().describe('the other run has no trial of this cell'),
});

export const comparisonSchema = z.object({
  schema: z.literal(comparisonSchemaName),
  verdict: z.enum(['kept', 'broken', 'undecided'] as const satisfies readonly Comparison['verdict'][]),
  before: comparedRun,
  after: comparedRun,
  rules: z.array(z.string()),
  uncheckedRules: z.array(z.string()).describe("about metrics that one of the runs doesn't hold"),
  pairs: count.describe('trials that both runs have'),
  cells: count.describe('cells that they make'),
  changes: z.array(change).describe('first what breaks a rule, then what is worse, better and neither'),
  excesses: z.array(excess).describe('cells of the later run above a limit, whatever they were before'),
  missing: z.array(gap).describe('what only the earlier run has'),
  new: z.array(gap).describe('what only the later run has'),
  brokenGapRules: z.array(z.string()),
  notes: z.array(z.string()),
});

/** The text of comparison.schema.json. */
export function comparisonJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(comparisonSchema), null, 2)}\n`;
}

export function comparisonJson(comparison: Comparison): string {
  const { verdict, before, after, rules, uncheckedRules, pairs, cells, brokenGapRules, notes } = comparison;
  const file: z.infer<typeof comparisonSchema> = {
    schema: comparisonSchemaName,
    verdict,
    before: runOf(before),
    after: runOf(after),
    rules: [...rules],
    uncheckedRules: [...uncheckedRules],
    pairs,
    cells,
    changes: comparison.changes.map(({ cell, breaks, largest: { spec, ...values }, ...rest }) => ({
      ...cell,
      ...rest,
      breaks: [...breaks],
      largest: { seed: spec.seed, ...values, replay: replayOf(comparison, spec) },
    })),
    excesses: comparison.excesses.map(({ cell, largest: { spec, value }, ...rest }) => ({
      ...cell,
      ...rest,
      largest: { seed: spec.seed, value, replay: replayOf(comparison, spec) },
    })),
    missing: comparison.missing.map(({ cell, ...rest }) => ({ ...cell, ...rest })),
    new: comparison.added.map(({ cell, ...rest }) => ({ ...cell, ...rest })),
    brokenGapRules: [...brokenGapRules],
    notes: [...notes],
  };
  return `${JSON.stringify(file)}\n`;
}

function runOf({ canaries, ...run }: ComparedRun): z.infer<typeof comparedRun> {
  return { ...run, canaries: [...canaries] };
}
