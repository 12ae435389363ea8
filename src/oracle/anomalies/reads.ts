/**
 * What committed turns were shown and should not have been: what came to nothing or was replaced before its turn was done
 * (Adya's G1), and what had been overwritten by somebody who was told so before the turn began.
 */

import { canonicalJson, type Attempt, type FieldName, type TransactionId, type Write } from '../../contract/index.ts';
import type { Case } from '../case.ts';
import { clock } from '../reasons.ts';
import { describeCycle, findCycle } from '../serializability.ts';
import { initialParts, partsIn, partsOf, quoteChange, quotePart } from '../values.ts';
import { findingOf, type Finding, type Scene } from './scene.ts';

/** One sentence per turn. Circles of turns that have read from each other count as one. */
export function findDirtyReads({ opened, dependencies, cycle }: Scene): Finding | null {
  const sentences: string[] = [];
  if (opened.history.attempts.some(hasUnsettled)) {
    const unsettled = unsettledValues(opened);
    for (const attempt of dependencies().committed.values()) {
      const sentence = dirtyRead(attempt, unsettled);
      if (sentence !== null) sentences.push(sentence);
    }
  }
  const circle = cycle() === null ? null : findCycle(dependencies(), ({ kind }) => kind === 'read-from');
  return findingOf(circle === null ? sentences : [...sentences, describeCycle(circle)]);
}

interface Unsettled {
  readonly write: Write;
  readonly turn: TransactionId;
  readonly why: 'which was refused' | 'which that turn then replaced itself';
}

/** By field and value, those that nothing else explains. */
type UnsettledValues = ReadonlyMap<FieldName, ReadonlyMap<string, Unsettled>>;

/** Wrote something that came to nothing, or something that it may have replaced itself. */
function hasUnsettled({ outcome, writes, replaced }: Attempt): boolean {
  return replaced.length > 0 || writes.length > 1 || (writes.length > 0 && isRefused(outcome));
}

function isRefused(outcome: Attempt['outcome']): boolean {
  return outcome?.kind === 'conflict' || outcome?.kind === 'rejected';
}

function unsettledValues({ history, fields }: Case): UnsettledValues {
  const unsettled = new Map<FieldName, Map<string, Unsettled>>();
  const settled: Write[] = [];
  for (const attempt of history.attempts) {
    const wasRefused = isRefused(attempt.outcome);
    const replaced = wasRefused ? [...attempt.replaced, ...attempt.writes] : replacedWithin(attempt);
    const why = wasRefused ? 'which was refused' : 'which that turn then replaced itself';
    for (const write of replaced) {
      const ofField = unsettled.get(write.field) ?? new Map<string, Unsettled>();
      unsettled.set(write.field, ofField);
      for (const part of partsOf(write)) ofField.set(part, { write, turn: attempt.tx.id, why });
    }
    if (!wasRefused) for (const write of attempt.writes) if (!replaced.includes(write)) settled.push(write);
  }
  if (unsettled.size === 0) return unsettled;
  for (const write of settled) for (const part of partsOf(write)) unsettled.get(write.field)?.delete(part);
  for (const { field, declaration } of fields)
    for (const part of initialParts(declaration)) unsettled.get(field)?.delete(part);
  for (const { state } of history.finals)
    for (const { field, value } of state.resolutions) unsettled.get(field)?.delete(canonicalJson(value));
  return unsettled;
}

/** What the turn replaced after a notice, and what it set twice. */
function replacedWithin({ writes, replaced }: Attempt): readonly Write[] {
  if (writes.length < 2) return replaced;
  const isSetAgain = (write: Write, index: number): boolean =>
    write.kind === 'scalar' && writes.some((later, position) => position > index && later.field === write.field);
  return [...replaced, ...writes.filter(isSetAgain)];
}

function dirtyRead({ tx, views }: Attempt, unsettled: UnsettledValues): string | null {
  for (const view of views) {
    for (const state of view.fields) {
      const values = unsettled.get(state.field);
      if (values === undefined) continue;
      for (const { part } of partsIn(state)) {
        const found = values.get(part);
        if (found === undefined || found.turn === tx.id) continue;
        const { write, why } = found;
        return `${tx.id} was shown ${state.field} with what ${write.id} wrote there (${quoteChange(write)}), ${why}`;
      }
    }
  }
  return null;
}

/** One sentence per turn. */
export function findStaleReads({ dependencies }: Scene): Finding | null {
  const { committed, byTurn } = dependencies();
  const sentences: string[] = [];
  for (const [reader, following] of byTurn) {
    const began = committed.get(reader)?.beganAt;
    if (began === undefined) continue;
    const missed = following.find(
      ({ kind, write: { toldAt, attempt } }) =>
        // What was written anew after a notice came later than what its agent was told.
        kind === 'overwritten' && attempt.replaced.length === 0 && toldAt !== null && toldAt < began,
    );
    if (missed === undefined) continue;
    const { field, shown, write } = missed;
    const read = shown === null ? field : `${field} as ${quotePart(shown)}`;
    const told = `${write.write.id} (${quoteChange(write.write)}) was told committed at ${clock(write.toldAt)}`;
    sentences.push(`${reader} began at ${clock(began)} and read ${read}, although ${told}`);
  }
  return findingOf(sentences);
}
