/** Committed writes that undid each other. All of these rest on a write that is lost: where none is, there is nothing to do. */

import type { FieldName, TransactionId } from '../../contract/index.ts';
import { everyPart } from '../issued.ts';
import type { JudgedField, JudgedWrite } from '../judged.ts';
import { initialParts, quoteChange } from '../values.ts';
import { findingOf, type Finding, type Scene } from './scene.ts';
import { wroteUnseen } from './unseen.ts';

/**
 * One sentence per lost write: somebody else's committed write stands, or was replaced knowingly, and whoever wrote it had
 * been shown the field without what is lost (Berenson et al., P4).
 */
export function findLostUpdates({ fields, counts, plan }: Scene): Finding | null {
  if (counts.lost === 0) return null;
  return findingOf(
    fields.flatMap((field) =>
      lostIn(field).flatMap((lost) => {
        const by = field.writes.find(
          (other) =>
            isInEffect(other) &&
            other.issued.write.agent !== lost.issued.write.agent &&
            wroteUnseen(other.issued, lost.issued, field, plan),
        );
        if (by === undefined) return [];
        const reader = by.issued.attempt.tx.id;
        return [
          `${nameOf(lost)} was committed and is gone: ${reader} was shown ${field.fieldCase.field} without it and wrote ${nameOf(by)}`,
        ];
      }),
    ),
  );
}

/**
 * One sentence per pair of turns: of one field the one's value stands, of another field the other's, though both turns wrote
 * both (Adya's G0). No order of the two leaves that.
 */
export function findDirtyWrites({ opened, fields, counts }: Scene): Finding | null {
  if (counts.lost === 0 || opened.finals.length !== 1) return null;
  const wins = new Map<TransactionId, Map<TransactionId, Win>>();
  const sentences: string[] = [];
  for (const field of fields) {
    const standing = field.writes.find((write) => write.fate === 'survived' && isOwnScalar(write, field));
    if (standing === undefined) continue;
    const winner = standing.issued.attempt.tx.id;
    const over = wins.get(winner) ?? new Map<TransactionId, Win>();
    wins.set(winner, over);
    for (const beaten of lostIn(field)) {
      const loser = beaten.issued.attempt.tx.id;
      if (loser === winner || !isOwnScalar(beaten, field) || over.has(loser)) continue;
      over.set(loser, { field: field.fieldCase.field, standing, beaten });
      const back = wins.get(loser)?.get(winner);
      if (back !== undefined) sentences.push(mixed(back, over.get(loser) as Win));
    }
  }
  return findingOf(sentences);
}

interface Win {
  readonly field: FieldName;
  readonly standing: JudgedWrite;
  readonly beaten: JudgedWrite;
}

function mixed(one: Win, other: Win): string {
  const part = ({ field, standing, beaten }: Win): string =>
    `${field} holds ${nameOf(standing)}, not ${nameOf(beaten)}`;
  return `${part(one)}, but ${part(other)}`;
}

/** One sentence per write that stands although a committed write, which surely knew it, had taken its place and is gone. */
export function findResurrected({ fields, counts }: Scene): Finding | null {
  if (counts.lost === 0) return null;
  return findingOf(
    fields.flatMap((field) => {
      const lost = lostIn(field).filter(({ issued }) => issued.write.kind === 'scalar');
      if (lost.length === 0) return [];
      const knowledge = field.knowledge();
      return field.writes.flatMap((standing) => {
        if (standing.fate !== 'survived' || !isOwnScalar(standing, field)) return [];
        const gone = lost.find(
          ({ issued }) => knowledge.surelyKnows(issued, standing.issued) && !knowledge.mayKnow(standing.issued, issued),
        );
        if (gone === undefined) return [];
        const where = field.fieldCase.field;
        return [`${where} holds ${nameOf(standing)} again, which ${nameOf(gone)} had replaced knowingly and for good`];
      });
    }),
  );
}

function lostIn({ writes }: JudgedField): readonly JudgedWrite[] {
  return writes.filter(({ fate, issued }) => fate === 'lost' && issued.told === 'committed');
}

function isInEffect({ fate, issued }: JudgedWrite): boolean {
  return issued.told === 'committed' && (fate === 'survived' || fate === 'superseded');
}

/** A scalar that nobody else has written, that the field didn't start with, and that was issued once. */
function isOwnScalar({ issued }: JudgedWrite, { fieldCase }: JudgedField): boolean {
  const [part] = issued.parts;
  if (issued.write.kind !== 'scalar' || issued.versions.length > 1 || part === undefined) return false;
  if (initialParts(fieldCase.declaration).includes(part)) return false;
  return fieldCase.writes.every((other) => other === issued || !everyPart(other).includes(part));
}

function nameOf({ issued: { write } }: JudgedWrite): string {
  return `${write.id} (${quoteChange(write)})`;
}
