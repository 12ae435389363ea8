/** Which lostwrites this is. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The directory of our package.json: above this file, compiled or not. */
function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) throw new Error('lostwrites has lost its package.json');
    folder = dirname(folder);
  }
  return folder;
}

/** What the build has made; there is no such folder before. */
export function builtFolder(): string {
  return join(packageRoot(), 'dist');
}

export function packageVersion(): string {
  const facts = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { readonly version: string };
  return facts.version;
}

/** All that decides what a trial comes to: the program, the versions of its libraries, and what the modules are made of. */
export function codeHash(modules: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(readFileSync(join(packageRoot(), 'package.json')));
  const program = join(builtFolder(), 'program');
  for (const file of readdirSync(program).sort()) hash.update(file).update(readFileSync(join(program, file)));
  for (const piece of modules) hash.update(`${String(piece.length)} `).update(piece);
  return hash.digest('hex').slice(0, 12);
}

/** The commit that is checked out, its first 12 digits; null outside a clone. */
export function checkedOutCommit(): string | null {
  const git = join(packageRoot(), '.git');
  const head = contentOf(join(git, 'HEAD'));
  const reference = /^ref: (.+)$/.exec(head ?? '')?.[1];
  const commit = reference === undefined ? head : (contentOf(join(git, reference)) ?? packed(git, reference));
  return commit !== null && /^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 12) : null;
}

function packed(git: string, reference: string): string | null {
  const lines = contentOf(join(git, 'packed-refs'))?.split('\n') ?? [];
  return lines.find((line) => line.endsWith(` ${reference}`))?.split(' ')[0] ?? null;
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
