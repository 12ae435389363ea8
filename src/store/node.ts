/**
 * An item as a tree: objects and lists of records are branches, everything else is a leaf. Each node is a field of its own in
 * the document of the strategy, so that writes to different places never meet.
 */

import { canonicalJson, type AgentId, type FieldName, type Json, type Micros } from '../contract/index.ts';

export type JsonObject = Readonly<Record<string, Json>>;

/** A part of a list or a text, and whose put brought it. */
export interface Part<Value extends Json = Json> {
  readonly value: Value;
  readonly agent: AgentId;
  readonly tag: Json;
}

/** - `absent`: was there and is no more
 * - `object`, `records`: what they hold stands in nodes of its own; they say in which order
 * - `list`: elements that belong to somebody each
 * - `text`: grows at its end, part by part
 * - `counter`: shared when amounts are in it that its last author had not seen
 */
export type NodeValue =
  | { readonly kind: 'absent' }
  | { readonly kind: 'object'; readonly keys: readonly string[] }
  | { readonly kind: 'records'; readonly by: RecordKey; readonly ids: readonly Part[] }
  | { readonly kind: 'list'; readonly elements: readonly Part[] }
  | { readonly kind: 'text'; readonly parts: readonly Part<string>[] }
  | { readonly kind: 'counter'; readonly value: number; readonly isShared: boolean }
  | { readonly kind: 'scalar'; readonly value: Json };

/** What a put has written to a node. */
export interface Contender {
  /** Rises from write to write over the whole store. */
  readonly stamp: number;
  readonly agent: AgentId;
  readonly at: Micros;
  /** When the node came to hold something: what was written knowing what stood there goes on from it. */
  readonly since: Micros;
  /** What the put carried; null if it carried nothing. */
  readonly tag: Json;
  /** The conflict that it joined or began when it was written; null if it was written knowing all that stood there. */
  readonly contest: number | null;
  /** Whether it holds what others have put and its agent has not seen. */
  readonly isMerged: boolean;
  readonly node: NodeValue;
}

/** The names by which the elements of a list are told apart, the first that all of them have. */
const recordKeys = ['id', 'key', 'name'] as const;
export type RecordKey = (typeof recordKeys)[number];

/** `.name` for the member of an object, `#{"id":7}` for an element of a list of records. */
export type Segment = string;
export type Path = readonly Segment[];

export function memberSegment(key: string): Segment {
  return `.${key}`;
}

export function recordSegment(by: RecordKey, id: Json): Segment {
  return `#${canonicalJson({ [by]: id })}`;
}

/** The path as callers see it: names of members, and `{id: 7}` for elements of a list of records. */
export function readablePath(path: Path): readonly Json[] {
  return path.map((segment) => (segment.startsWith('.') ? segment.slice(1) : (JSON.parse(segment.slice(1)) as Json)));
}

export interface ItemId {
  readonly namespace: readonly string[];
  readonly key: string;
}

export function itemName({ namespace, key }: ItemId): string {
  return JSON.stringify([namespace, key]);
}

export function itemOf(name: string): ItemId {
  const [namespace, key] = JSON.parse(name) as [string[], string];
  return { namespace, key };
}

export function fieldOf(item: string, path: Path): FieldName {
  return JSON.stringify([item, ...path]) as FieldName;
}

export function placeOf(field: FieldName): { readonly item: string; readonly path: Path } {
  const [item, ...path] = JSON.parse(field) as [string, ...string[]];
  return { item, path };
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The name by which the elements of this list are told apart; null if they are plain elements. */
export function recordKeyOf(list: readonly Json[]): RecordKey | null {
  if (list.length === 0 || !list.every(isObject)) return null;
  return recordKeys.find((key) => hasDistinct(list, key)) ?? null;
}

function hasDistinct(list: readonly JsonObject[], key: RecordKey): boolean {
  const ids = list.map((element) => element[key]);
  if (!ids.every((id) => typeof id === 'string' || typeof id === 'number')) return false;
  return new Set(ids).size === ids.length;
}

/** Undefined stands for nothing at all. Members that are undefined don't exist. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isArray(left)) {
    return (
      isArray(right) && left.length === right.length && left.every((value, index) => sameJson(value, right[index]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]));
}
