/** Who brought what stands at one place of an item. */

import type { Json } from '../contract/index.ts';
import type { Leaf } from '../store/index.ts';
import { placeText } from './place.ts';

/** A list and a growing text have authors for each of their parts; a counter is the sum of many. */
export type Authorship = { readonly place: string; readonly path: readonly Json[] } & (
  | { readonly kind: 'value'; readonly value: Json; readonly agent: string }
  | { readonly kind: 'list' | 'text'; readonly parts: readonly { readonly value: Json; readonly agent: string }[] }
  | { readonly kind: 'counter'; readonly value: number }
);

export function authorshipOf(leaf: Leaf): Authorship {
  const at = { place: placeText(leaf.path), path: leaf.path };
  switch (leaf.kind) {
    case 'scalar':
      return { ...at, kind: 'value', value: leaf.value, agent: leaf.agent };
    case 'list':
      return { ...at, kind: 'list', parts: leaf.elements.map(({ value, agent }) => ({ value, agent })) };
    case 'text':
      return { ...at, kind: 'text', parts: leaf.parts.map(({ value, agent }) => ({ value, agent })) };
    case 'counter':
      return { ...at, kind: 'counter', value: leaf.value };
  }
}
