/** The fate table: what became of each write, by what its agent was told and where its value is at rest. */

import type { Fate, FateCounts, Told, WriteFate } from '../contract/index.ts';
import { fates } from '../contract/index.ts';
import type { Case } from './case.ts';
import type { Issued } from './issued.ts';
import type { JudgedField, JudgedWrite } from './judged.ts';
import { Knowledge } from './knowledge.ts';
import type { Presence, PresenceReport } from './presence.ts';
import { reasonFor } from './reasons.ts';
import { findReplaced } from './supersession.ts';

export function judgeFields({ fields }: Case, { presences }: PresenceReport): readonly JudgedField[] {
  return fields.map((fieldCase) => {
    let known: Knowledge | null = null;
    const knowledge = (): Knowledge => (known ??= new Knowledge(fieldCase));
    const canBeReplaced = fieldCase.declaration === null || fieldCase.declaration.kind === 'scalar';
    const everywhere = fieldCase.writes.every((issued) => presences.get(issued)?.place === 'value');
    const replaced = canBeReplaced && !everywhere ? findReplaced(fieldCase, knowledge(), presences) : null;
    const writes = fieldCase.writes.map((issued): JudgedWrite => {
      const presence = presences.get(issued) as Presence;
      const replacedBy = replaced?.get(issued) ?? null;
      return { issued, presence, replacedBy, fate: fateOf(issued.told, presence, replacedBy !== null) };
    });
    return { fieldCase, writes, knowledge };
  });
}

function fateOf(told: Told, presence: Presence, isReplaced: boolean): Fate {
  if (presence.shownBy !== null) return 'phantom';
  switch (presence.place) {
    case 'value':
      return 'survived';
    case 'escalation':
      return isReplaced ? 'superseded' : 'escalated';
    case 'resolution':
      return isReplaced ? 'superseded' : 'resolved';
    case 'nowhere':
      return isReplaced ? 'superseded' : fateOfMissing(told);
  }
}

function fateOfMissing(told: Told): Fate {
  switch (told) {
    case 'committed':
    case 'escalated':
      return 'lost';
    case 'refused':
      return 'rejected';
    case 'nothing':
      return 'indeterminate';
  }
}

/** In the order in which the writes were first issued. */
export function reportFates(opened: Case, judged: readonly JudgedField[]): readonly WriteFate[] {
  const byWrite = new Map<Issued, WriteFate>();
  for (const field of judged) {
    for (const write of field.writes) {
      const { issued, fate, presence } = write;
      const torn = fate !== 'survived' && presence.torn;
      const reason = reasonFor(write, field, opened.finals);
      byWrite.set(issued, { write: issued.write, told: issued.told, fate, torn, reason });
    }
  }
  return opened.issued.map((issued) => byWrite.get(issued) as WriteFate);
}

/** Throws when the fates don't add up to the issued writes: then the oracle is wrong, not the strategy. */
export function countFates(reported: readonly WriteFate[], issued: number): FateCounts {
  const counts = new Map<Fate, number>(fates.map((fate) => [fate, 0]));
  for (const { fate } of reported) counts.set(fate, (counts.get(fate) ?? 0) + 1);
  const total = fates.reduce((sum, fate) => sum + (counts.get(fate) ?? 0), 0);
  if (total !== issued)
    throw new Error(`conservation: ${String(issued)} writes were issued, ${String(total)} have a fate`);
  return { issued, ...(Object.fromEntries(counts) as Record<Fate, number>) };
}
