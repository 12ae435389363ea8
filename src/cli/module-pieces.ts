/** What a module from outside the package is made of, as far as the texts of its files say. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { initSync, parse } from 'es-module-lexer';

/**
 * The bytes of the file and of all that it imports by a path, in the order in which they are named, and name and version of
 * each package. A path that is worked out while the module runs can't be seen.
 */
export function modulePieces(path: string): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const seen = new Set<string>();
  const add = (key: string, piece: Uint8Array): boolean => {
    if (seen.has(key)) return false;
    seen.add(key);
    pieces.push(piece);
    return true;
  };
  const visit = (file: string): void => {
    const content = readFileSync(file);
    if (!add(file, content)) return;
    for (const specifier of specifiersIn(file, content.toString())) {
      const named = /^(\.{0,2}\/|file:)/.test(specifier) ? fileAt(specifier, file) : null;
      if (named === null) {
        const wanted = packageAt(specifier, file);
        add(wanted, Buffer.from(wanted));
      } else visit(named);
    }
  };
  visit(path);
  return pieces;
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
  const url = URL.canParse(specifier, pathToFileURL(from).href) ? new URL(specifier, pathToFileURL(from)) : null;
  if (url?.protocol !== 'file:') return null;
  const path = fileURLToPath(url);
  if (existsSync(path) && statSync(path).isFile()) return path;
  try {
    // `require` needs no extension.
    return createRequire(from).resolve(path);
  } catch {
    return null;
  }
}

/** The package that the specifier names, with the version that is installed for the file. */
function packageAt(specifier: string, from: string): string {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  if (isBuiltin(specifier)) return name;
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const facts = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(facts)) return `${name}@${versionIn(readFileSync(facts, 'utf8'))}`;
    if (folder === dirname(folder)) return name;
  }
}

function versionIn(facts: string): string {
  const { version = '' } = JSON.parse(facts) as { readonly version?: string };
  return version;
}
