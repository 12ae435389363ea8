/** What stands at each node of an item, and what the item therefore shows. */

import type { Json } from '../contract/index.ts';
import {
  memberSegment,
  recordSegment,
  sameJson,
  type Contender,
  type NodeValue,
  type Path,
  type Segment,
} from './node.ts';

/** A node of an item: what stands there, the oldest first, and the nodes below it. */
export class TreeNode {
  readonly path: Path;
  standing: readonly Contender[] = [];
  readonly #children = new Map<Segment, TreeNode>();

  constructor(path: Path) {
    this.path = path;
  }

  get children(): IterableIterator<TreeNode> {
    return this.#children.values();
  }

  get newest(): Contender | undefined {
    return this.standing.at(-1);
  }

  child(segment: Segment): TreeNode | undefined {
    return this.#children.get(segment);
  }

  find(path: Path): TreeNode | undefined {
    return path.reduce<TreeNode | undefined>((node, segment) => node?.child(segment), this);
  }

  /** The node at this path, made if it isn't there. */
  at(path: Path): TreeNode {
    return path.reduce<TreeNode>((node, segment) => node.#enter(segment), this);
  }

  drop(segment: Segment): void {
    this.#children.delete(segment);
  }

  /** Whether nothing has ever been written here and below, as far as anybody must know. */
  get isBare(): boolean {
    return this.standing.length === 0 && this.#children.size === 0;
  }

  #enter(segment: Segment): TreeNode {
    const known = this.#children.get(segment);
    if (known !== undefined) return known;
    const node = new TreeNode([...this.path, segment]);
    this.#children.set(segment, node);
    return node;
  }
}

/** Whether what stands here can't stand side by side. */
export function isContested(node: TreeNode): boolean {
  const [first, ...others] = node.standing;
  return first !== undefined && others.some((other) => !goTogether(first.node, other.node));
}

export function hasContest(node: TreeNode): boolean {
  if (isContested(node)) return true;
  for (const child of node.children) if (hasContest(child)) return true;
  return false;
}

/** The value of the node with all that is below it, as the newest put wanted it; undefined where there is nothing. */
export function shown(node: TreeNode | undefined): Json | undefined {
  return node?.newest === undefined ? undefined : valueAt(node, node.newest.node);
}

/**
 * The value of the node if this is what stands there. A branch says in which order its nodes come; those that it doesn't
 * know, because somebody else brought them, come behind.
 */
export function valueAt(node: TreeNode, value: NodeValue): Json | undefined {
  switch (value.kind) {
    case 'absent':
      return undefined;
    case 'object': {
      const segments = inOrder(node, value.keys.map(memberSegment), '.');
      const members = segments.map((segment) => [segment.slice(1), shown(node.child(segment))] as const);
      return Object.fromEntries(members.filter((member): member is [string, Json] => member[1] !== undefined));
    }
    case 'records':
      return inOrder(
        node,
        value.ids.map((id) => recordSegment(value.by, id.value)),
        '#',
      ).flatMap((segment) => {
        const record = shown(node.child(segment));
        return record === undefined ? [] : [record];
      });
    case 'list':
    case 'text':
    case 'counter':
    case 'scalar':
      return leafValue(value);
  }
}

function inOrder(node: TreeNode, first: readonly Segment[], mark: '.' | '#'): readonly Segment[] {
  const others = [...node.children].flatMap(({ path }) => path.at(-1) ?? []).filter((last) => last.startsWith(mark));
  return [...new Set([...first, ...others.sort()])];
}

export function leafValue(value: Exclude<NodeValue, { kind: 'absent' | 'object' | 'records' }>): Json {
  switch (value.kind) {
    case 'list':
      return value.elements.map((element) => element.value);
    case 'text':
      return value.parts.map((part) => part.value).join('');
    case 'counter':
    case 'scalar':
      return value.value;
  }
}

/** What is below a branch stands in nodes of its own, where it is compared. */
function goTogether(one: NodeValue, other: NodeValue): boolean {
  if (one.kind === 'absent' || other.kind === 'absent' || isBranch(one) || isBranch(other)) {
    return one.kind === other.kind;
  }
  return sameJson(leafValue(one), leafValue(other));
}

export function isBranch(value: NodeValue): value is Extract<NodeValue, { kind: 'object' | 'records' }> {
  return value.kind === 'object' || value.kind === 'records';
}
