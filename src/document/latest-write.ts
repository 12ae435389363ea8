/** A ground truth for the judge where the values alone don't say which one is right. */

import type { Conflict, Write, WriteId } from '../contract/index.ts';

/** The contender that comes latest in its agent's script; of several, the one with the last id by code unit. */
export function latestWrite(conflict: Conflict): WriteId {
  const later = (left: Write, right: Write): boolean =>
    left.number === right.number ? left.id > right.id : left.number > right.number;
  return conflict.contenders.reduce((latest, write) => (later(write, latest) ? write : latest)).id;
}
