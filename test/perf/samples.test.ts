import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sampleFigures } from '../../src/perf/samples.ts';

it('a figure has a sample from each process, and so have its fastest round and its ratio', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lostwrites-perf-'));
  const program = join(folder, 'one-process.mjs');
  const ratio = { value: 0.5, to: 'of the bare loop', better: 'more' };
  const group = {
    title: 'Loop',
    figures: [{ what: 'ours', value: 7, unit: 'events/s', better: 'more', best: 9, ratio }],
  };
  writeFileSync(program, `if (process.argv[2] === '--sample') console.log('${JSON.stringify(group)}');`);
  const told: string[] = [];
  const figures = sampleFigures(program, 2, (line) => told.push(line));
  rmSync(folder, { recursive: true });
  expect(figures).toEqual([
    { name: 'Loop: ours, events/s', unit: 'events/s', better: 'more', isRatio: false, samples: [7, 7] },
    {
      name: 'Loop: ours, events/s in the fastest round',
      unit: 'events/s in the fastest round',
      better: 'more',
      isRatio: false,
      samples: [9, 9],
    },
    {
      name: 'Loop: ours, of the bare loop',
      unit: 'of the bare loop',
      better: 'more',
      isRatio: true,
      samples: [0.5, 0.5],
    },
  ]);
  expect(told).toEqual(['process 1 of 2', 'process 2 of 2']);
});
