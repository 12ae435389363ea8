/**
 * Which committed turn must come before which in every serial order: Adya's dependencies ("Weak Consistency", 1999), as far
 * as the views prove them. A turn comes after the one whose write it was shown, and before the one whose write took the
 * place of what it was shown. Left out: counters and texts, values that several writes may have put there, turns of which
 * several attempts may have landed, and turns whose agents were told nothing of them or of how they last repaired them.
 */

import type { Attempt, FieldName, FieldState, Kind, Plan, TransactionId, View } from '../contract/index.ts';
import type { Case } from './case.ts';
import { everyPart, type FieldCase, type Issued } from './issued.ts';
import { landedTwice } from './landed-twice.ts';
import { initialParts, partsIn, quoteChange, quotePart } from './values.ts';

/** `before` must come before `after` in every serial order. */
export interface Dependency {
  /** `after` read what `before` wrote, or `before` read what `after` then overwrote or added to (an anti-dependency). */
  readonly kind: 'read-from' | 'overwritten';
  readonly before: TransactionId;
  readonly after: TransactionId;
  readonly field: FieldName;
  /** The write that was read, or the one that came later than what was read. */
  readonly write: Issued;
  /** What was read there, as `partsOf` names it; null: the field was not set, or what only grows, without the write. */
  readonly shown: string | null;
}

/** The attempt that was told committed, by turn: of several, the first one that issued anything. */
export type CommittedTurns = ReadonlyMap<TransactionId, Attempt>;

export interface Dependencies {
  readonly committed: CommittedTurns;
  readonly byTurn: ReadonlyMap<TransactionId, readonly Dependency[]>;
}

/** A trial of many turns may have more: what is left out hides a cycle, but never makes one up. */
const mostDependencies = 100_000;

export function findDependencies({ history, fields }: Case, plan: Plan | null): Dependencies {
  const committed = committedTurns(history.attempts);
  const found = new Collected();
  const unset = new UnsetReads(plan, fields);
  const sources = new Map(fields.map((fieldCase) => [fieldCase.field, new FieldDependencies(fieldCase, committed)]));
  for (const attempt of committed.values()) {
    for (const view of attempt.views)
      for (const state of view.fields) sources.get(state.field)?.add(attempt.tx.id, state, found);
    for (const field of unset.fieldsOf(attempt)) sources.get(field)?.addUnset(attempt.tx.id, found);
  }
  return { committed, byTurn: found.byTurn };
}

/** What the dependency rests on, in a phrase that can be checked against the history. */
export function because({ kind, before, after, field, write, shown }: Dependency): string {
  const written = `${write.write.id}: ${quoteChange(write.write)}`;
  if (kind === 'read-from') return `${after} read in ${field} what ${before} wrote (${written})`;
  const read = shown === null ? field : `${field} as ${quotePart(shown)}`;
  return `${before} read ${read} before ${after} wrote to it (${written})`;
}

function committedTurns(attempts: readonly Attempt[]): CommittedTurns {
  const committed = new Map<TransactionId, Attempt>();
  for (const attempt of attempts) {
    if (attempt.outcome?.kind !== 'committed') continue;
    const known = committed.get(attempt.tx.id);
    if (known === undefined || known.writes.length === 0) committed.set(attempt.tx.id, attempt);
  }
  for (const { tx, outcome } of lastRepairs(attempts)) if (outcome === null) committed.delete(tx.id);
  for (const turn of landedTwice(attempts)) committed.delete(turn);
  return committed;
}

function lastRepairs(attempts: readonly Attempt[]): Iterable<Attempt> {
  const repairs = attempts.filter(({ tx }) => tx.repairs === true);
  return new Map(repairs.map((attempt) => [attempt.tx.id, attempt])).values();
}

class Collected {
  readonly byTurn = new Map<TransactionId, Dependency[]>();
  #count = 0;

  add(dependency: Dependency): void {
    const { before, after } = dependency;
    if (before === after || this.#count >= mostDependencies) return;
    this.#count += 1;
    const known = this.byTurn.get(before);
    if (known === undefined) this.byTurn.set(before, [dependency]);
    else known.push(dependency);
  }
}

/**
 * Fields that a turn has asked for and that were not set yet: no view lists them, but the scripts say that they were read.
 * A field that starts with a value, or that an escalation is about, is not listed for another reason; and who was told early
 * what had become of an earlier attempt has read nothing.
 */
export class UnsetReads {
  readonly #plan: Plan | null;
  readonly #candidates: ReadonlySet<FieldName>;

  constructor(plan: Plan | null, fields: readonly FieldCase[]) {
    this.#plan = plan;
    this.#candidates = new Set(fields.filter(startsUnset).map(({ field }) => field));
  }

  fieldsOf({ tx, views }: Attempt): readonly FieldName[] {
    if (this.#plan === null || this.#candidates.size === 0) return [];
    const script = this.#plan.agents.find(({ agent }) => agent === tx.agent);
    const steps = (script?.turns[tx.turn]?.steps ?? []).filter(({ reads }) => reads.length > 0);
    if (views.length < steps.length) return [];
    const unset = new Set<FieldName>();
    for (const { reads } of steps) for (const field of reads) if (this.#candidates.has(field)) unset.add(field);
    for (const view of views) for (const field of namedIn(view)) unset.delete(field);
    return [...unset];
  }
}

function startsUnset({ declaration }: FieldCase): boolean {
  switch (declaration?.kind) {
    case 'scalar':
    case 'grow_set':
    case 'append_text':
      return declaration.initial === undefined;
    case 'counter':
    case 'text':
      return false;
    case undefined:
      return true;
  }
}

function* namedIn({ fields, escalations }: View): Generator<FieldName> {
  for (const { field } of fields) yield field;
  for (const { field } of escalations) yield field;
}

class FieldDependencies {
  readonly #field: FieldName;
  /** What the field began with, unless somebody has written the same. */
  readonly #initial: ReadonlySet<string>;
  readonly #writers: ReadonlyMap<string, Issued>;
  /** Committed writes that set the field at all: they come after whoever has read what it began with. */
  readonly #setters: readonly Issued[];
  /** Those of them whose turn had read this value, by value. */
  readonly #overwriters: ReadonlyMap<string, readonly Issued[]>;

  constructor(fieldCase: FieldCase, committed: CommittedTurns) {
    this.#field = fieldCase.field;
    const initial = new Set(initialParts(fieldCase.declaration));
    const issuers = issuersByPart(fieldCase);
    const isCommitted = ({ attempt }: Issued): boolean => committed.get(attempt.tx.id) === attempt;
    this.#initial = new Set([...initial].filter((part) => !issuers.has(part)));
    this.#writers = unambiguousWriters(issuers, (part, issued) => !initial.has(part) && isCommitted(issued));
    this.#setters = fieldCase.writes.filter((issued) => issued.write.kind === 'scalar' && isCommitted(issued));
    this.#overwriters = knownOverwriters(fieldCase.field, this.#setters);
  }

  add(reader: TransactionId, state: FieldState, found: Collected): void {
    switch (state.kind) {
      case 'scalar':
        for (const { part } of partsIn(state)) this.#addScalar(reader, part, found);
        return;
      case 'grow_set':
      case 'append_text':
        this.#addParts(reader, state.kind, new Set(partsIn(state).map(({ part }) => part)), found);
        return;
      case 'counter':
      case 'text':
        return;
    }
  }

  /** The reader was shown that the field is not set. */
  addUnset(reader: TransactionId, found: Collected): void {
    this.#addOverwritten(reader, null, this.#setters, found);
    for (const kind of growing) this.#addParts(reader, kind, nothing, found);
  }

  /** The writer of what was read comes before the reader, and the reader before whoever overwrote it. */
  #addScalar(reader: TransactionId, part: string, found: Collected): void {
    const write = this.#writers.get(part);
    if (write !== undefined) {
      const before = write.attempt.tx.id;
      found.add({ kind: 'read-from', before, after: reader, field: this.#field, write, shown: part });
      this.#addOverwritten(reader, part, this.#overwriters.get(part) ?? [], found);
    } else if (this.#initial.has(part)) this.#addOverwritten(reader, part, this.#setters, found);
  }

  #addOverwritten(reader: TransactionId, shown: string | null, by: readonly Issued[], found: Collected): void {
    for (const write of by) {
      const after = write.attempt.tx.id;
      found.add({ kind: 'overwritten', before: reader, after, field: this.#field, write, shown });
    }
  }

  /** What is in the view was written before it; what only grows and is missing in the view was written after it. */
  #addParts(reader: TransactionId, kind: Kind, seen: ReadonlySet<string>, found: Collected): void {
    for (const [part, write] of this.#writers) {
      if (write.write.kind !== kind) continue;
      const turn = write.attempt.tx.id;
      const rest = { field: this.#field, write, shown: null };
      if (seen.has(part)) found.add({ kind: 'read-from', before: turn, after: reader, ...rest });
      else found.add({ kind: 'overwritten', before: reader, after: turn, ...rest });
    }
  }
}

const growing = ['grow_set', 'append_text'] as const;
const nothing: ReadonlySet<string> = new Set();

/** By value, the only write that has ever issued it; null where there are several. */
function issuersByPart({ writes }: FieldCase): ReadonlyMap<string, Issued | null> {
  const issuers = new Map<string, Issued | null>();
  for (const issued of writes) {
    for (const part of everyPart(issued)) {
      const known = issuers.get(part);
      if (known === undefined) issuers.set(part, issued);
      else if (known !== issued) issuers.set(part, null);
    }
  }
  return issuers;
}

/** By value, for those that one write alone has ever issued, and that it stands for in the end. */
function unambiguousWriters(
  issuers: ReadonlyMap<string, Issued | null>,
  counts: (part: string, issued: Issued) => boolean,
): ReadonlyMap<string, Issued> {
  const writers = new Map<string, Issued>();
  for (const [part, issued] of issuers) {
    if (issued !== null && issued.parts.includes(part) && counts(part, issued)) writers.set(part, issued);
  }
  return writers;
}

/** What a later view of a turn shows may have come after its write. */
function knownOverwriters(field: FieldName, setters: readonly Issued[]): ReadonlyMap<string, readonly Issued[]> {
  const overwriters = new Map<string, Issued[]>();
  for (const issued of setters) {
    for (const state of issued.attempt.views[0]?.fields ?? []) {
      if (state.field !== field || state.kind !== 'scalar') continue;
      for (const { part } of partsIn(state)) {
        if (issued.parts.includes(part)) continue;
        const known = overwriters.get(part);
        if (known === undefined) overwriters.set(part, [issued]);
        else if (!known.includes(issued)) known.push(issued);
      }
    }
  }
  return overwriters;
}
