/** Three-way merges of what grows and shrinks part by part: lists as sets that keep their order, and texts that grow. */

import { canonicalJson, type Json } from '../contract/index.ts';
import type { Part } from './node.ts';

/** Equal elements are told apart by how many of them stand before. */
type Keyed<Value> = ReadonlyMap<string, Value>;

/**
 * What the list becomes when somebody who saw `base` wants `mine`, and it is `current` by now: what was added on either side
 * is there, what was removed on either side isn't. Where nobody else changed anything it is `mine`.
 */
export function mergeLists(
  base: readonly Json[],
  mine: readonly Json[],
  current: readonly Part[],
  part: (value: Json) => Part,
): readonly Part[] {
  const seen = keyed(base, same);
  const wanted = keyed(mine, same);
  const standing = keyed(current, ({ value }) => value);
  const order = keepsOrder(seen, wanted)
    ? weave(remaining(standing, seen, wanted), wanted, (key) => !seen.has(key))
    : weave(remaining(wanted, seen, standing), standing, (key) => !seen.has(key));
  return order.flatMap((key) => {
    const value = wanted.get(key);
    return standing.get(key) ?? (value === undefined ? [] : part(value));
  });
}

function same(value: Json): Json {
  return value;
}

function keyed<Value>(list: readonly Value[], valueOf: (element: Value) => Json): Keyed<Value> {
  const counts = new Map<string, number>();
  return new Map(
    list.map((element) => {
      const form = canonicalJson(valueOf(element));
      const nth = (counts.get(form) ?? 0) + 1;
      counts.set(form, nth);
      return [`${nth} ${form}`, element];
    }),
  );
}

/** Whether what both hold stands in the same order in both. */
function keepsOrder(seen: Keyed<Json>, wanted: Keyed<Json>): boolean {
  const kept = [...seen.keys()].filter((key) => wanted.has(key));
  const left = [...wanted.keys()].filter((key) => seen.has(key));
  return kept.every((key, index) => key === left[index]);
}

/** The keys of `one` without those that were seen and that the other one doesn't hold any more. */
function remaining(one: Keyed<unknown>, seen: Keyed<unknown>, other: Keyed<unknown>): string[] {
  return [...one.keys()].filter((key) => !seen.has(key) || other.has(key));
}

/** Puts what the other one has added behind the element behind which it stands there, and behind what it doesn't know. */
function weave(
  order: readonly string[],
  other: Keyed<unknown>,
  isAddition: (key: string) => boolean,
): readonly string[] {
  const present = new Set(order);
  const behind = new Map<string | null, string[]>();
  let before: string | null = null;
  for (const key of other.keys()) {
    if (present.has(key)) before = key;
    else if (isAddition(key)) behind.set(before, [...(behind.get(before) ?? []), key]);
  }
  const woven: string[] = [];
  let additions = behind.get(null) ?? [];
  for (const key of order) {
    if (other.has(key)) {
      woven.push(...additions);
      additions = behind.get(key) ?? [];
    }
    woven.push(key);
  }
  return [...woven, ...additions];
}

/**
 * What the text becomes when somebody who saw `base` wants `mine`. Null unless that adds at the end, and everybody else has
 * only added lines: anything else is a change of the whole. Lines of others may stand between those that were seen, because
 * what was put last was merged with them.
 */
export function mergeTexts(
  base: string,
  mine: string,
  current: readonly Part<string>[],
  part: (value: string) => Part<string>,
): readonly Part<string>[] | null {
  const whole = current.map(({ value }) => value).join('');
  if (!mine.startsWith(base) || !(whole.startsWith(base) || hasLines(whole, base))) return null;
  const added = mine.slice(base.length);
  if (added === '') return current;
  const isApart = whole === '' || whole === base || whole.endsWith('\n') || added.startsWith('\n');
  return [...current, part(isApart ? added : `\n${added}`)];
}

/** Whether all lines of the text are there, in its order. */
function hasLines(whole: string, text: string): boolean {
  const wanted = text.split('\n');
  let found = 0;
  for (const line of whole.split('\n')) if (line === wanted[found]) found += 1;
  return found === wanted.length;
}
