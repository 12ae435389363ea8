/**
 * The characters of a text in their order, those that were deleted among them, as runs with one author each. The list is
 * cut into pages that know how many of their characters are visible, so that a position is found without walking over all.
 */

import type { AgentId, WriteId } from '../contract/index.ts';

/** One write as far as the text is concerned. */
export interface TextEntry {
  readonly id: WriteId;
  readonly agent: AgentId;
  readonly number: number;
  readonly attempt: number;
  /** Whether the version that the sequence currently shows contains this write. */
  shown: boolean;
  /** A later attempt has taken its place: its characters are visible to nobody, and what it deleted stands again. */
  replaced: boolean;
  /** How many characters it has inserted. */
  length: number;
  /** What it inserted, by rising start. */
  readonly inserted: TextSpan[];
  readonly deleted: TextSpan[];
}

/** The character that a write inserted as its n-th, counted from 0. */
export interface CharacterId {
  readonly entry: TextEntry;
  readonly offset: number;
}

export interface TextSpan {
  readonly entry: TextEntry;
  /** Offset of its first character among those that the write inserted. */
  readonly start: number;
  /** In code points. */
  length: number;
  text: string;
  readonly leftOrigin: CharacterId | null;
  readonly rightOrigin: CharacterId | null;
  readonly deletedBy: TextEntry[];
  /** How many of its characters the shown version contains: all or none. */
  visible: number;
  next: TextSpan | null;
  page: Page;
}

interface Page {
  order: number;
  spans: number;
  visible: number;
  first: TextSpan | null;
}

/** Between two characters; `left` is null at the start of the text. */
export type TextGap = TextSpan | null;

const spansPerPage = 48;

export class TextSpans {
  readonly #pages: Page[] = [{ order: 0, spans: 0, visible: 0, first: null }];

  get first(): TextSpan | null {
    return this.after(null);
  }

  after(gap: TextGap): TextSpan | null {
    return gap === null ? (this.#pages[0]?.first ?? null) : gap.next;
  }

  /** The gap behind that many visible characters, clamped to the end; a span that reaches beyond it is cut. */
  gapAt(position: number): TextGap {
    if (position <= 0) return null;
    let rest = position;
    let last: TextSpan | null = null;
    for (const page of this.#pages) {
      if (page.visible === 0) continue;
      if (rest > page.visible) {
        rest -= page.visible;
        last = page.first;
        continue;
      }
      for (let span = page.first; span !== null; span = span.next) {
        if (span.visible === 0) continue;
        if (rest < span.visible) this.#cut(span, rest);
        if (rest <= span.visible) return span;
        rest -= span.visible;
      }
    }
    return lastVisible(last);
  }

  /** The next visible span behind the gap, cut to at most `limit` characters. */
  visibleAfter(gap: TextGap, limit: number): TextSpan | null {
    let span = this.after(gap);
    while (span?.visible === 0) span = span.next;
    if (span !== null && span.visible > limit) this.#cut(span, limit);
    return span;
  }

  insert(
    gap: TextGap,
    entry: TextEntry,
    text: string,
    length: number,
    origins: Pick<TextSpan, 'leftOrigin' | 'rightOrigin'>,
  ): TextSpan {
    const page = gap === null ? (this.#pages[0] as Page) : gap.page;
    const span: TextSpan = {
      entry,
      start: entry.length,
      length,
      text,
      ...origins,
      deletedBy: [],
      visible: 0,
      next: null,
      page,
    };
    entry.length += length;
    insertByStart(entry.inserted, span);
    this.#link(gap, span);
    this.refresh(span);
    return span;
  }

  /** Lengthens a span by characters that its own write typed right behind it. */
  extend(span: TextSpan, text: string, length: number): void {
    span.text += text;
    span.length += length;
    span.entry.length += length;
    this.refresh(span);
  }

  /** Brings the counts up to date after the span's own entry or one of its deleters was shown or hidden. */
  refresh(span: TextSpan): void {
    const visible = span.entry.shown && !span.deletedBy.some((entry) => entry.shown) ? span.length : 0;
    span.page.visible += visible - span.visible;
    span.visible = visible;
  }

  /** Negative when `left` comes first; null stands for the end of the text. */
  compare(left: CharacterId | null, right: CharacterId | null): number {
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const [one, other] = [spanOf(left), spanOf(right)];
    if (one === other) return left.offset - right.offset;
    if (one.page !== other.page) return one.page.order - other.page.order;
    for (let span = one.next; span !== null && span.page === one.page; span = span.next) if (span === other) return -1;
    return 1;
  }

  #cut(span: TextSpan, length: number): void {
    const at = utf16Length(span.text, length);
    const rest: TextSpan = {
      entry: span.entry,
      start: span.start + length,
      length: span.length - length,
      text: span.text.slice(at),
      leftOrigin: { entry: span.entry, offset: span.start + length - 1 },
      rightOrigin: span.rightOrigin,
      deletedBy: span.deletedBy.slice(),
      visible: 0,
      next: null,
      page: span.page,
    };
    span.length = length;
    span.text = span.text.slice(0, at);
    for (const entry of rest.deletedBy) entry.deleted.push(rest);
    insertByStart(span.entry.inserted, rest);
    this.#link(span, rest);
    this.refresh(span);
    this.refresh(rest);
  }

  #link(gap: TextGap, span: TextSpan): void {
    const page = span.page;
    span.next = this.after(gap);
    if (gap === null) page.first = span;
    else gap.next = span;
    page.spans += 1;
    if (page.spans > spansPerPage) this.#split(page);
  }

  #split(page: Page): void {
    const kept = page.spans >> 1;
    let span = page.first;
    for (let index = 0; index < kept; index += 1) span = (span as TextSpan).next;
    const rest: Page = { order: 0, spans: page.spans - kept, visible: 0, first: span };
    for (let index = 0; index < rest.spans; index += 1) {
      const moved = span as TextSpan;
      moved.page = rest;
      rest.visible += moved.visible;
      span = moved.next;
    }
    page.spans = kept;
    page.visible -= rest.visible;
    this.#pages.splice(page.order + 1, 0, rest);
    for (let order = page.order + 1; order < this.#pages.length; order += 1) (this.#pages[order] as Page).order = order;
  }
}

/** How many UTF-16 units the first code points of a text take. */
function utf16Length(text: string, codePoints: number): number {
  let units = 0;
  for (let count = 0; count < codePoints; count += 1) units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  return units;
}

function spanOf(character: CharacterId): TextSpan {
  const spans = character.entry.inserted;
  return spans[firstStartingAfter(spans, character.offset) - 1] as TextSpan;
}

function insertByStart(spans: TextSpan[], span: TextSpan): void {
  if (span.start >= (spans.at(-1)?.start ?? 0)) spans.push(span);
  else spans.splice(firstStartingAfter(spans, span.start), 0, span);
}

function firstStartingAfter(spans: readonly TextSpan[], offset: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as TextSpan).start <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last visible span of the text, from the start of the last page that has one. */
function lastVisible(from: TextSpan | null): TextGap {
  let last: TextGap = null;
  for (let span = from; span !== null; span = span.next) if (span.visible > 0) last = span;
  return last;
}
