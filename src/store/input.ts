/** What callers hand in, checked and copied: nobody can change afterwards what the store holds. */

import type { Json } from '../contract/index.ts';
import type { ItemId, JsonObject } from './node.ts';

/** Throws a TypeError for anything but an object of plain JSON. Members that are undefined are left out. */
export function copyItem(value: unknown, item: ItemId): JsonObject {
  const where = `the value of ${JSON.stringify(item.key)} in ${JSON.stringify(item.namespace)}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${where} is ${nameOf(value)}: expected an object`);
  }
  return copyJson(value, where) as JsonObject;
}

/** Throws a TypeError for what JSON can't hold: a function, a date, NaN, a circle, ... */
export function copyJson(value: unknown, where: string, around: readonly unknown[] = []): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object' || around.includes(value)) {
    throw new TypeError(`${where} is ${around.includes(value) ? 'part of itself' : nameOf(value)}: expected JSON`);
  }
  const within = [...around, value];
  if (Array.isArray(value)) return value.map((element, index) => copyJson(element, `${where}[${index}]`, within));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${where} is an instance of a class: expected JSON`);
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, copyJson(member, `${where}.${key}`, within)]));
}

/** Throws a TypeError unless these name an item. */
export function checkItem({ namespace, key }: { readonly namespace: unknown; readonly key: unknown }): ItemId {
  if (!Array.isArray(namespace) || !namespace.every((part): part is string => typeof part === 'string')) {
    throw new TypeError(`the namespace is ${JSON.stringify(namespace)}: expected a list of strings`);
  }
  if (typeof key !== 'string') throw new TypeError(`the key is ${JSON.stringify(key)}: expected a string`);
  return { namespace, key };
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return String(value);
  return value === null || value === undefined ? String(value) : `a ${typeof value}`;
}
