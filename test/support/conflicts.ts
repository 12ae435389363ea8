/** Conflicts on a scalar, as a judge is asked to settle them. */

import type { Conflict, FieldName, Json } from '../../src/contract/index.ts';

/** One contender of each value, by the agents a1, a2, ... in their third turns. */
export function conflictBetween(...values: readonly Json[]): Conflict {
  const contenders = values.map((value, index) => {
    const agent = `a${String(index + 1)}`;
    return { id: `${agent}.3.1`, agent, number: 129, attempt: 1, field: 'status', kind: 'scalar', value } as never;
  });
  return { field: 'status' as FieldName, meaning: 'how far it is', contenders };
}
