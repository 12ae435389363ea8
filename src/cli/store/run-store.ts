/** Opens the directory that a run is kept in. */

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunFacts } from '../../contract/index.ts';
import { codeHash } from '../package-facts.ts';
import { RunDirectory } from './run-directory.ts';
import { parseSelector } from '../options/selector.ts';
import type { StoreChoice } from '../options/store-options.ts';
import type { Selection } from '../workers/tasks.ts';

/** `whole`: there is nothing left to run. */
export async function openStore(
  choice: StoreChoice,
  facts: RunFacts,
  { strategies, workloads }: Pick<Selection, 'strategies' | 'workloads'>,
): Promise<RunDirectory | 'whole'> {
  const modules = [...(strategies ?? []), ...(workloads ?? [])].flatMap(moduleFile);
  return (await RunDirectory.open(choice, facts, codeHash(await piecesOf(modules)))) ?? 'whole';
}

/** Most runs name no module, and needn't load what reads them. */
async function piecesOf(modules: readonly string[]): Promise<readonly Uint8Array[]> {
  if (modules.length === 0) return [];
  const { modulePieces } = await import('../module-pieces.ts');
  return modules.flatMap(modulePieces);
}

function moduleFile(text: string): readonly string[] {
  const { source, isModule } = parseSelector(text);
  if (!isModule) return [];
  return [source.startsWith('file:') ? fileURLToPath(source) : resolve(source)];
}
