import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOutput } from '../../../src/cli/store/output-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-output-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);
const contentOf = (name: string): string => readFileSync(at(name), 'utf8');

describe('a result file', () => {
  it('is in its place only when it is whole', () => {
    const output = openOutput(at('out.json'));
    output.write('one ');
    expect(readdirSync(folder)).not.toContain('out.json');
    output.write('two');
    output.commit(false);
    expect(readdirSync(folder)).toEqual(['out.json']);
    expect(contentOf('out.json')).toBe('one two');
  });

  it('replaces an older one only then', () => {
    writeFileSync(at('out.json'), 'older');
    const output = openOutput(at('out.json'));
    output.write('x'.repeat(200_000));
    expect(contentOf('out.json')).toBe('older');
    output.commit(false);
    expect(contentOf('out.json')).toHaveLength(200_000);
  });

  it('leaves nothing behind when it is given up', () => {
    writeFileSync(at('out.json'), 'older');
    const output = openOutput(at('out.json'));
    output.write('x'.repeat(200_000));
    output.discard();
    expect(readdirSync(folder)).toEqual(['out.json']);
    expect(contentOf('out.json')).toBe('older');
  });

  it('never puts a partial one over another', () => {
    writeFileSync(at('out.json'), 'older');
    const output = openOutput(at('out.json'));
    output.write('part');
    expect(output.commit(true)).toBe(at('out.json.partial'));
    expect([contentOf('out.json'), contentOf('out.json.partial')]).toEqual(['older', 'part']);
  });

  it('goes where a link points to', () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/out.json'), 'older');
    symlinkSync(at('real/out.json'), at('link.json'));
    const output = openOutput(at('link.json'));
    output.write('new');
    output.commit(false);
    expect(contentOf('real/out.json')).toBe('new');
  });

  it.each([
    ['missing/out.json', 'there is no directory'],
    ['.', 'this is not a regular file'],
    ['file/out.json', 'is not a directory'],
  ])('cannot be %s', (name, problem) => {
    writeFileSync(at('file'), '');
    expect(() => openOutput(at(name))).toThrow(problem);
  });

  it('cannot be a device, nor have no name', () => {
    expect(() => openOutput('/dev/null')).toThrow('this is not a regular file');
    expect(() => openOutput('')).toThrow('needs a file name');
  });
});
