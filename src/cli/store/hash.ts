/** The hash that names a configuration. */

import { createHash } from 'node:crypto';
import { canonicalJson, type Json, type RunFacts } from '../../contract/index.ts';

export function hashOf(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 12);
}

/** Over all that decides what the trials come to, but the code. */
export function configurationOf({ suite, inputs, trace }: Pick<RunFacts, 'suite' | 'inputs' | 'trace'>): string {
  return hashOf({ suite, inputs, sha256: trace?.sha256 ?? null } as unknown as Json);
}
