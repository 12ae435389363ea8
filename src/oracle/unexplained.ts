/** Passages of a text that have no place in the reference, from which those that stand elsewhere are taken one by one. */

/** [start, end). */
export interface Passage {
  readonly start: number;
  readonly end: number;
}

/** Stands for what is explained. Where it occurs in a text itself, that character is never found elsewhere. */
const explained = '\u0000';

/** A shorter passage is found by chance in any longer one: it must stand alone. */
const shortestSearched = 4;

/** Beyond this many passages they are only searched as they stand. */
const mostSlid = 200;

export class Unexplained {
  readonly #offsets = new Map<Passage, number>();
  readonly #content: string;
  /** The passages, with a mark before and behind each. */
  #text: string;

  constructor(content: string, passages: readonly Passage[]) {
    this.#content = content;
    const parts: string[] = [];
    let at = explained.length;
    for (const passage of passages) {
      this.#offsets.set(passage, at);
      parts.push(content.slice(passage.start, passage.end));
      at += passage.end - passage.start + explained.length;
    }
    this.#text = explained + parts.map((part) => part + explained).join('');
  }

  /** Whether the text stands in one of the passages; what is found is taken out. */
  take(text: string): boolean {
    const at = this.#find(text);
    if (at < 0) return this.#takeSlid(text);
    this.#explain(at, text.length);
    return true;
  }

  /** What is left of a passage. */
  textOf(passage: Passage): string {
    const offset = this.#offsets.get(passage) as number;
    return this.#text.slice(offset, offset + passage.end - passage.start).replaceAll(explained, '');
  }

  #find(text: string): number {
    const alone = this.#text.indexOf(explained + text + explained);
    if (alone >= 0) return alone + explained.length;
    return text.length < shortestSearched ? -1 : this.#text.indexOf(text);
  }

  /** "red " stands in "blue red fox" also where the alignment calls " red" the extra passage. */
  #takeSlid(text: string): boolean {
    if (this.#offsets.size > mostSlid) return false;
    for (const [passage, offset] of this.#offsets) {
      if (passage.end - passage.start !== text.length || this.textOf(passage).length !== text.length) continue;
      if (!isSlid(this.#content, passage, text)) continue;
      this.#explain(offset, text.length);
      return true;
    }
    return false;
  }

  #explain(at: number, length: number): void {
    this.#text = this.#text.slice(0, at) + explained.repeat(length) + this.#text.slice(at + length);
  }
}

/** Whether taking out the text, a little to the left or right of the passage, leaves the same content. */
function isSlid(content: string, { start, end }: Passage, text: string): boolean {
  for (let right = 1; content.charCodeAt(start + right - 1) === content.charCodeAt(end + right - 1); right += 1) {
    if (right > text.length) break;
    if (content.startsWith(text, start + right)) return true;
  }
  for (
    let left = 1;
    start - left >= 0 && content.charCodeAt(start - left) === content.charCodeAt(end - left);
    left += 1
  ) {
    if (left > text.length) break;
    if (content.startsWith(text, start - left)) return true;
  }
  return false;
}
