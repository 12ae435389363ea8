/** What a result says of how it was run: it differs from run to run; everything else repeats to the byte. */

import { z } from 'zod';
import type { Measured, RunReport } from '../src/contract/index.ts';
import { amount, count, optionalAmount } from './result-row.ts';

export const measuredFields = {
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
} as const satisfies { readonly [Name in keyof StoredMeasured]: z.ZodType<StoredMeasured[Name]> };

export interface StoredMeasured extends Measured {
  readonly command: string;
  readonly trace: string | null;
}

export function measuredOf({ command, trace, measured }: RunReport): StoredMeasured {
  return { command, trace: trace?.file ?? null, ...measured };
}
