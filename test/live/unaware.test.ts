import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import { reachedFrom } from '../support/import-graph.ts';

/** All that a trial is made of: what is simulated must not be able to tell. */
const trial = [
  ...readdirSync('strategies').map((file) => `strategies/${file}`),
  ...readdirSync('workloads').map((file) => `workloads/${file}`),
  'src/experiment/trial.ts',
  'src/simulator/index.ts',
  'src/replication/index.ts',
  'src/store/index.ts',
];

const isLive = (path: string): boolean => /^src\/(live|conductor|shared-state|langgraph|cli)\//.test(path);
const isNode = (path: string): boolean => path.startsWith('node:') || builtinModules.includes(path);

/** The ways to what must not be reached. */
const forbidden = (files: readonly string[]): string[] =>
  [...reachedFrom(files)].filter(([path]) => isLive(path) || isNode(path)).map(([, way]) => way);

describe('what runs in a trial', () => {
  it('reaches nothing that is live, and nothing of Node', () => {
    expect(reachedFrom(trial).size).toBeGreaterThan(150);
    expect(forbidden(trial)).toEqual([]);
  });

  it('would be found out', () => {
    const planted = 'test/live/planted/knows-what-is-live.ts';
    const between = 'test/live/planted/time-of-this-machine.ts';
    expect(forbidden([planted])).toContain(`${planted} -> ${between} -> src/live/index.ts`);
    expect(forbidden([planted]).some((way) => way.endsWith('-> node:fs'))).toBe(true);
  });
});
