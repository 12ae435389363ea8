import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('shows in the example how two model loops share a plan', () => {
  const told = execFileSync(process.execPath, ['dist/examples/shared-state/tools.js'], { encoding: 'utf8' });
  expect(told).toContain('conflict at status: researcher wants "blocked", writer wants "ready"');
  const plan = JSON.parse(/after the planner has kept the first: (.*)/.exec(told)?.[1] ?? '') as unknown;
  expect(plan).toEqual({
    status: 'blocked',
    tasks: ['design', 'ask for data', 'write summary'],
    notes: 'Plan for the release.\nresearcher: two sources are missing.\nwriter: the summary has a title.\n',
  });
});
