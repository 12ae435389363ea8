/**
 * What a put writes: the difference between what its agent had seen of the item and what it wants, merged by kind with what
 * stands there by now.
 *
 * A node whose present state the agent has seen, or whose change merges with what others did, is written knowing all that
 * stands there. Otherwise it is written unread: then the strategy decides what becomes of the two. A node that is contested
 * already is always written unread, so that nothing but a resolution settles a conflict.
 */

import type { AgentId, Json } from '../contract/index.ts';
import { shapeOf, type KindSchema, type Shape } from './kinds.ts';
import { mergeLists, mergeTexts } from './lists.ts';
import {
  isArray,
  isObject,
  memberSegment,
  recordSegment,
  sameJson,
  type JsonObject,
  type NodeValue,
  type Part,
  type Path,
  type RecordKey,
} from './node.ts';
import { hasContest, isBranch, isContested, leafValue, shown, type TreeNode } from './tree.ts';

export interface PlannedWrite {
  readonly path: Path;
  readonly node: NodeValue;
  /** Whether it is written knowing all that stands at the node. */
  readonly knows: boolean;
  /** Whether it holds what others have done and its author has not seen. */
  readonly isMerged: boolean;
  /** Whose it is, if it isn't of whoever writes it. */
  readonly author?: Author;
}

export interface Author {
  readonly agent: AgentId;
  readonly tag: Json;
}

/** `base` is the item as the agent has last seen or put it, undefined if that was never or it wasn't there; so is `mine`. */
export function planPut(
  item: TreeNode,
  base: JsonObject | undefined,
  mine: JsonObject | undefined,
  author: Author,
  schema: KindSchema,
): readonly PlannedWrite[] {
  const planner = new Planner(item, author, schema);
  if (mine === undefined) planner.remove([], base);
  else if (!isContested(item) || !sameJson(base, mine)) planner.putObject([], base, mine);
  return planner.writes;
}

/** Makes the node exactly this, whatever stands there: what settles a conflict. */
export function planSettlement(
  item: TreeNode,
  path: Path,
  value: Json | undefined,
  author: Author,
  schema: KindSchema,
): readonly PlannedWrite[] {
  const planner = new Planner(item, author, schema);
  planner.settle(path, value);
  return planner.writes;
}

/** Keeps what a contender has written to the node. A branch keeps all that is below it. */
export function planKeeping(
  item: TreeNode,
  path: Path,
  kept: NodeValue,
  author: Author,
  schema: KindSchema,
): readonly PlannedWrite[] {
  const planner = new Planner(item, author, schema);
  planner.keep(path, kept);
  return planner.writes;
}

class Planner {
  readonly #writes = new Map<string, PlannedWrite>();
  readonly #item: TreeNode;
  readonly #author: Author;
  readonly #schema: KindSchema;

  constructor(item: TreeNode, author: Author, schema: KindSchema) {
    this.#item = item;
    this.#author = author;
    this.#schema = schema;
  }

  get writes(): readonly PlannedWrite[] {
    return [...this.#writes.values()];
  }

  change(path: Path, base: Json | undefined, mine: Json | undefined): void {
    if (sameJson(base, mine)) return;
    if (mine === undefined) {
      this.remove(path, base);
      return;
    }
    const shape = shapeOf(mine, path, this.#schema);
    const now = this.#now(path);
    if (shape.kind === 'object' && isObject(mine)) this.putObject(path, base, mine);
    else if (now?.kind === 'records' && isArray(mine) && mine.length === 0) this.#putRecords(path, base, mine, now.by);
    else if (shape.kind === 'records' && isArray(mine)) this.#putRecords(path, base, mine, shape.by);
    else this.#putLeaf(path, base, mine, shape);
  }

  /** An object says anew in which order its members come whenever that changes; an item whenever it is put. */
  putObject(path: Path, base: Json | undefined, mine: JsonObject): void {
    const now = this.#now(path);
    if (now?.kind !== 'object') {
      this.#enterBranch(path, base, { kind: 'object', keys: Object.keys(mine) });
      for (const [key, member] of Object.entries(mine)) this.change([...path, memberSegment(key)], undefined, member);
      return;
    }
    const seen = isObject(base) ? base : {};
    for (const key of new Set([...Object.keys(mine), ...Object.keys(seen)])) {
      this.change([...path, memberSegment(key)], own(seen, key), own(mine, key));
    }
    const keys = [...new Set([...Object.keys(mine), ...now.keys.filter((key) => !Object.hasOwn(seen, key))])];
    if (path.length === 0 || !sameJson(keys, now.keys)) this.#write(path, { kind: 'object', keys }, true);
  }

  settle(path: Path, value: Json | undefined): void {
    const node = this.#node(path);
    if (node !== undefined) this.#clearBelow(node);
    if (value === undefined) this.#write(path, { kind: 'absent' }, true);
    else this.#writeAll(path, value);
  }

  keep(path: Path, kept: NodeValue): void {
    const node = this.#node(path);
    if (node !== undefined && !isBranch(kept)) this.#clearBelow(node);
    this.#writes.set(JSON.stringify(path), { path, node: kept, knows: true, isMerged: false, author: this.#author });
  }

  remove(path: Path, base: Json | undefined): void {
    const node = this.#node(path);
    if (node === undefined || this.#now(path)?.kind === 'absent') return;
    const knows = this.#hasSeen(path, base);
    if (knows) this.#clearBelow(node);
    this.#write(path, { kind: 'absent' }, knows);
  }

  #putLeaf(path: Path, base: Json | undefined, mine: Json, shape: Shape): void {
    if (this.#hasSeen(path, base)) {
      const node = this.#node(path);
      if (node !== undefined) this.#clearBelow(node);
      this.#write(path, this.#extended(path, base, mine, shape), true);
      return;
    }
    const merged = this.#merged(path, base, mine, shape);
    if (merged === null) this.#write(path, this.#leaf(mine, shape), false);
    else if (merged !== this.#now(path)) this.#write(path, merged, true, true);
  }

  /** The leaf when its agent has seen what stands there: parts that stay keep their authors. */
  #extended(path: Path, base: Json | undefined, mine: Json, shape: Shape): NodeValue {
    const now = this.#now(path);
    if (shape.kind === 'list' && isArray(mine) && now?.kind === 'list') {
      return { kind: 'list', elements: mergeLists(asList(base), mine, now.elements, this.#part) };
    }
    if (shape.kind === 'text' && typeof mine === 'string' && now?.kind === 'text') {
      const parts = mergeTexts(asText(base), mine, now.parts, this.#part);
      if (parts !== null) return { kind: 'text', parts };
    }
    return this.#leaf(mine, shape);
  }

  /** The leaf when others have changed it since; null where the two don't merge. */
  #merged(path: Path, base: Json | undefined, mine: Json, shape: Shape): NodeValue | null {
    const node = this.#node(path);
    const now = this.#now(path);
    if (node === undefined || now === null || now.kind === 'absent') return null;
    // Equal amounts are two amounts: a counter has nothing that is the same already.
    if (shape.kind === 'counter' && typeof mine === 'number') return addedTo(now, mine - asNumber(base));
    const isSame = (base === undefined || shape.kind === 'scalar') && !isBranch(now) && sameJson(leafValue(now), mine);
    if (isSame) return now;
    if (shape.kind === 'list' && isArray(mine)) return this.#mergedList(node, now, base, mine);
    if (shape.kind !== 'text' || typeof mine !== 'string') return null;
    const current = this.#partsOf(now, node);
    const parts = current === null ? null : mergeTexts(asText(base), mine, current, this.#part);
    return parts === null ? null : { kind: 'text', parts };
  }

  #mergedList(node: TreeNode, now: NodeValue, base: Json | undefined, mine: readonly Json[]): NodeValue | null {
    if (now.kind === 'list') {
      return { kind: 'list', elements: mergeLists(asList(base), mine, now.elements, this.#part) };
    }
    const records = shown(node);
    if (now.kind !== 'records' || !isArray(records) || hasContest(node)) return null;
    const author = node.newest ?? this.#author;
    const elements = records.map((value) => ({ value, agent: author.agent, tag: author.tag }));
    this.#clearBelow(node);
    return { kind: 'list', elements: mergeLists(asList(base), mine, elements, this.#part) };
  }

  /** A list of records is merged record by record; one that others have made a plain list stays one. */
  #putRecords(path: Path, base: Json | undefined, mine: readonly Json[], by: RecordKey): void {
    const now = this.#now(path);
    if (now?.kind === 'list' && !this.#hasSeen(path, base)) {
      this.#putLeaf(path, base, mine, { kind: 'list' });
      return;
    }
    const wanted = recordsOf(mine, by);
    const ids = [...wanted.values()].map((record) => idOf(record, by));
    if (now?.kind !== 'records' || now.by !== by) {
      this.#enterBranch(path, base, { kind: 'records', by, ids: ids.map(this.#part) });
      for (const [segment, record] of wanted) this.change([...path, segment], undefined, record);
      return;
    }
    const seen = recordsOf(asList(base), by);
    for (const segment of new Set([...wanted.keys(), ...seen.keys()])) {
      this.change([...path, segment], seen.get(segment), wanted.get(segment));
    }
    const seenIds = [...seen.values()].map((record) => idOf(record, by));
    const merged = mergeLists(seenIds, ids, now.ids, this.#part);
    if (!sameJson(merged.map(valueOf), now.ids.map(valueOf))) {
      this.#write(path, { kind: 'records', by, ids: merged }, true);
    }
  }

  #enterBranch(path: Path, base: Json | undefined, marker: NodeValue): void {
    const node = this.#node(path);
    const knows = this.#hasSeen(path, base);
    if (knows && node !== undefined) this.#clearBelow(node);
    this.#write(path, marker, knows);
  }

  #writeAll(path: Path, value: Json): void {
    const shape = shapeOf(value, path, this.#schema);
    if (shape.kind === 'object' && isObject(value)) {
      this.#write(path, { kind: 'object', keys: Object.keys(value) }, true);
      for (const [key, member] of Object.entries(value)) this.#writeAll([...path, memberSegment(key)], member);
    } else if (shape.kind === 'records' && isArray(value)) {
      const records = recordsOf(value, shape.by);
      const ids = [...records.values()].map((record) => this.#part(idOf(record, shape.by)));
      this.#write(path, { kind: 'records', by: shape.by, ids }, true);
      for (const [segment, record] of records) this.#writeAll([...path, segment], record);
    } else this.#write(path, this.#leaf(value, shape), true);
  }

  #clearBelow(node: TreeNode): void {
    for (const child of node.children) {
      if (this.#now(child.path)?.kind !== 'absent') this.#write(child.path, { kind: 'absent' }, true);
      this.#clearBelow(child);
    }
  }

  /** What stands at the node; null while that is contested. */
  #now(path: Path): NodeValue | null {
    const node = this.#node(path);
    if (node === undefined) return { kind: 'absent' };
    return isContested(node) ? null : (node.newest?.node ?? { kind: 'absent' });
  }

  /** Whether the node with all that is below it is as the agent has last seen it. */
  #hasSeen(path: Path, base: Json | undefined): boolean {
    const node = this.#node(path);
    return node === undefined ? base === undefined : !hasContest(node) && sameJson(shown(node), base);
  }

  #leaf(value: Json, shape: Shape): NodeValue {
    if (shape.kind === 'list' && isArray(value)) return { kind: 'list', elements: value.map(this.#part) };
    if (shape.kind === 'text' && typeof value === 'string') return { kind: 'text', parts: [this.#part(value)] };
    if (shape.kind === 'counter' && typeof value === 'number') return { kind: 'counter', value, isShared: false };
    return { kind: 'scalar', value };
  }

  /** A text as its parts, also where it was kept as one value so far. */
  #partsOf(now: NodeValue, { newest }: TreeNode): readonly Part<string>[] | null {
    if (now.kind === 'text') return now.parts;
    if (now.kind !== 'scalar' || typeof now.value !== 'string') return null;
    const { agent, tag } = newest ?? this.#author;
    return [{ value: now.value, agent, tag }];
  }

  readonly #part = <Value extends Json>(value: Value): Part<Value> => ({ value, ...this.#author });

  #node(path: Path): TreeNode | undefined {
    return this.#item.find(path);
  }

  #write(path: Path, node: NodeValue, knows: boolean, isMerged = false): void {
    this.#writes.set(JSON.stringify(path), { path, node, knows, isMerged });
  }
}

function addedTo(now: NodeValue, amount: number): NodeValue | null {
  if (now.kind !== 'counter' && now.kind !== 'scalar') return null;
  return typeof now.value === 'number' ? { kind: 'counter', value: now.value + amount, isShared: true } : null;
}

function recordsOf(list: readonly Json[], by: RecordKey): ReadonlyMap<string, JsonObject> {
  return new Map(list.filter(isObject).map((record) => [recordSegment(by, idOf(record, by)), record]));
}

function idOf(record: JsonObject, by: RecordKey): Json {
  return record[by] ?? null;
}

function valueOf({ value }: Part): Json {
  return value;
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function asList(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}

function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function asNumber(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}
