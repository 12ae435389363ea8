/** Open conflicts, as they are found in what stands in an item. */

import { itemOf, readablePath, type Contender } from './node.ts';
import type { StoreContender, StoreEscalation } from './outcome.ts';
import { isContested, valueAt, type TreeNode } from './tree.ts';

/** The contested nodes of the tree, each before those that are below it. */
export function contestsIn(tree: TreeNode): readonly TreeNode[] {
  return [...(isContested(tree) ? [tree] : []), ...[...tree.children].flatMap(contestsIn)];
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

/** What several have worked on belongs to whoever has last changed something in it and isn't a contender beside it. */
function contenderOf(node: TreeNode, contender: Contender): StoreContender {
  const rivals = new Set(node.standing.filter((other) => other !== contender).map(({ agent }) => agent));
  const author = authorsOf(node, contender).find(({ agent }) => !rivals.has(agent)) ?? contender;
  return { agent: author.agent, at: contender.at, tag: author.tag, value: valueAt(node, contender.node) };
}

/** The newest first. */
function authorsOf(node: TreeNode, contender: Contender): readonly Pick<Contender, 'agent' | 'tag'>[] {
  const { node: value } = contender;
  switch (value.kind) {
    case 'object':
    case 'records':
      return presentBelow(node).toSorted((one, other) => other.stamp - one.stamp);
    case 'list':
      return [contender, ...value.elements.toReversed()];
    case 'text':
      return [contender, ...value.parts.toReversed()];
    case 'absent':
    case 'counter':
    case 'scalar':
      return [contender];
  }
}

function presentBelow(node: TreeNode): readonly Contender[] {
  return [...node.children].flatMap((child) => [
    ...child.standing.filter(({ node: value }) => value.kind !== 'absent'),
    ...presentBelow(child),
  ]);
}
