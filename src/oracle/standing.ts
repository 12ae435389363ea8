/**
 * Which of a field's writes stand in one replica's final state, one function per kind. What several writes explain counts
 * for those first that were told that they are safe, and for refused ones only when nobody else explains it.
 */

import type { FieldState, Kind, Told } from '../contract/index.ts';
import { standingAmounts } from './counters.ts';
import type { FieldStanding, Standing } from './field-standing.ts';
import type { FieldCase, Issued } from './issued.ts';
import { standingEdits } from './text.ts';
import { count, initialParts, partsIn, partsOf } from './values.ts';

/** Writes of an undeclared field may be of several kinds; those that the field has not taken stand nowhere. */
export function standingWrites(fieldCase: FieldCase, state: FieldState | undefined): FieldStanding {
  const { writes } = fieldCase;
  const kinds = [...new Set(writes.map(({ write }) => write.kind))];
  if (kinds.length === 1 && (state === undefined || state.kind === kinds[0])) {
    return standingByKind(kinds[0] as Kind, fieldCase, writes, state);
  }
  const standing = new Map<Issued, Standing>();
  let duplicates = 0;
  for (const kind of kinds) {
    if (state !== undefined && state.kind !== kind) continue;
    const ofKind = writes.filter(({ write }) => write.kind === kind);
    const found = standingByKind(kind, fieldCase, ofKind, state);
    ofKind.forEach((issued, position) => standing.set(issued, found.standing[position] ?? 'none'));
    duplicates += found.duplicates;
  }
  return { standing: writes.map((issued) => standing.get(issued) ?? 'none'), duplicates };
}

function standingByKind(
  kind: Kind,
  fieldCase: FieldCase,
  writes: readonly Issued[],
  state: FieldState | undefined,
): FieldStanding {
  switch (kind) {
    case 'scalar':
    case 'grow_set':
      return standingValues(fieldCase, writes, state);
    case 'append_text':
      return standingLines(fieldCase, writes, state);
    case 'counter':
      return standingAmounts(fieldCase, writes, state);
    case 'text':
      return standingEdits(writes, state);
  }
}

/** Equal values satisfy each other, whoever wrote them; a set holds each of them once. */
function standingValues(
  { declaration }: FieldCase,
  writes: readonly Issued[],
  state: FieldState | undefined,
): FieldStanding {
  const present = count(partsIn(state).map(({ part }) => part));
  const explained = new Set(initialParts(declaration));
  for (const { told, parts } of writes) if (told !== 'refused') for (const part of parts) explained.add(part);
  const standing = writes.map(({ told, parts }) => {
    const own = told === 'refused' ? parts.filter((part) => !explained.has(part)) : parts;
    return standingOf(told, own.length, own.filter((part) => present.has(part)).length);
  });
  const repeated = [...present.values()].reduce((sum, times) => sum + times - 1, 0);
  return { standing, duplicates: repeated + staleParts(writes, standing, present, explained) };
}

/**
 * Every line counts: two writes that append the same line are two lines. Who was told that it is safe comes first, then whom
 * the state names as the author.
 */
function standingLines(
  { declaration }: FieldCase,
  writes: readonly Issued[],
  state: FieldState | undefined,
): FieldStanding {
  const lines = partsIn(state);
  const present = count(lines.map(({ part }) => part));
  const left = new Map(present);
  for (const part of initialParts(declaration)) take(left, part);
  const authored = new Set(lines.map(({ part, author }) => `${String(author)} ${part}`));
  const taken = writes.map(() => 0);
  for (const rank of ranks) {
    if (!writes.some(({ told }) => rank.includes(told))) continue;
    for (const named of [true, false]) {
      writes.forEach(({ told, parts, write }, position) => {
        if (!rank.includes(told)) return;
        const claimed = parts.filter((part) => authored.has(`${write.id} ${part}`) === named);
        taken[position] = (taken[position] ?? 0) + claimed.filter((part) => take(left, part)).length;
      });
    }
  }
  const standing = writes.map(({ told, parts }, position) => standingOf(told, parts.length, taken[position] ?? 0));
  const issued = new Set(writes.flatMap(({ parts }) => parts).concat(initialParts(declaration)));
  const repeated = [...left].reduce((sum, [part, times]) => sum + (issued.has(part) ? times : 0), 0);
  return { standing, duplicates: repeated + staleParts(writes, standing, present, issued) };
}

const ranks: readonly (readonly Told[])[] = [['committed', 'escalated'], ['nothing'], ['refused']];

/** A write without parts has nothing to lose; a refused one has left nothing behind. */
function standingOf(told: Told, parts: number, present: number): Standing {
  if (parts === 0) return told === 'refused' ? 'none' : 'whole';
  if (present === 0) return 'none';
  return present === parts ? 'whole' : 'part';
}

/** Parts that only an earlier attempt of a write issued, and that stand beside what its last attempt issued. */
function staleParts(
  writes: readonly Issued[],
  standing: readonly Standing[],
  present: ReadonlyMap<string, number>,
  explained: ReadonlySet<string>,
): number {
  let stale = 0;
  writes.forEach(({ write, versions, told }, position) => {
    if (versions.length === 1 || told === 'refused' || standing[position] === 'none') return;
    const earlier = new Set(versions.filter(({ attempt }) => attempt !== write.attempt).flatMap(partsOf));
    for (const part of earlier) if (present.has(part) && !explained.has(part)) stale += 1;
  });
  return stale;
}

function take(left: Map<string, number>, part: string): boolean {
  const times = left.get(part) ?? 0;
  if (times === 0) return false;
  left.set(part, times - 1);
  return true;
}
