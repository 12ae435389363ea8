/** Whether two states are put together from the same objects: a quick way to know that they show the same. */

import type { DocumentState } from '../contract/index.ts';

/** By identity. States with different parts may still show the same. */
export function haveSameParts(one: DocumentState, other: DocumentState): boolean {
  return (
    areSame(one.fields, other.fields) &&
    areSame(one.escalations, other.escalations) &&
    areSame(one.resolutions, other.resolutions)
  );
}

/** The same objects in the same order. */
export function areSame<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
