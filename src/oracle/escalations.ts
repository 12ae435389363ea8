/**
 * Were the escalations called for? One is true if at least two of its contenders differ and were not surely made in
 * knowledge of each other. One is missed where told-safe scalar values that surely did not know each other differ, and the
 * state neither escalates nor has settled it.
 */

import type { Escalation, FieldName, Write } from '../contract/index.ts';
import type { Case } from './case.ts';
import { sameValue } from './coverage.ts';
import type { JudgedField, JudgedWrite } from './judged.ts';
import { quoteChange } from './values.ts';

export interface EscalationReport {
  readonly raised: number;
  readonly true: number;
  readonly false: number;
  readonly missed: number;
  /** One sentence each, for those that are false or missed. */
  readonly evidence: readonly string[];
}

export function checkEscalations({ finals }: Case, fields: readonly JudgedField[]): EscalationReport {
  const byField = new Map(fields.map((field) => [field.fieldCase.field, field]));
  const raised = distinctEscalations(finals.flatMap(({ state }) => state.escalations));
  const wrong = raised.flatMap((escalation) => faultOf(escalation, byField.get(escalation.field)) ?? []);
  const missed = fields.flatMap((field) => missedConflict(field) ?? []);
  return {
    raised: raised.length,
    true: raised.length - wrong.length,
    false: wrong.length,
    missed: missed.length,
    evidence: [...wrong, ...missed],
  };
}

function distinctEscalations(escalations: readonly Escalation[]): readonly Escalation[] {
  const distinct = new Map<string, Escalation>();
  for (const escalation of escalations) {
    const ids = [...new Set(escalation.contenders.map((write) => write.id))].sort();
    distinct.set(JSON.stringify([escalation.field, ids]), escalation);
  }
  return [...distinct.values()];
}

/** What is wrong with an escalation, or null. */
function faultOf({ field, contenders }: Escalation, judged: JudgedField | undefined): string | null {
  const known = contenders.map((contender) => judged?.writes.find((write) => isIssued(contender, write)));
  const invented = contenders.find((_, index) => known[index] === undefined);
  if (invented !== undefined || judged === undefined) return inventedPhrase(field, invented);
  const writes = known.filter((write) => write !== undefined);
  const knowledge = judged.knowledge();
  const areContending = (one: number, other: number): boolean => {
    const [left, right] = [writes[one] as JudgedWrite, writes[other] as JudgedWrite];
    if (sameValue(contenders[one] as Write, contenders[other] as Write)) return false;
    return !knowledge.surelyKnows(left.issued, right.issued) && !knowledge.surelyKnows(right.issued, left.issued);
  };
  const isTrue = writes.some((_, one) => writes.some((__, other) => one < other && areContending(one, other)));
  if (isTrue) return null;
  return `the escalation on ${field} of ${writes.map(({ issued }) => issued.write.id).join(', ')} has no two differing values that did not know each other`;
}

function isIssued(contender: Write, { issued }: JudgedWrite): boolean {
  if (issued.write.id !== contender.id) return false;
  return contender.kind === 'text' || issued.versions.some((version) => sameValue(version, contender));
}

function inventedPhrase(field: FieldName, invented: Write | undefined): string {
  if (invented === undefined) return `the escalation on ${field} has no contenders`;
  return `the escalation on ${field} names ${invented.id} with ${quoteChange(invented)}, which nobody issued`;
}

/** The first pair of values between which the field chose silently, or null. */
function missedConflict({ fieldCase, writes, knowledge }: JudgedField): string | null {
  const { declaration, field } = fieldCase;
  if (declaration !== null && declaration.kind !== 'scalar') return null;
  const lost = writes.filter(({ fate, issued }) => fate === 'lost' && issued.told === 'committed');
  if (lost.length === 0) return null;
  const settled = writes.filter(({ fate, issued }) => fate === 'survived' && issued.told === 'committed');
  for (const one of lost) {
    for (const other of [...settled, ...lost]) {
      if (one === other || !contend(one, other) || !knowledge().concurrent(one.issued, other.issued)) continue;
      const [left, right] = [one.issued.write, other.issued.write];
      return `${left.id} set ${field} to ${quoteChange(left)} and ${right.id} to ${quoteChange(right)} without knowing each other, and no escalation says so`;
    }
  }
  return null;
}

/** Whether one of two changes must yield to the other: differing values, or kinds that one field can't both hold. */
function contend({ issued: one }: JudgedWrite, { issued: other }: JudgedWrite): boolean {
  if (one.write.kind !== other.write.kind) return true;
  return one.write.kind === 'scalar' && !sameValue(one.write, other.write);
}
