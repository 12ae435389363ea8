/**
 * Whether the writes of a turn stand together: all of them took effect, or none did, or all were set aside for a person.
 *
 * Only what can be told for certain counts. Left out: counters and texts, whose writes melt into one value; values that
 * another write or the start of the field explains as well; what was replaced knowingly, since that says nothing of where it
 * stood; turns of which several attempts may have landed; and replicas that differ, which is another matter.
 */

import type { Attempt, TransactionId } from '../contract/index.ts';
import type { Case } from './case.ts';
import { landedTwice } from './landed-twice.ts';
import type { JudgedField, JudgedWrite } from './judged.ts';
import { everyPart } from './issued.ts';
import { initialParts, quoteChange } from './values.ts';

const standings = ['in effect', 'set aside', 'nowhere'] as const;
type Standing = (typeof standings)[number];

/** One sentence for each turn whose writes don't stand together. */
export function findTornTurns({ history, finals }: Case, fields: readonly JudgedField[]): readonly string[] {
  if (finals.length !== 1 || !fields.some(({ writes }) => writes.some(isElsewhere))) return [];
  const deciding = decidingAttempts(history.attempts);
  const byTurn = new Map<TransactionId, Map<Standing, JudgedWrite>>();
  for (const field of fields) {
    const isOwnValue = ownValues(field);
    for (const judged of field.writes) {
      const { attempt } = judged.issued;
      if (deciding.get(attempt.tx.id) !== attempt || !isOwnValue(judged)) continue;
      const standing = standingOf(judged);
      if (standing === null) continue;
      const found = byTurn.get(attempt.tx.id) ?? new Map<Standing, JudgedWrite>();
      byTurn.set(attempt.tx.id, found);
      if (!found.has(standing)) found.set(standing, judged);
    }
  }
  return [...deciding.values()].flatMap((attempt) => {
    const found = byTurn.get(attempt.tx.id);
    return found !== undefined && found.size > 1 ? [describe(attempt, found)] : [];
  });
}

/** Where everything is in effect, nothing is torn. */
function isElsewhere(judged: JudgedWrite): boolean {
  const standing = standingOf(judged);
  return standing !== null && standing !== 'in effect';
}

/** Of each turn the one attempt that can have landed; not listed where there are several. What was refused never landed. */
function decidingAttempts(attempts: readonly Attempt[]): ReadonlyMap<TransactionId, Attempt> {
  const issuing = attempts.filter(({ writes }) => writes.length > 0);
  const deciding = new Map(issuing.map((attempt) => [attempt.tx.id, attempt]));
  for (const turn of landedTwice(attempts)) deciding.delete(turn);
  return deciding;
}

/** Whether nothing but this write explains its value in the field. */
function ownValues({ fieldCase }: JudgedField): (judged: JudgedWrite) => boolean {
  const issuers = new Map<string, number>();
  for (const part of new Set(initialParts(fieldCase.declaration))) issuers.set(part, 1);
  for (const issued of fieldCase.writes) {
    for (const part of new Set(everyPart(issued))) issuers.set(part, (issuers.get(part) ?? 0) + 1);
  }
  return ({ issued: { parts } }) => parts.length > 0 && parts.every((part) => issuers.get(part) === 1);
}

function standingOf({ fate }: JudgedWrite): Standing | null {
  switch (fate) {
    case 'survived':
    case 'resolved':
    case 'phantom':
      return 'in effect';
    case 'escalated':
      return 'set aside';
    case 'rejected':
    case 'indeterminate':
    case 'lost':
      return 'nowhere';
    case 'superseded':
      return null;
  }
}

function describe({ tx }: Attempt, found: ReadonlyMap<Standing, JudgedWrite>): string {
  const parts = standings.flatMap((standing) => {
    const judged = found.get(standing);
    if (judged === undefined) return [];
    const { write } = judged.issued;
    return [`${write.id} (${write.field}: ${quoteChange(write)}) is ${standing}`];
  });
  return `the writes of ${tx.id} don't stand together: ${parts.join(', ')}`;
}
