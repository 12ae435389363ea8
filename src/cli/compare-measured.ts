/** Two measurements of `npm run perf`, by their intervals. */

import { compareMeasured } from '../comparison/index.ts';
import type { MeasuredRun } from '../contract/index.ts';
import { figuresSchema, measuredComparisonText, measuredRunOf } from '../../reports/index.ts';
import type { CompareMeasuredCommand } from './options/compare-options.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { InputError } from './input-error.ts';
import { checked } from './store/checked.ts';
import { readJson } from './store/stored-document.ts';
import type { Terminal } from './terminal.ts';

export async function compareFigures(
  command: CompareMeasuredCommand,
  { paint, print }: Pick<Terminal, 'paint' | 'print'>,
): Promise<ExitCode> {
  const [before, after] = [await readFigures(command.before), await readFigures(command.after)];
  const comparison = compareMeasured(before, after, command.failAbovePercent);
  if (comparison.compared === 0) {
    throw new InputError(`${before.source} and ${after.source} have no figure in common that can be compared`);
  }
  print(`${measuredComparisonText(comparison, paint)}\n`);
  return comparison.changes.some(({ breaks }) => breaks) ? exitCodes.broken : exitCodes.kept;
}

async function readFigures(path: string): Promise<MeasuredRun> {
  const figures = checked(figuresSchema, await readJson(path), `${path}: this is no file of npm run perf -- --json`);
  return measuredRunOf(figures, path);
}
