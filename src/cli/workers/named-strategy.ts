/** A strategy from its name with knobs. Apart from the rest of the catalogue: a replica's process needs nothing else. */

import type { MergeStrategy } from '../../contract/index.ts';
import { strategies } from '../../../strategies/index.ts';
import { configure, type Configured } from '../options/knob-values.ts';
import { parseSelector, type Selector } from '../options/selector.ts';
import { findNamed } from './find-named.ts';
import { withPackage } from './optional-package.ts';

export async function namedStrategy(text: string): Promise<Configured<MergeStrategy>> {
  const selector = parseSelector(text);
  return configure(await find(selector), selector);
}

async function find({ source, isModule }: Selector): Promise<MergeStrategy> {
  if (!isModule) return withPackage(findNamed('strategy', source, strategies));
  // What checks foreign modules takes as long to load as most strategies.
  const { importStrategy } = await import('./modules.ts');
  return importStrategy(source);
}
