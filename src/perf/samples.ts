/**
 * Samples of all figures, each from a process of its own: what the engine compiles and where it puts things differs from process to
 * process, and that moves a figure more than anything within one.
 */

import { spawnSync } from 'node:child_process';
import type { MeasuredFigure } from '../contract/index.ts';
import type { FigureGroup } from './figure.ts';

/** `program` prints the groups of one process as JSON, a line each. */
export function sampleFigures(program: string, rounds: number, progress: (line: string) => void): MeasuredFigure[] {
  const figures = new Map<string, MeasuredFigure>();
  for (let round = 1; round <= rounds; round += 1) {
    progress(`process ${String(round)} of ${String(rounds)}`);
    const { status, stdout } = spawnSync(process.execPath, [program, '--sample'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`process ${String(round)} failed`);
    for (const line of stdout.trimEnd().split('\n')) {
      for (const figure of figuresOf(JSON.parse(line) as FigureGroup)) {
        const samples = [...(figures.get(figure.name)?.samples ?? []), ...figure.samples];
        figures.set(figure.name, { ...figure, samples });
      }
    }
  }
  return [...figures.values()];
}

function figuresOf({ title, figures }: FigureGroup): readonly MeasuredFigure[] {
  return figures.flatMap(({ what, value, unit, better, ratio }) => {
    const name = `${title}: ${what}, ${unit}`;
    const measured = { name, unit, better, isRatio: false, samples: [value] };
    if (ratio === undefined) return [measured];
    const { to } = ratio;
    return [
      measured,
      { name: `${title}: ${what}, ${to}`, unit: to, better: ratio.better, isRatio: true, samples: [ratio.value] },
    ];
  });
}
