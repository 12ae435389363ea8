/** What a module from outside the package is made of, as far as the texts of its files say. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { initSync, parse } from 'es-module-lexer';

/**
 * The bytes of the file and of all that it imports by a path, in the order in which they are named, and name and version of
 * each package. A path that is worked out while the module runs can't be seen.
 */
export function modulePieces(path: string): readonly Uint8Array[] {
  const pieces = new Map<string, Uint8Array>();
  const visit = (file: string): void => {
    if (pieces.has(file)) return;
    const content = readFileSync(file);
    pieces.set(file, content);
    for (const specifier of specifiersIn(file, content.toString())) {
      const named = /^(\.{0,2}\/|file:)/.test(specifier) ? fileAt(specifier, file) : null;
      if (named === null) {
        const wanted = packageAt(specifier, file);
        pieces.set(wanted, Buffer.from(wanted));
      } else visit(named);
    }
  };
  visit(path);
  return [...pieces.values()];
}

/** Too many do no harm: a file more is watched. */
function specifiersIn(file: string, text: string): readonly string[] {
  if (!/^\.[cm]?js$/.test(extname(file))) return [];
  return [...imported(text), ...required(text)];
}

function imported(text: string): readonly string[] {
  try {
    initSync();
    const [imports] = parse(text);
    return imports.flatMap(({ n: specifier }) => specifier ?? []);
  } catch {
    // Whoever loads it says what is wrong.
    return [];
  }
}

function required(text: string): readonly string[] {
  return [...text.matchAll(/\brequire\(\s*(['"])([^'"]+)\1\s*\)/g)].map(([, , specifier]) => specifier ?? '');
}

/** Null if there is no such file. */
function fileAt(specifier: string, from: string): string | null {
  try {
    // `require` needs no extension.
    return createRequire(from).resolve(fileURLToPath(new URL(specifier, pathToFileURL(from))));
  } catch {
    return null;
  }
}

/** The package that the specifier names, with the version that is installed for the file. */
function packageAt(specifier: string, from: string): string {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const folders = createRequire(from).resolve.paths(name) ?? [];
  const facts = folders.map((folder) => join(folder, name, 'package.json')).find((file) => existsSync(file));
  return facts === undefined ? name : `${name}@${versionIn(readFileSync(facts, 'utf8'))}`;
}

function versionIn(facts: string): string {
  const { version = '' } = JSON.parse(facts) as { readonly version?: string };
  return version;
}
