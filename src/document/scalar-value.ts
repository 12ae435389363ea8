/** What stands in a scalar, for scripts that decide by what they see and for laws of the final state. */

import type { FieldName, FieldState, Json } from '../contract/index.ts';

/** Undefined when the field was never set, or when its only values are contested. */
export function scalarIn(fields: readonly FieldState[], name: FieldName): Json | undefined {
  const state = fields.find((candidate) => candidate.field === name);
  return state?.kind === 'scalar' ? state.value : undefined;
}
