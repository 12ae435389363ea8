/** All items of a store as they stand, in the order in which they came to be. */

import type { AgentId, FieldName, Json } from '../contract/index.ts';
import {
  fieldOf,
  isObject,
  itemOf,
  placeOf,
  readablePath,
  type Contender,
  type ItemId,
  type JsonObject,
} from './node.ts';
import type { Leaf, StoreItem } from './outcome.ts';
import { hasContest, isContested, shown, TreeNode } from './tree.ts';

interface HeldItem {
  readonly id: ItemId;
  readonly tree: TreeNode;
  /** What it shows; null when something has been written since that was asked for. */
  shown: { readonly value: JsonObject | undefined } | null;
}

export class Items {
  readonly #held = new Map<string, HeldItem>();

  /** The names of all items of which something is known, shown or not. */
  get names(): readonly string[] {
    return [...this.#held.keys()];
  }

  tree(name: string): TreeNode {
    return this.#held.get(name)?.tree ?? new TreeNode([]);
  }

  value(name: string): JsonObject | undefined {
    const held = this.#held.get(name);
    if (held === undefined) return undefined;
    held.shown ??= { value: objectOf(shown(held.tree)) };
    return held.shown.value;
  }

  item(name: string): StoreItem | null {
    const value = this.value(name);
    const held = this.#held.get(name);
    const newest = held?.tree.newest;
    if (value === undefined || held === undefined || newest === undefined) return null;
    return { ...held.id, value, createdAt: newest.since, updatedAt: newest.at, updatedBy: newest.agent };
  }

  /** What stands at a node from now on. An item that is there again after it was gone comes last. */
  set(field: FieldName, standing: readonly Contender[]): void {
    const { item: name, path } = placeOf(field);
    const held = this.#held.get(name) ?? this.#enter(name);
    const isBack =
      path.length === 0 && held.tree.newest?.node.kind === 'absent' && standing.at(-1)?.node.kind !== 'absent';
    held.tree.at(path).standing = standing;
    held.shown = null;
    if (!isBack) return;
    this.#held.delete(name);
    this.#held.set(name, held);
  }

  /** What stands at every node. Nodes where something was removed are left out, and forgotten, unless `keepsAbsent` says no. */
  fields(keepsAbsent: (name: string) => boolean): readonly (readonly [FieldName, readonly Contender[]])[] {
    const fields: (readonly [FieldName, readonly Contender[]])[] = [];
    for (const [name, { tree }] of this.#held) {
      if (!keepsAbsent(name)) prune(tree);
      if (tree.isBare) this.#held.delete(name);
      else collect(name, tree, fields);
    }
    return fields;
  }

  /** Whether everything in the item was put by this agent. */
  isWhollyBy(name: string, agent: AgentId): boolean {
    const held = this.#held.get(name);
    return held !== undefined && !hasContest(held.tree) && isBy(held.tree, agent);
  }

  /** Everything that stands in the item and isn't contested, place by place, with its authors. */
  leaves(name: string): readonly Leaf[] {
    const held = this.#held.get(name);
    return held === undefined ? [] : leavesOf(held.tree);
  }

  #enter(name: string): HeldItem {
    const held: HeldItem = { id: itemOf(name), tree: new TreeNode([]), shown: null };
    this.#held.set(name, held);
    return held;
  }
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function prune(node: TreeNode): void {
  for (const child of node.children) {
    prune(child);
    const last = child.path.at(-1);
    if (child.isBare && last !== undefined) node.drop(last);
  }
  if (node.newest?.node.kind === 'absent' && !isContested(node)) node.standing = [];
}

function collect(name: string, node: TreeNode, fields: (readonly [FieldName, readonly Contender[]])[]): void {
  if (node.standing.length > 0) fields.push([fieldOf(name, node.path), node.standing]);
  for (const child of node.children) collect(name, child, fields);
}

function isBy(node: TreeNode, agent: AgentId): boolean {
  for (const { agent: author, node: value } of node.standing) {
    if (author !== agent) return false;
    if (value.kind === 'counter' && value.isShared) return false;
    if (value.kind === 'list' && value.elements.some((part) => part.agent !== agent)) return false;
    if (value.kind === 'text' && value.parts.some((part) => part.agent !== agent)) return false;
  }
  for (const child of node.children) if (!isBy(child, agent)) return false;
  return true;
}

function leavesOf(node: TreeNode): readonly Leaf[] {
  const { newest } = node;
  if (newest === undefined || isContested(node)) return [];
  const path = readablePath(node.path);
  const { agent, tag } = newest;
  switch (newest.node.kind) {
    case 'absent':
      return [];
    case 'object':
    case 'records':
      return [...node.children].flatMap(leavesOf);
    case 'list':
      return [{ path, kind: 'list', elements: newest.node.elements }];
    case 'text':
      return [{ path, kind: 'text', parts: newest.node.parts }];
    case 'counter':
      return [{ path, kind: 'counter', value: newest.node.value }];
    case 'scalar':
      return [{ path, kind: 'scalar', value: newest.node.value, agent, tag }];
  }
}
