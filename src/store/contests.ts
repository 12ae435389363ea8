/** Open conflicts, as they are found in what stands in an item. */

import { itemOf, readablePath, type Contender } from './node.ts';
import type { StoreContender, StoreEscalation } from './outcome.ts';
import { isBranch, isContested, valueAt, type TreeNode } from './tree.ts';

/** The contested nodes, without those that are below one. */
export function topContests(tree: TreeNode): readonly TreeNode[] {
  return isContested(tree) ? [tree] : [...tree.children].flatMap(topContests);
}

export function allContests(tree: TreeNode): readonly TreeNode[] {
  return [...(isContested(tree) ? [tree] : []), ...[...tree.children].flatMap(allContests)];
}

/** The same from the put that began the conflict until it is settled. */
export function contestNumber(node: TreeNode): number {
  const numbers = node.standing.flatMap(({ contest }) => contest ?? []);
  return Math.max(...(numbers.length > 0 ? numbers : node.standing.map(({ stamp }) => stamp)));
}

export function contestId(node: TreeNode): string {
  return `conflict-${contestNumber(node)}`;
}

export function escalationOf(name: string, node: TreeNode): StoreEscalation {
  return { ...itemOf(name), id: contestId(node), path: readablePath(node.path), contenders: contendersOf(node) };
}

export function contendersOf(node: TreeNode): readonly StoreContender[] {
  return node.standing.map((contender) => contenderOf(node, contender));
}

/** A branch belongs to whoever has last changed something in it. */
function contenderOf(node: TreeNode, contender: Contender): StoreContender {
  const author = isBranch(contender.node) ? newestIn(node, contender) : contender;
  return { agent: author.agent, at: author.at, tag: author.tag, value: valueAt(node, contender.node) };
}

function newestIn(node: TreeNode, newest: Contender): Contender {
  let result = newest;
  for (const child of node.children) {
    const candidate = child.newest === undefined ? result : newestIn(child, child.newest);
    if (candidate.stamp > result.stamp && candidate.node.kind !== 'absent') result = candidate;
  }
  return result;
}
