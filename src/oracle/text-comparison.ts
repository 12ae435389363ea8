/** Which characters of the reference a text contains, those that should have been deleted among them. In UTF-16 units. */

import type { TextRun } from '../document/text-history.ts';
import { alignTexts } from './text-alignment.ts';
import type { Passage } from './unexplained.ts';
import { Unexplained } from './unexplained.ts';

export interface TextComparison {
  /** By run: how many of its characters stand. */
  readonly present: readonly number[];
  /** Passages that the reference doesn't explain. */
  readonly extra: readonly string[];
}

export function compareTexts(runs: readonly TextRun[], content: string): TextComparison {
  const standing = runs.flatMap((run, index) => (run.deletedBy.length === 0 ? [{ run, index }] : []));
  const reference = standing.map(({ run }) => run.text).join('');
  const runAt = new Int32Array(reference.length);
  let at = 0;
  for (const { run, index } of standing) runAt.fill(index, at, (at += run.text.length));
  const places = alignTexts(reference, content);
  const matched = new Uint8Array(reference.length);
  for (const place of places) if (place >= 0) matched[place] = 1;
  for (const gap of passagesOf(matched)) slideToFewestRuns(gap, reference, runAt, matched);
  const passages = passagesOf(places.map((place) => (place < 0 ? 0 : 1)));
  const unexplained = new Unexplained(content, passages);
  const present = runs.map(() => 0);
  at = 0;
  for (const { run, index } of standing) {
    const ofRun = matched.subarray(at, (at += run.text.length));
    present[index] = countStanding(run.text, ofRun, unexplained);
  }
  const extra = passages.map((passage) => {
    const first = passage.start === 0 ? 0 : (runAt[places[passage.start - 1] as number] as number);
    const last = passage.end === content.length ? runs.length - 1 : (runAt[places[passage.end] as number] as number);
    return takeUndeleted(runs, first, last, unexplained.textOf(passage), present);
  });
  return { present, extra: extra.filter((text) => text !== '') };
}

/** How far a passage is moved along equal characters. */
const longestSlide = 256;

/**
 * What is missing from "an an an" may be any "an ": of the places that explain the text equally well, takes the one that
 * touches the fewest runs, so that nobody is charged for what somebody else has lost.
 */
function slideToFewestRuns({ start, end }: Passage, reference: string, runAt: Int32Array, matched: Uint8Array): void {
  const { left, right } = slides({ start, end }, reference, (at) => matched[at] === 1);
  if (left === 0 && right === 0) return;
  let best = 0;
  let fewest = boundariesIn(start, end, runAt);
  for (let shift = -left; shift <= right; shift += 1) {
    const boundaries = boundariesIn(start + shift, end + shift, runAt);
    if (boundaries < fewest) [best, fewest] = [shift, boundaries];
  }
  matched.fill(1, start, end);
  matched.fill(0, start + best, end + best);
}

function boundariesIn(start: number, end: number, runAt: Int32Array): number {
  let boundaries = 0;
  for (let at = start + 1; at < end; at += 1) if (runAt[at] !== runAt[at - 1]) boundaries += 1;
  return boundaries;
}

/** How many places a passage can be moved to either side without changing what is left when it is taken out. */
function slides(
  { start, end }: Passage,
  text: string,
  isFree: (at: number) => boolean,
): { readonly left: number; readonly right: number } {
  let left = 0;
  let right = 0;
  while (
    left < longestSlide &&
    start - left > 0 &&
    isFree(start - left - 1) &&
    text.charCodeAt(start - left - 1) === text.charCodeAt(end - left - 1)
  ) {
    left += 1;
  }
  while (
    right < longestSlide &&
    end + right < text.length &&
    isFree(end + right) &&
    text.charCodeAt(start + right) === text.charCodeAt(end + right)
  ) {
    right += 1;
  }
  return { left, right };
}

/** Characters in their place, and passages that stand elsewhere: of what was typed at one place at once, any order is right. */
function countStanding(text: string, matched: Uint8Array, unexplained: Unexplained): number {
  let standing = 0;
  for (let start = 0; start < text.length;) {
    let end = start + 1;
    while (end < text.length && matched[end] === matched[start]) end += 1;
    if (matched[start] === 1 || unexplained.take(text.slice(start, end))) standing += end - start;
    start = end;
  }
  return standing;
}

/** Counts what was deleted from between two runs and stands there nevertheless; returns what is left of the passage. */
function takeUndeleted(
  runs: readonly TextRun[],
  first: number,
  last: number,
  passage: string,
  present: number[],
): string {
  if (passage === '') return '';
  const deleted: { readonly index: number; readonly end: number }[] = [];
  let text = '';
  for (let index = first; index <= last; index += 1) {
    const run = runs[index] as TextRun;
    if (run.deletedBy.length === 0) continue;
    text += run.text;
    deleted.push({ index, end: text.length });
  }
  let rest = '';
  let next = 0;
  alignTexts(text, passage).forEach((place, index) => {
    if (place < 0) {
      rest += passage.charAt(index);
      return;
    }
    while ((deleted[next]?.end ?? Infinity) <= place) next += 1;
    const owner = deleted[next]?.index ?? first;
    present[owner] = (present[owner] ?? 0) + 1;
  });
  return rest;
}

/** Where the flags are 0. */
function passagesOf(flags: Uint8Array | Int32Array): readonly Passage[] {
  const passages: Passage[] = [];
  for (let start = flags.indexOf(0); start >= 0;) {
    let end = start + 1;
    while (end < flags.length && flags[end] === 0) end += 1;
    passages.push({ start, end });
    start = flags.indexOf(0, end);
  }
  return passages;
}
