/** Passages of different writers that stand in each other (Kleppmann et al., "Interleaving anomalies in collaborative text editors", 2019). */

import type { FieldState, TextEdit } from '../../contract/index.ts';
import type { FinalState } from '../case.ts';
import type { Issued } from '../issued.ts';
import type { JudgedField } from '../judged.ts';
import { count, partsIn, quotePart } from '../values.ts';
import { findingOf, type Finding, type Scene } from './scene.ts';

/** One sentence per write whose lines, or whose characters, stand with others' between them. */
export function findInterleaved({ opened, fields }: Scene): Finding | null {
  const sentences: string[] = [];
  for (const field of fields) {
    const kind = field.fieldCase.declaration?.kind;
    if (kind !== 'append_text' && kind !== 'text') continue;
    for (const final of opened.finals) {
      const state = final.fields.get(field.fieldCase.field);
      const found = kind === 'text' ? mixedTexts(field, state, final) : mixedLines(field, state, final);
      if (found.length > sentences.length) sentences.splice(0, sentences.length, ...found);
    }
  }
  return findingOf(sentences);
}

/** Lines are appended: what stands between two lines of one write was put there by no writer. */
function mixedLines(
  { fieldCase }: JudgedField,
  state: FieldState | undefined,
  { replica }: FinalState,
): readonly string[] {
  const several = fieldCase.writes.filter(({ parts, versions }) => parts.length > 1 && versions.length === 1);
  if (several.length === 0 || state === undefined) return [];
  const lines = partsIn(state).map(({ part }) => part);
  const standing = count(lines);
  const issuedOnce = count(fieldCase.writes.flatMap(({ versions }) => versions.flatMap(linesOf)));
  return several.flatMap(({ parts, write }) => {
    if (!parts.every((part) => standing.get(part) === 1 && issuedOnce.get(part) === 1)) return [];
    const places = parts.map((part) => lines.indexOf(part));
    const gap = places.findIndex((place, index) => index > 0 && place !== (places[index - 1] as number) + 1);
    if (gap < 0) return [];
    const between = lines[(places[gap - 1] as number) + 1];
    const [before, after] = [quotePart(parts[gap - 1] as string), quotePart(parts[gap] as string)];
    return [
      `${write.id} appended "${before}" and "${after}" to ${write.field}, but on ${replica} "${between ?? 'nothing'}" follows the first`,
    ];
  });
}

function linesOf(write: Issued['versions'][number]): readonly string[] {
  return write.kind === 'append_text' ? write.value : [];
}

interface Typed {
  readonly issued: Issued;
  readonly text: string;
}

/** Two passages that were typed at once, of which the text holds neither, but a mixture of exactly the two. */
function mixedTexts(
  { fieldCase: { writes } }: JudgedField,
  state: FieldState | undefined,
  { replica }: FinalState,
): readonly string[] {
  if (state?.kind !== 'text') return [];
  const { content } = state;
  const typed = writes.flatMap((issued) => typedBy(issued).map((text): Typed => ({ issued, text })));
  const broken = typed.filter(({ text }) => !content.includes(text)).slice(0, mostPassages);
  return broken.flatMap((one, index) => {
    const other = broken
      .slice(index + 1)
      .find(
        (candidate) => areConcurrent(one.issued, candidate.issued) && holdsMixture(content, one.text, candidate.text),
      );
    if (other === undefined) return [];
    const [left, right] = [one, other].map(({ issued, text }) => `${issued.write.id} ("${quotePart(text)}")`);
    const where = one.issued.write.field;
    return [`what ${String(left)} and ${String(right)} typed at once into ${where} stands mixed on ${replica}`];
  });
}

/** Of a text that lost much, only so many are searched for mixtures. */
const mostPassages = 64;
/** Below this a mixture may be chance. */
const shortestPassage = 4;
/** Beyond this many characters passages aren't searched for mixtures. */
const longestPassage = 1_000;

function typedBy({ write, told }: Issued): readonly string[] {
  if (write.kind !== 'text' || told === 'refused') return [];
  const inserted = write.value.edits.map(({ inserted: text }: TextEdit) => text);
  return inserted.filter((text) => text.length >= shortestPassage && text.length <= longestPassage);
}

function areConcurrent({ write: one }: Issued, { write: other }: Issued): boolean {
  if (one.kind !== 'text' || other.kind !== 'text' || one.agent === other.agent) return false;
  return (one.value.basis[other.agent] ?? 0) < other.number && (other.value.basis[one.agent] ?? 0) < one.number;
}

/** Whether some stretch of the content is made of both passages, each in its order, and of nothing else. */
function holdsMixture(content: string, one: string, other: string): boolean {
  const length = one.length + other.length;
  for (let start = 0; start + length <= content.length; start += 1) {
    const first = content.charCodeAt(start);
    if (first !== one.charCodeAt(0) && first !== other.charCodeAt(0)) continue;
    if (isMixture(content, start, one, other)) return true;
  }
  return false;
}

/** By how many characters of the first passage, whether a stretch of that length can be made of both. */
function isMixture(content: string, start: number, one: string, other: string): boolean {
  let reachable = new Set([0]);
  for (let taken = 0; taken < one.length + other.length && reachable.size > 0; taken += 1) {
    const character = content.charCodeAt(start + taken);
    const next = new Set<number>();
    for (const ofOne of reachable) {
      if (one.charCodeAt(ofOne) === character) next.add(ofOne + 1);
      if (other.charCodeAt(taken - ofOne) === character) next.add(ofOne);
    }
    reachable = next;
  }
  return reachable.has(one.length);
}
