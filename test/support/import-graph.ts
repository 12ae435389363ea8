/** Who imports whom, also for types only and also when it runs: what the text of a file names. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** All files and packages that these files reach, by their way there: `one -> other -> third`. */
export function reachedFrom(files: readonly string[]): ReadonlyMap<string, string> {
  const ways = new Map(files.map((file) => [file, file]));
  // A map goes on with what is added while it is walked.
  for (const [file, way] of ways) {
    if (!existsSync(resolve(root, file))) continue;
    for (const imported of importsOf(file)) if (!ways.has(imported)) ways.set(imported, `${way} -> ${imported}`);
  }
  return ways;
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(resolve(root, file), 'utf8'), true, true);
  return importedFiles.map(({ fileName }) =>
    fileName.startsWith('.') ? relative(root, resolve(root, dirname(file), fileName)) : fileName,
  );
}
