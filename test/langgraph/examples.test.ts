/** The examples, compiled and run as a user runs them. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

function run(example: string): string {
  const file = join(root, 'dist/examples/langgraph', `${example}.js`);
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { cwd: root, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

describe('the reproduction', () => {
  it('names its versions, loses a write on the stock store, and none on ours', () => {
    const [head, stock, synced] = run('reproduction').split(/\n\nOn /) as [string, string, string];
    expect(head).toMatch(/^@langchain\/langgraph \d+\.\d+\.\d+, @langchain\/langgraph-checkpoint \d+\.\d+\.\d+, /);
    expect(stock).toMatch(/^InMemoryStore, without an error:\n {2}status {2}approved\n {2}tags {4}finance, reviewed\n/);
    expect(stock).not.toContain('needs-data\n');
    expect(synced).toContain('tags    finance, needs-data, reviewed\n');
    expect(synced).toContain('The figures of June are missing.\n          Reads well.\n');
    expect(synced).toContain('Escalated  status: researcher wants "blocked", reviewer wants "approved"\n');
    expect(synced).toContain('tags: "finance" (unnamed), "needs-data" (researcher), "reviewed" (reviewer)\n');
  });
});

describe('the demonstration', () => {
  it('merges what three agents do at once, escalates the date once, and lets a person decide', () => {
    const out = run('demo');
    expect(out.match(/! date needs a decision: planner 1 June, engineer 15 July/g)).toHaveLength(1);
    expect(out).toContain('budget  500\n  risks   demand, holidays, rival\n');
    expect(out).toContain('1 move the servers (engineer), 2 tell the press (marketer), 3 write the page (marketer)');
    expect(out).toContain('The date is 1 June now.\n');
    expect(out.trimEnd().split('\n').length).toBeLessThan(40);
  });
});
