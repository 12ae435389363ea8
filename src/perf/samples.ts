/**
 * Samples of all figures, each from a process of its own: what the engine compiles and where it puts things differs from process to
 * process, and that moves a figure more than anything within one.
 */

import type { MeasuredFigure } from '../contract/index.ts';
import type { FigureGroup } from './figure.ts';
import { outputOf } from './process.ts';

/** `program` prints the groups of one process as JSON, a line each. */
export function sampleFigures(program: string, rounds: number, progress: (line: string) => void): MeasuredFigure[] {
  const figures = new Map<string, MeasuredFigure>();
  for (let round = 1; round <= rounds; round += 1) {
    progress(`process ${String(round)} of ${String(rounds)}`);
    for (const line of outputOf(program, ['--sample']).trimEnd().split('\n')) {
      for (const figure of figuresOf(JSON.parse(line) as FigureGroup)) {
        const samples = [...(figures.get(figure.name)?.samples ?? []), ...figure.samples];
        figures.set(figure.name, { ...figure, samples });
      }
    }
  }
  return [...figures.values()];
}

function figuresOf({ title, figures }: FigureGroup): readonly MeasuredFigure[] {
  return figures.flatMap(({ what, value, unit, better, best, ratio }) => {
    const of = (unitOf: string) => ({ name: `${title}: ${what}, ${unitOf}`, unit: unitOf });
    const measured: MeasuredFigure[] = [{ ...of(unit), better, isRatio: false, samples: [value] }];
    if (best !== undefined)
      measured.push({ ...of(`${unit} in the fastest round`), better, isRatio: false, samples: [best] });
    if (ratio !== undefined)
      measured.push({ ...of(ratio.to), better: ratio.better, isRatio: true, samples: [ratio.value] });
    return measured;
  });
}
