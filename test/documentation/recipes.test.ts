/** Runs what CONTRIBUTING.md says: its recipes are saved as files and run as a contributor would. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';

const root = join(import.meta.dirname, '../..');
const results = join(root, 'results');

/** The code block behind `<!-- recipe: name -->`. */
function recipe(name: string): string {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const block = new RegExp(`<!-- recipe: ${name} -->\\s+\`\`\`js\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
  if (block === undefined) throw new Error(`CONTRIBUTING.md has no recipe ${name}`);
  return block;
}

/** The commands behind `npm run bench --` that name a file of the recipes. */
function commandsWith(file: string): readonly string[] {
  const texts = ['CONTRIBUTING.md', 'README.md'].map((name) => readFileSync(join(root, name), 'utf8'));
  return texts
    .flatMap((text) => [...text.matchAll(/npm run bench -- ([^`\n]*)/g)].map((match) => match[1] ?? ''))
    .filter((line) => line.includes(file));
}

describe('the recipes of CONTRIBUTING.md', () => {
  let folder = '';

  beforeAll(() => {
    mkdirSync(results, { recursive: true });
    folder = mkdtempSync(join(results, 'recipes-'));
    for (const name of ['mine.js', 'poll.js']) writeFileSync(join(folder, name), recipe(name));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const bench = (line: string): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [program, ...line.split(' '), '--seeds', '4', '--quiet'], {
      cwd: folder,
      encoding: 'utf8',
    });

  it('are all named in a command', () => {
    expect(commandsWith('./mine.js').length).toBeGreaterThan(1);
    expect(commandsWith('./poll.js').length).toBeGreaterThan(1);
  });

  it('run as they are written, and keep their promises', () => {
    const lines = new Set([...commandsWith('./mine.js'), ...commandsWith('./poll.js')]);
    for (const line of lines) {
      const { status, stdout, stderr } = bench(line);
      expect(`${String(stderr)}${status === 0 ? '' : String(stdout)}`).toBe('');
      expect(String(stdout)).toContain('Every promise was kept');
    }
  });
});
