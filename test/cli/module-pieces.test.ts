import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modulePieces } from '../../src/cli/module-pieces.ts';
import { ended, type Ended } from '../support/spawned.ts';
import { program } from '../support/program.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-modules-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function put(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function piecesOf(path: string): readonly string[] {
  return modulePieces(path).map((piece) => Buffer.from(piece).toString());
}

describe('a module is made of', () => {
  it('its own text, and all that it imports by a path, however that is written', () => {
    const path = put(
      'all/mine.mjs',
      `import { one } from './one.mjs';
       export * from '../all/two.mjs';
       const three = () => import("./three.mjs");
       import data from './data.json' with { type: 'json' };
       import four from '${new URL(`file://${folder}/all/four.cjs`).href}';`,
    );
    put('all/one.mjs', 'import "./deep/er.mjs"; export const one = 1;');
    put('all/deep/er.mjs', 'deeper');
    put('all/two.mjs', 'two');
    put('all/three.mjs', 'three');
    put('all/data.json', '["data"]');
    put('all/four.cjs', 'require("./five"); require("./six.json")');
    put('all/five.js', 'five');
    put('all/six.json', '6');
    put('all/seven.mjs', 'imported by nobody');
    const [own, ...others] = piecesOf(path);
    expect(own).toContain('const three');
    expect(others).toEqual([
      'import "./deep/er.mjs"; export const one = 1;',
      'deeper',
      'two',
      'three',
      '["data"]',
      'require("./five"); require("./six.json")',
      'five',
      '6',
    ]);
  });

  it('each file once, also where files import each other', () => {
    const path = put('circle/mine.mjs', 'import "./other.mjs"; import "./other.mjs";');
    put('circle/other.mjs', 'import "./mine.mjs";');
    expect(piecesOf(path)).toHaveLength(2);
  });

  it('packages, by name and version', () => {
    const path = put(
      'packages/deep/mine.mjs',
      'import "near/part.js"; import "@scope/far"; import "node:fs"; import "none";',
    );
    put('packages/deep/node_modules/near/package.json', '{"engines":{"version":"0"},"version":"1.2.3"}');
    put('packages/node_modules/near/package.json', '{"version":"0.0.1"}');
    put('packages/node_modules/@scope/far/package.json', '{"version":"4.5.6"}');
    expect(piecesOf(path).slice(1)).toEqual(['near@1.2.3', '@scope/far@4.5.6', 'node:fs', 'none']);
    const outer = put('packages/outer.mjs', 'import "near"; import "./deep/mine.mjs";');
    expect(piecesOf(outer)).toEqual(expect.arrayContaining(['near@0.0.1', 'near@1.2.3']));
  });

  it('what can be read of it, if it is wrong', () => {
    const path = put('wrong/mine.mjs', 'import "./gone.mjs"; import "./broken.mjs"; import "https://example.org/a.js"');
    put('wrong/broken.mjs', 'import { from "./five.mjs');
    expect(piecesOf(path)).toHaveLength(4);
  });
});

it('a run whose strategy imports something else by now is not gone on with', async () => {
  const lww = new URL('../../dist/strategies/lww.js', import.meta.url).href;
  put('run/package.json', '{"type":"module"}');
  put(
    'run/mine.js',
    `import { summary } from './wording.js'; import { lww } from '${lww}';
    export default { ...lww, name: 'mine', summary, knobs: undefined, configure: undefined };`,
  );
  put('run/wording.js', "export const summary = 'mine'; // one");
  const words = ['--strategy', './mine.js', '--workload', 'tally', '--faults', 'none', '--seeds', '2', '--quiet'];
  const run = (): Promise<Ended> =>
    ended(spawn(process.execPath, [program, ...words, '--resume', 'kept'], { cwd: join(folder, 'run') }));
  expect(await run()).toMatchObject({ code: 0, err: '' });
  expect(await run()).toMatchObject({ code: 0, err: 'notice: the run in kept is whole: nothing is run\n' });
  put('run/wording.js', "export const summary = 'mine'; // two");
  const { code, err } = await run();
  expect(err).toContain('the program, or a module that is named, has changed');
  expect(code).toBe(2);
});
