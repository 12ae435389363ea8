/** Why a write has its fate, in one plain sentence for the story. */

import type { Micros } from '../contract/index.ts';
import type { FinalState } from './case.ts';
import type { JudgedField, JudgedWrite } from './judged.ts';
import type { Issued } from './issued.ts';

export function reasonFor(judged: JudgedWrite, field: JudgedField, finals: readonly FinalState[]): string {
  return `${toldPhrase(judged.issued)}; ${placePhrase(judged, field, finals)}`;
}

function toldPhrase({ told, toldAt, attempt }: Issued): string {
  switch (told) {
    case 'committed':
      return `told committed at ${clock(toldAt)}`;
    case 'escalated':
      return `told escalated at ${clock(toldAt)}`;
    case 'refused':
      return `refused at ${clock(toldAt)}${causeOf(attempt.outcome)}, and the agent gave up`;
    case 'nothing':
      return 'told nothing';
  }
}

function causeOf(outcome: Issued['attempt']['outcome']): string {
  return outcome?.kind === 'conflict' || outcome?.kind === 'rejected' ? ` (${outcome.cause})` : '';
}

function placePhrase(judged: JudgedWrite, field: JudgedField, finals: readonly FinalState[]): string {
  switch (judged.fate) {
    case 'survived':
      return 'its value stands on every replica';
    case 'superseded':
      return `replaced knowingly by ${judged.replacedBy?.write.id ?? 'a later write'}`;
    case 'escalated':
      return 'its value stands in an open escalation';
    case 'resolved':
      return 'its value stands in a resolution record';
    case 'phantom':
      return `yet its value stands on ${judged.presence.shownBy ?? 'a replica'}`;
    case 'rejected':
      return 'its value is nowhere';
    case 'lost':
    case 'indeterminate':
      return `${missingPhrase(judged, finals)}${overwriterPhrase(judged, field)}`;
  }
}

function missingPhrase({ presence }: JudgedWrite, finals: readonly FinalState[]): string {
  const where = presence.replica ?? 'every replica';
  if (presence.torn) return `only a part of its value stands on ${where}`;
  return finals.length === 1 ? 'its value is on none of the replicas' : `its value is missing on ${where}`;
}

/** Only a scalar is overwritten: what stands in its place was written by somebody who had not seen it. */
function overwriterPhrase({ issued }: JudgedWrite, { writes }: JudgedField): string {
  if (issued.write.kind !== 'scalar') return '';
  const standing = writes.find(({ fate, presence }) => fate === 'survived' && presence.place === 'value');
  return standing === undefined ? '' : `; overwritten by ${standing.issued.write.id}, whose view did not contain it`;
}

export function clock(at: Micros | null): string {
  return at === null ? 'an unknown time' : `${(at / 1_000_000).toFixed(3)} s`;
}
