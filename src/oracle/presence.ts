/** Where a write's own value is at rest: the weakest place over all replicas. */

import type { FieldName, ReplicaId } from '../contract/index.ts';
import type { Case, FinalState } from './case.ts';
import { isEscalatedIn, isResolvedIn } from './coverage.ts';
import type { Standing } from './field-standing.ts';
import type { FieldCase, Issued } from './issued.ts';
import { standingWrites } from './standing.ts';

/** From the strongest to the weakest. */
const places = ['value', 'escalation', 'resolution', 'nowhere'] as const;
export type Place = (typeof places)[number];

export interface Presence {
  readonly place: Place;
  /** The first replica that has it in that place. */
  readonly replica: ReplicaId | null;
  /** Some of its parts stand there and some don't. */
  readonly torn: boolean;
  /** The first replica whose state shows something that this write alone explains; only asked of refused writes. */
  readonly shownBy: ReplicaId | null;
}

export interface PresenceReport {
  readonly presences: ReadonlyMap<Issued, Presence>;
  /** What stands more often than it was issued, on the replica with most. */
  readonly duplicates: number;
  readonly duplicatesByField: readonly {
    readonly field: FieldName;
    readonly replica: ReplicaId;
    readonly duplicates: number;
  }[];
}

export function findPresences({ fields, finals }: Case): PresenceReport {
  const presences = new Map<Issued, Presence>();
  const duplicatesByField: { field: FieldName; replica: ReplicaId; duplicates: number }[] = [];
  for (const fieldCase of fields) {
    const standings = finals.map((final) => standingWrites(fieldCase, final.fields.get(fieldCase.field)));
    fieldCase.writes.forEach((issued, position) => {
      presences.set(
        issued,
        presenceOf(
          issued,
          finals,
          standings.map(({ standing }) => standing[position] ?? 'none'),
        ),
      );
    });
    for (const [index, { duplicates }] of standings.entries()) {
      const total = duplicates + repeatedContenders(finals[index] as FinalState, fieldCase);
      if (total > 0)
        duplicatesByField.push({
          field: fieldCase.field,
          replica: (finals[index] as FinalState).replica,
          duplicates: total,
        });
    }
  }
  return { presences, duplicatesByField, duplicates: mostOnOneReplica(finals, duplicatesByField) };
}

function presenceOf(issued: Issued, finals: readonly FinalState[], standings: readonly Standing[]): Presence {
  const { write, told } = issued;
  let presence: Presence = { place: 'value', replica: null, torn: false, shownBy: null };
  let shownBy: ReplicaId | null = null;
  finals.forEach(({ replica, coverage }, index) => {
    const standing = standings[index] ?? 'none';
    if (told === 'refused' && standing !== 'none') shownBy ??= replica;
    const place = placeOf(
      standing,
      () => isEscalatedIn(write, coverage.get(write.field)),
      () => isResolvedIn(write, coverage.get(write.field)),
    );
    const isWeaker = places.indexOf(place) > places.indexOf(presence.place);
    if (presence.replica === null || isWeaker) presence = { place, replica, torn: standing === 'part', shownBy: null };
  });
  return finals.length === 0 ? { ...presence, place: 'nowhere' } : { ...presence, shownBy };
}

function placeOf(standing: Standing, isEscalated: () => boolean, isResolved: () => boolean): Place {
  if (standing === 'whole') return 'value';
  if (isEscalated()) return 'escalation';
  return isResolved() ? 'resolution' : 'nowhere';
}

/** An escalation in which two attempts of one write contend with each other. */
function repeatedContenders({ state }: FinalState, { field, writes }: FieldCase): number {
  if (state.escalations.length === 0 || writes.every(({ versions }) => versions.length === 1)) return 0;
  let repeated = 0;
  for (const escalation of state.escalations) {
    if (escalation.field !== field) continue;
    repeated += escalation.contenders.length - new Set(escalation.contenders.map((write) => write.id)).size;
  }
  return repeated;
}

function mostOnOneReplica(finals: readonly FinalState[], byField: PresenceReport['duplicatesByField']): number {
  const totals = finals.map(({ replica }) =>
    byField.reduce((sum, found) => (found.replica === replica ? sum + found.duplicates : sum), 0),
  );
  return Math.max(0, ...totals);
}
