/**
 * Whether the committed turns are equivalent to some serial order (Adya, "Weak Consistency", 1999): a cycle of dependencies
 * says no. Only dependencies that the views prove are used, so a cycle is never a false alarm; that there is none proves
 * nothing. Left out: counters and texts, values that several writes may have put there, and turns whose agents were told
 * nothing of them or of how they last repaired them.
 */

import type { Attempt, FieldName, FieldState, Kind, TransactionId } from '../contract/index.ts';
import type { Case } from './case.ts';
import type { FieldCase, Issued } from './issued.ts';
import { initialParts, partsIn, partsOf } from './values.ts';

/** `before` must come before `after` in every serial order. */
interface Dependency {
  readonly after: TransactionId;
  readonly because: string;
}

type Dependencies = Map<TransactionId, Dependency[]>;

/** The attempt that was told committed, by turn: of several, the first one that issued anything. */
type CommittedTurns = ReadonlyMap<TransactionId, Attempt>;

/** A cycle of dependencies as one sentence, or null. */
export function findCycle({ history, fields }: Case): string | null {
  const committed = committedTurns(history.attempts);
  const dependencies: Dependencies = new Map();
  const byField = new Map(fields.map((fieldCase) => [fieldCase.field, new FieldDependencies(fieldCase, committed)]));
  for (const attempt of committed.values()) {
    for (const view of attempt.views) {
      for (const state of view.fields) byField.get(state.field)?.add(attempt.tx.id, state, dependencies);
    }
  }
  return describeCycle(dependencies);
}

function committedTurns(attempts: readonly Attempt[]): CommittedTurns {
  const committed = new Map<TransactionId, Attempt>();
  for (const attempt of attempts) {
    if (attempt.outcome?.kind !== 'committed') continue;
    const known = committed.get(attempt.tx.id);
    if (known === undefined || known.writes.length === 0) committed.set(attempt.tx.id, attempt);
  }
  const repairs = new Map(attempts.filter(({ tx }) => tx.repairs === true).map((attempt) => [attempt.tx.id, attempt]));
  for (const [turn, { outcome }] of repairs) if (outcome === null) committed.delete(turn);
  return committed;
}

/** Who put a value there, if only one write can have. */
interface Writer {
  readonly turn: TransactionId;
  readonly kind: Kind;
}

class FieldDependencies {
  readonly #field: FieldName;
  /** What the field began with, unless somebody has written the same. */
  readonly #initial: ReadonlySet<string>;
  readonly #writers: ReadonlyMap<string, Writer>;
  /** Committed turns that set the field after they had read this value, by value. */
  readonly #overwriters: ReadonlyMap<string, ReadonlySet<TransactionId>>;

  constructor(fieldCase: FieldCase, committed: CommittedTurns) {
    this.#field = fieldCase.field;
    const initial = initialParts(fieldCase.declaration);
    const issued = new Set(fieldCase.writes.flatMap(({ versions }) => versions.flatMap(partsOf)));
    this.#initial = new Set(initial.filter((part) => !issued.has(part)));
    this.#writers = unambiguousWriters(fieldCase, committed, new Set(initial));
    this.#overwriters = knownOverwriters(fieldCase, committed);
  }

  add(reader: TransactionId, state: FieldState, dependencies: Dependencies): void {
    switch (state.kind) {
      case 'scalar':
        for (const { part } of partsIn(state)) this.#addScalar(reader, part, dependencies);
        return;
      case 'grow_set':
      case 'append_text':
        this.#addParts(reader, state, dependencies);
        return;
      case 'counter':
      case 'text':
        return;
    }
  }

  /** The writer of what was read comes before the reader, and the reader before whoever overwrote it knowingly. */
  #addScalar(reader: TransactionId, part: string, dependencies: Dependencies): void {
    const writer = this.#writers.get(part)?.turn;
    if (writer !== undefined) link(dependencies, writer, reader, `${reader} read ${this.#field} as ${writer} set it`);
    else if (!this.#initial.has(part)) return;
    for (const overwriter of this.#overwriters.get(part) ?? []) {
      link(dependencies, reader, overwriter, `${reader} read ${this.#field} before ${overwriter} overwrote it`);
    }
  }

  /** What is in the view was written before it; what only grows and is missing in the view was written after it. */
  #addParts(reader: TransactionId, state: FieldState, dependencies: Dependencies): void {
    const seen = new Set(partsIn(state).map(({ part }) => part));
    for (const [part, { turn, kind }] of this.#writers) {
      if (kind !== state.kind) continue;
      if (seen.has(part)) link(dependencies, turn, reader, `${reader} saw in ${this.#field} what ${turn} added`);
      else link(dependencies, reader, turn, `${reader} read ${this.#field} before ${turn} added to it`);
    }
  }
}

/** By value, for those that one write alone has ever issued and whose turn was told committed. */
function unambiguousWriters(
  { writes }: FieldCase,
  committed: CommittedTurns,
  initial: ReadonlySet<string>,
): ReadonlyMap<string, Writer> {
  const issuers = new Map<string, Set<Issued>>();
  for (const issued of writes) {
    for (const part of issued.versions.flatMap(partsOf))
      issuers.set(part, (issuers.get(part) ?? new Set()).add(issued));
  }
  const writers = new Map<string, Writer>();
  for (const [part, [issued, ...others]] of issuers) {
    if (issued === undefined || others.length > 0 || initial.has(part) || !issued.parts.includes(part)) continue;
    if (committed.get(issued.attempt.tx.id) !== issued.attempt) continue;
    writers.set(part, { turn: issued.attempt.tx.id, kind: issued.write.kind });
  }
  return writers;
}

function knownOverwriters(
  { field, writes }: FieldCase,
  committed: CommittedTurns,
): ReadonlyMap<string, ReadonlySet<TransactionId>> {
  const overwriters = new Map<string, Set<TransactionId>>();
  for (const { write, attempt } of writes) {
    if (write.kind !== 'scalar' || committed.get(attempt.tx.id) !== attempt) continue;
    for (const state of attempt.views.flatMap((view) => view.fields)) {
      if (state.field !== field || state.kind !== 'scalar') continue;
      for (const { part } of partsIn(state)) {
        overwriters.set(part, (overwriters.get(part) ?? new Set()).add(attempt.tx.id));
      }
    }
  }
  return overwriters;
}

function link(dependencies: Dependencies, before: TransactionId, after: TransactionId, because: string): void {
  if (before === after) return;
  const known = dependencies.get(before);
  if (known === undefined) dependencies.set(before, [{ after, because }]);
  else if (!known.some((dependency) => dependency.after === after)) known.push({ after, because });
}

function describeCycle(dependencies: Dependencies): string | null {
  const finished = new Set<TransactionId>();
  for (const start of dependencies.keys()) {
    const cycle = cycleFrom(start, dependencies, finished);
    if (cycle !== null) return cycle.map(({ because }) => because).join('; ');
  }
  return null;
}

/** Depth first without recursion: a chain of turns may be long. */
function cycleFrom(
  start: TransactionId,
  dependencies: Dependencies,
  finished: Set<TransactionId>,
): readonly Dependency[] | null {
  const path: { readonly turn: TransactionId; readonly by: Dependency | null; next: number }[] = [
    { turn: start, by: null, next: 0 },
  ];
  const onPath = new Set([start]);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const dependency = dependencies.get(top.turn)?.[top.next];
    top.next += 1;
    if (dependency === undefined) {
      path.pop();
      onPath.delete(top.turn);
      finished.add(top.turn);
    } else if (onPath.has(dependency.after)) {
      const from = path.findIndex(({ turn }) => turn === dependency.after);
      return [...path.slice(from + 1).flatMap(({ by }) => by ?? []), dependency];
    } else if (!finished.has(dependency.after)) {
      path.push({ turn: dependency.after, by: dependency, next: 0 });
      onPath.add(dependency.after);
    }
  }
  return null;
}
