/** Packages that strategies stand for and that need not be installed. */

import { createRequire } from 'node:module';
import type { MergeStrategy } from '../../contract/index.ts';
import { InputError, messageOf } from '../input-error.ts';

const require = createRequire(import.meta.url);

/** Why the strategy can't be run here; null if it can. */
export function unavailable({ needs }: MergeStrategy): string | null {
  if (needs === undefined || isInstalled(needs.name)) return null;
  return `the package ${needs.name} is not installed: npm install ${needs.name}`;
}

/** The strategy with the package that it stands for. Throws {@link InputError} if that isn't there or can't be loaded. */
export async function withPackage(strategy: MergeStrategy): Promise<MergeStrategy> {
  const { name, needs } = strategy;
  if (needs === undefined) return strategy;
  const reason = unavailable(strategy);
  if (reason !== null) throw new InputError(`strategy ${name} is unavailable: ${reason}`);
  try {
    return needs.with(await import(needs.name));
  } catch (error) {
    throw new InputError(`strategy ${name} is unavailable: ${needs.name} can't be loaded: ${messageOf(error)}`);
  }
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch (error) {
    // It may be there and have nothing for CommonJS.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND';
  }
}
