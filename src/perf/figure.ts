/** A measured number, with its ratio to something that was measured in the same run: only that can be compared. */

import type { Bench } from 'tinybench';
import type { MeasuredFigure } from '../contract/index.ts';

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly better: Better;
  /** Of the fastest round: what the machine can do, while the others say what else it did. */
  readonly best?: number;
  readonly ratio?: { readonly value: number; readonly to: string; readonly better: Better };
}

type Better = MeasuredFigure['better'];

export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly Figure[];
}

export function printFigures({ title, figures }: FigureGroup, print: (line: string) => void): void {
  print(title);
  for (const { what, value, unit, best, ratio } of figures) {
    const fastest = best === undefined ? '' : `  ${rounded(best)} in the fastest round`;
    const compared = ratio === undefined ? '' : `  ${ratio.value.toFixed(2)} ${ratio.to}`;
    print(`  ${what.padEnd(44)} ${rounded(value).padStart(10)} ${unit.padEnd(10)}${fastest}${compared}`.trimEnd());
  }
  print('');
}

function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toString() : value.toPrecision(3);
}

/** Runs per second, by the median: it shrugs off a pause of the machine. */
export function throughputOf(bench: Bench, task: string): number {
  const result = bench.getTask(task)?.result;
  if (result === undefined || !('throughput' in result)) throw new Error(`${task} was not measured`);
  return result.throughput.p50;
}
