/** Places of an item, as people read them: `tasks[id=7].owner`. */

import type { Json } from '../contract/index.ts';

/** Empty for the item itself. */
export function placeText(path: readonly Json[]): string {
  const segments = path.map((segment) => (typeof segment === 'string' ? `.${segment}` : `[${recordText(segment)}]`));
  return segments.join('').replace(/^\./, '');
}

/** An element of a list of objects is named by the member that tells them apart. */
function recordText(segment: Json): string {
  if (typeof segment !== 'object' || segment === null) return String(segment);
  return Object.entries(segment)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(',');
}
