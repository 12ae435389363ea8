/** A measured number, with its ratio to something that was measured in the same run: only that can be compared. */

import type { Bench } from 'tinybench';

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  /** What the ratio is to. */
  readonly to?: string;
}

export function printFigures(title: string, figures: readonly Figure[], print: (line: string) => void): void {
  print(title);
  for (const { what, value, unit, ratio, to } of figures) {
    const compared = ratio === undefined ? '' : `  ${ratio.toFixed(2)} ${to ?? ''}`;
    print(`  ${what.padEnd(44)} ${rounded(value).padStart(10)} ${unit.padEnd(10)}${compared}`.trimEnd());
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
