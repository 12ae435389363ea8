/** What stands at a node by the word of the strategy: one value, or the contenders of its escalation. */

import type { AgentId, FieldName, Json, View } from '../contract/index.ts';
import type { Contender } from './node.ts';
import { isBranch } from './tree.ts';

/** A contender as it goes through the strategy. */
export interface Entered extends Contender {
  /** What its author knew to stand there: a strategy that sets a whole turn aside lists it beside its successor. */
  readonly over: readonly number[];
}

/** Field by field, what stands there, the oldest first. */
export function standingIn(
  view: View,
  fields: readonly FieldName[],
): readonly (readonly [FieldName, readonly Contender[]])[] {
  const values = new Map<FieldName, readonly Json[]>();
  for (const state of view.fields) if (state.kind === 'scalar') values.set(state.field, [state.value]);
  for (const { field, contenders } of view.escalations) {
    values.set(
      field,
      contenders.flatMap((write) => (write.kind === 'scalar' ? [write.value] : [])),
    );
  }
  return fields.map((field) => [field, standing((values.get(field) ?? []) as unknown as readonly Entered[])]);
}

function standing(entered: readonly Entered[]): readonly Contender[] {
  return entered
    .filter((one) => !entered.some((other) => replaces(other, one)))
    .toSorted((one, other) => one.stamp - other.stamp)
    .map(({ over: _, ...contender }) => contender);
}

/** Whoever puts again takes back what it has put before, unless there is something of others in it. */
function replaces(one: Entered, other: Entered): boolean {
  if (one.over.includes(other.stamp)) return true;
  return one.agent === other.agent && one.stamp > other.stamp && !other.isMerged && !isBranch(other.node);
}

/**
 * In whose name the strategy sees the write: an agent is taken to know what was written in its own name. What holds
 * something of others is nobody's own. Branches of one kind go together.
 */
export function speakerOf({ agent, node, isMerged }: Contender): AgentId {
  if (isBranch(node)) return `#${node.kind}` as AgentId;
  return (isMerged ? '#merged' : `@${agent}`) as AgentId;
}
