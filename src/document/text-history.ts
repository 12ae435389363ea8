/**
 * A text that many agents edit at once: each write's edits apply to the version that its author saw, and all replicas that
 * hold the same writes read the same text. Positions are looked up by showing exactly the writes of the basis (after the
 * idea of Gentle and Kleppmann, "Collaborative Text Editing with Eg-walker", 2025); concurrent insertions at one place are
 * ordered as in YATA (Nicolaescu et al., 2016), where nothing else is said by the name of the agent.
 *
 * A write must come after the writes of its basis. What a replaced attempt inserted stays as an anchor for others, so the
 * order of characters that were typed beside it may depend on whether a replica has seen it.
 */

import type { VersionVector, Write, WriteId } from '../contract/index.ts';
import type { CharacterId, TextEntry, TextGap, TextSpan } from './text-spans.ts';
import { TextSpans } from './text-spans.ts';

export type TextWrite = Write & { readonly kind: 'text' };

/** Consecutive characters with the same history. */
export interface TextRun {
  readonly text: string;
  readonly author: WriteId;
  /** The writes that deleted it; empty while it stands. */
  readonly deletedBy: readonly WriteId[];
}

/** A write whose insertion stands at one place with that of another that it didn't know. */
export type TiedWrite = Pick<TextEntry, 'id' | 'agent' | 'number'>;

/** Whether `one` comes before `other` in the text. Must be the same for all replicas. */
export type TieRule = (one: TiedWrite, other: TiedWrite) => boolean;

export class TextHistory {
  readonly #precedes: TieRule;
  readonly #spans = new TextSpans();
  readonly #entries = new Map<WriteId, TextEntry>();
  /** By agent, in the order of their numbers. */
  readonly #byAgent = new Map<string, TextEntry[]>();
  /** The version that the spans show: by agent, the highest number. */
  readonly #shown = new Map<string, number>();
  #content: string | null = '';

  constructor(precedes: TieRule = byAgent) {
    this.#precedes = precedes;
  }

  /**
   * Applies the edits to the version of the write's basis; positions are clamped. A higher attempt replaces the effect of an
   * earlier one, a lower or equal one changes nothing. Returns whether anything was applied.
   */
  apply(write: TextWrite): boolean {
    const earlier = this.#entries.get(write.id);
    if (earlier !== undefined && earlier.attempt >= write.attempt) return false;
    if (earlier !== undefined) this.#replace(earlier);
    this.#show(write.value.basis);
    const entry: TextEntry = {
      id: write.id,
      agent: write.agent,
      number: write.number,
      attempt: write.attempt,
      shown: true,
      replaced: false,
      length: 0,
      inserted: [],
      deleted: [],
    };
    for (const edit of write.value.edits) {
      const gap = this.#spans.gapAt(edit.position);
      this.#delete(entry, gap, edit.deleted);
      if (edit.inserted !== '') this.#insert(entry, gap, edit.inserted);
    }
    this.#register(write.id, entry);
    this.#content = null;
    return true;
  }

  content(): string {
    this.#content ??= this.#standing();
    return this.#content;
  }

  /** The highest number of each agent that was applied. */
  version(): VersionVector {
    const version: Record<string, number> = {};
    for (const agent of [...this.#byAgent.keys()].sort()) {
      const last = this.#byAgent.get(agent)?.at(-1);
      if (last !== undefined) version[agent] = last.number;
    }
    return version;
  }

  /** How many of the characters that the write inserted still stand. */
  standingCharacters(write: WriteId): number {
    let count = 0;
    for (const span of this.#entries.get(write)?.inserted ?? []) if (stands(span)) count += span.length;
    return count;
  }

  /** Everything that was ever inserted, in the order of the text, with who inserted and who deleted it. */
  runs(): readonly TextRun[] {
    const runs: TextRun[] = [];
    for (let span = this.#spans.first; span !== null; span = span.next) {
      if (span.entry.replaced) continue;
      runs.push({
        text: span.text,
        author: span.entry.id,
        deletedBy: span.deletedBy.map((entry) => entry.id),
      });
    }
    return runs;
  }

  #standing(): string {
    const parts: string[] = [];
    for (let span = this.#spans.first; span !== null; span = span.next) if (stands(span)) parts.push(span.text);
    return parts.join('');
  }

  #insert(entry: TextEntry, gap: TextGap, inserted: string): void {
    const length = Array.from(inserted).length;
    let right = this.#spans.after(gap);
    while (right !== null && !right.entry.shown) right = right.next;
    const leftOrigin = gap === null ? null : lastCharacter(gap);
    const rightOrigin = right === null ? null : { entry: right.entry, offset: right.start };
    if (gap !== null && continues(gap, entry, rightOrigin)) this.#spans.extend(gap, inserted, length);
    else {
      const place = this.#place(entry, gap, leftOrigin, rightOrigin);
      this.#spans.insert(place, entry, inserted, length, { leftOrigin, rightOrigin });
    }
  }

  /** Where between its origins a new span belongs, among spans that its author had not seen. */
  #place(entry: TextEntry, gap: TextGap, leftOrigin: CharacterId | null, rightOrigin: CharacterId | null): TextGap {
    let place = gap;
    let undecided = false;
    for (let other = this.#spans.after(gap); other !== null && !other.entry.shown; other = other.next) {
      if (other.entry.replaced) continue;
      const left = this.#compareLeft(other.leftOrigin, leftOrigin);
      if (left < 0) break;
      if (left === 0) {
        const right = this.#spans.compare(other.rightOrigin, rightOrigin);
        if (right === 0 && this.#precedes(entry, other.entry)) break;
        undecided = right < 0;
      }
      if (!undecided) place = other;
    }
    return place;
  }

  /** As compare, but null stands for the start of the text. */
  #compareLeft(one: CharacterId | null, other: CharacterId | null): number {
    if (one === null || other === null) return Number(other === null) - Number(one === null);
    return this.#spans.compare(one, other);
  }

  #delete(entry: TextEntry, gap: TextGap, deleted: number): void {
    for (let rest = deleted; rest > 0;) {
      const span = this.#spans.visibleAfter(gap, rest);
      if (span === null) return;
      rest -= span.visible;
      span.deletedBy.push(entry);
      entry.deleted.push(span);
      this.#spans.refresh(span);
    }
  }

  /** Shows exactly the writes of this version. */
  #show(version: VersionVector): void {
    for (const [agent, entries] of this.#byAgent) {
      const target = version[agent] ?? 0;
      const current = this.#shown.get(agent) ?? 0;
      if (target === current) continue;
      const [low, high] = [Math.min(target, current), Math.max(target, current)];
      for (let index = firstAbove(entries, low); index < entries.length; index += 1) {
        const entry = entries[index] as TextEntry;
        if (entry.number > high) break;
        this.#setShown(entry, target > current);
      }
      this.#shown.set(agent, target);
    }
  }

  #setShown(entry: TextEntry, shown: boolean): void {
    entry.shown = shown;
    for (const span of entry.inserted) this.#spans.refresh(span);
    for (const span of entry.deleted) this.#spans.refresh(span);
  }

  /** Takes the effect of an attempt back; its characters stay as invisible anchors. */
  #replace(entry: TextEntry): void {
    for (const span of entry.deleted) span.deletedBy.splice(span.deletedBy.indexOf(entry), 1);
    this.#setShown(entry, false);
    entry.replaced = true;
    const entries = this.#byAgent.get(entry.agent);
    entries?.splice(entries.indexOf(entry), 1);
  }

  /** Files the entry, which is shown, so that what is shown is a version again. */
  #register(id: WriteId, entry: TextEntry): void {
    this.#entries.set(id, entry);
    const entries = this.#byAgent.get(entry.agent) ?? [];
    const index = firstAbove(entries, entry.number);
    entries.splice(index, 0, entry);
    this.#byAgent.set(entry.agent, entries);
    const shown = this.#shown.get(entry.agent) ?? 0;
    if (entry.number <= shown) return;
    const followsShown = index === 0 || (entries[index - 1] as TextEntry).number <= shown;
    if (followsShown) this.#shown.set(entry.agent, entry.number);
    else this.#setShown(entry, false);
  }
}

function stands(span: TextSpan): boolean {
  return !span.entry.replaced && span.deletedBy.length === 0;
}

function lastCharacter(span: TextSpan): CharacterId {
  return { entry: span.entry, offset: span.start + span.length - 1 };
}

/** Whether characters behind this span, typed by this entry, may join the span. */
function continues(span: TextSpan, entry: TextEntry, rightOrigin: CharacterId | null): boolean {
  if (span.entry !== entry || span.start + span.length !== entry.length || span.deletedBy.length > 0) return false;
  return span.rightOrigin?.entry === rightOrigin?.entry && span.rightOrigin?.offset === rightOrigin?.offset;
}

/** Which of two insertions at one place comes first, unless somebody knows better: by the name of the agent. */
export function byAgent(one: TiedWrite, other: TiedWrite): boolean {
  return one.agent === other.agent ? one.number < other.number : one.agent < other.agent;
}

function firstAbove(entries: readonly TextEntry[], number: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as TextEntry).number <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}
