/** Who brought what stands at one place of an item. */

import type { Json } from '../contract/index.ts';
import type { Leaf } from '../store/index.ts';

/** A list and a growing text have authors for each of their parts; a counter is the sum of many. */
export type Authorship = { readonly path: readonly Json[] } & (
  | { readonly kind: 'value'; readonly value: Json; readonly agent: string }
  | { readonly kind: 'list' | 'text'; readonly parts: readonly { readonly value: Json; readonly agent: string }[] }
  | { readonly kind: 'counter'; readonly value: number }
);

export function authorshipOf(leaf: Leaf): Authorship {
  const { path } = leaf;
  switch (leaf.kind) {
    case 'scalar':
      return { path, kind: 'value', value: leaf.value, agent: leaf.agent };
    case 'list':
      return { path, kind: 'list', parts: leaf.elements.map(({ value, agent }) => ({ value, agent })) };
    case 'text':
      return { path, kind: 'text', parts: leaf.parts.map(({ value, agent }) => ({ value, agent })) };
    case 'counter':
      return { path, kind: 'counter', value: leaf.value };
  }
}
