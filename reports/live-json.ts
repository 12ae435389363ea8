/** The result file of a live run: its schema, version 1, from which live.schema.json beside this file is made. */

import { z } from 'zod';
import { fates, liveTransports, type LiveCell, type LiveReport, type WorldSide } from '../src/contract/index.ts';
import { headFields, headOf } from './result-head.ts';
import { measuredFields, measuredOf } from './result-measured.ts';
import { count, amount, resultRowOf, rowSchema, tableOf, trialSpec } from './result-row.ts';

/** Raised when a reader of the old version would misread the new one. */
const liveSchemaName = 'lostwrites/live@1';

const deeds = z.object({
  kills: count.describe('SIGKILL, then a new process on the same files'),
  stops: count.describe('SIGSTOP, then SIGCONT'),
  restores: count.describe('SIGKILL, then a new process on the files of a backup'),
  recordsRolledBack: count.describe('by restores'),
  processes: count.describe('started, those after a kill included'),
  wallSeconds: amount,
});

const side = z.object({
  trials: count.describe('valid ones'),
  failed: count,
  broken: count.describe('trials in which a promise broke or an invariant of protocols was violated'),
  fates: z.object({ issued: count, ...tableOf(fates, count).shape }),
  committed: count,
  lostShare: z
    .object({ share: amount, low: amount, high: amount })
    .nullable()
    .describe('of the committed writes, with its 95 % interval'),
  worst: z
    .object({ spec: trialSpec, lost: count, wrong: z.string().nullable() })
    .nullable()
    .describe('the trial to look at first'),
}) satisfies z.ZodType<WorldSide>;

const cell = z.object({
  strategy: z.string(),
  workload: z.string().nullable().describe('null: all of the run'),
  faults: z.string().nullable().describe('null: all of the run'),
  live: side,
  simulated: side,
  pairs: count,
  difference: z
    .object({ mean: z.number(), low: z.number().nullable(), high: z.number().nullable() })
    .nullable()
    .describe(
      'lost share, live less simulated, with its 95 % interval; low and high are null where there is one pair alone',
    ),
  isWithin: z.boolean().nullable().describe('the live share lies within the interval of the simulated one'),
  standing: z.enum(['agrees', 'close', 'differs', 'undecided'] as const satisfies readonly LiveCell['standing'][]),
});

export const liveSchema = z.object({
  schema: z.literal(liveSchemaName),
  ...headFields,
  live: z.object({
    timeScale: amount.describe('virtual seconds that pass in a real one'),
    transport: z.enum(liveTransports),
    repetitions: count.min(1),
  }),
  trials: z
    .array(rowSchema.extend({ repetition: count.min(1), deeds }))
    .describe('live, repetition by repetition in the order of the suite; times are measured and given in virtual time'),
  simulated: z.array(rowSchema).describe('the same trials simulated: these repeat to the byte'),
  cells: z.array(cell),
  strategies: z.array(cell).describe('all workloads and fault profiles folded'),
  deeds: deeds.describe('of all live trials together'),
  partial: z.boolean().describe('the run was stopped before its end'),
  suiteFailures: z.array(z.string()),
  notes: z.array(z.string()),
  measured: z.object(measuredFields),
});

/** The text of live.schema.json. */
export function liveJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(liveSchema), null, 2)}\n`;
}

export function liveJson({ run, setup, trials, simulated, cells, strategies, deeds: done }: LiveReport): string {
  const { partial, suiteFailures, notes } = run;
  const file = {
    schema: liveSchemaName,
    ...headOf(run),
    live: setup,
    trials: trials.map((trial) => ({ ...resultRowOf(trial.record), repetition: trial.repetition, deeds: trial.deeds })),
    simulated: simulated.map(resultRowOf),
    cells,
    strategies,
    deeds: done,
    partial,
    suiteFailures,
    notes,
    measured: measuredOf(run),
  };
  return `${JSON.stringify(file)}\n`;
}
