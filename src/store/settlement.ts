/** What settles a conflict: the writes that make it so, and the record of what was kept and what was discarded. */

import type { AgentId, Micros } from '../contract/index.ts';
import { contestsIn, contendersOf, contestId } from './contests.ts';
import { copyJson } from './input.ts';
import type { KindSchema } from './kinds.ts';
import { isObject, itemOf, readablePath } from './node.ts';
import type { Settlement, StoreContender, StoreResolution } from './outcome.ts';
import { planKeeping, planSettlement, type PlannedWrite } from './plan.ts';
import { isBranch, type TreeNode } from './tree.ts';

export interface Contest {
  readonly name: string;
  readonly tree: TreeNode;
  readonly node: TreeNode;
}

export interface Settler {
  readonly by: AgentId;
  readonly at: Micros;
  readonly kinds: KindSchema;
}

/** Throws a TypeError for a contender that isn't there, and for an item that would not be an object. */
export function settle(
  { name, tree, node }: Contest,
  settlement: Settlement,
  { by, at, kinds }: Settler,
): { readonly writes: readonly PlannedWrite[]; readonly resolution: StoreResolution } {
  const contenders = contendersOf(node);
  const place = { ...itemOf(name), id: contestId(node), path: readablePath(node.path), by, at };
  if ('keep' in settlement) {
    const kept = node.standing[settlement.keep];
    const keptAs = contenders[settlement.keep];
    if (kept === undefined || keptAs === undefined) {
      throw new TypeError(`there is no contender ${settlement.keep}: there are ${contenders.length}, counted from 0`);
    }
    const author = { agent: kept.agent, tag: kept.tag };
    const others = contenders.filter((_, index) => index !== settlement.keep);
    const discarded = isBranch(kept.node) ? others : [...others, ...contendersBelow(node)];
    return {
      writes: planKeeping(tree, node.path, kept.node, author, kinds),
      resolution: { ...place, kept: keptAs, value: keptAs.value, discarded },
    };
  }
  const value = 'value' in settlement ? copyJson(settlement.value, 'the value') : undefined;
  if (node.path.length === 0 && value !== undefined && !isObject(value)) {
    throw new TypeError('the conflict is about the whole item: expected an object');
  }
  const discarded = [...contenders, ...contendersBelow(node)];
  return {
    writes: planSettlement(tree, node.path, value, { agent: by, tag: null }, kinds),
    resolution: { ...place, kept: null, value, discarded },
  };
}

/** What contends further down, and is put aside together with the branch. */
function contendersBelow(node: TreeNode): readonly StoreContender[] {
  return [...node.children].flatMap(contestsIn).flatMap(contendersOf);
}
