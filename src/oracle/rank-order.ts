/**
 * Whether the state is the one that the turns would have made one after another in the order of their ranks. The ranks are
 * the strategy's own claim; all else is known from outside: what a turn writes follows from what it would have been shown, by
 * the script that the workload gave its agent. A turn whose agent was told nothing may have taken effect or not, also with
 * what it wrote when it last could.
 */

import {
  canonicalJson,
  writeId,
  writeNumber,
  type Attempt,
  type DocumentState,
  type FieldName,
  type FieldState,
  type History,
  type Plan,
  type Step,
  type TransactionId,
  type Write,
  type WriteId,
} from '../contract/index.ts';
import { FoldedDocument } from '../document/index.ts';
import type { Case } from './case.ts';

/** So many turns may have taken effect or not before nothing can be said any more. */
const mostUnanswered = 5;

interface RankedTurn {
  readonly id: TransactionId;
  readonly rank: number;
  readonly steps: readonly Step[];
  /** Any of its attempts: they differ in nothing that is asked here. */
  readonly attempt: Attempt;
  /** Writes that wait for a person instead of taking effect. */
  readonly aside: readonly WriteId[];
  /** What it last wrote, if its agent never heard what became of it. */
  readonly unanswered: readonly Write[] | null;
}

/** What became of an unanswered turn. */
type Effect = 'none' | 'as its script says' | 'as it was written';
const effects: readonly Effect[] = ['none', 'as its script says', 'as it was written'];

/** The first field that isn't as it should be, in one sentence, or null. */
export function findRankViolation({ history, finals }: Case, plan: Plan): string | null {
  const [final, other] = finals;
  if (history.restAt === null || final === undefined || other !== undefined) return null;
  const ranks = reportedRanks(history);
  const unranked = doneTurns(history).find((id) => !ranks.has(id));
  if (unranked !== undefined) return `${unranked} is done, but nobody has said which rank it had`;
  const turns = turnsInOrder(history, plan, ranks);
  const doubtful = turns.filter(({ unanswered }) => unanswered !== null);
  if (doubtful.length > mostUnanswered) return null;
  let first: string | null = null;
  for (let choice = 0; choice < effects.length ** doubtful.length; choice += 1) {
    const effectOf = (turn: RankedTurn): Effect => {
      const digit = Math.floor(choice / effects.length ** doubtful.indexOf(turn)) % effects.length;
      return turn.unanswered === null ? 'as its script says' : (effects[digit] as Effect);
    };
    const difference = firstDifference(replay(turns, effectOf, plan), final.state);
    if (difference === null) return null;
    first ??= `${difference} when ${turns.map(({ id }) => id).join(', ')} are made one after another`;
  }
  return first;
}

function reportedRanks({ observations }: History): ReadonlyMap<TransactionId, number> {
  const ranks = new Map<TransactionId, number>();
  for (const seen of observations) {
    if (seen.kind === 'reported' && seen.event.kind === 'rank') ranks.set(seen.event.tx, seen.event.rank);
  }
  return ranks;
}

function doneTurns({ turns }: History): readonly TransactionId[] {
  return turns.filter(({ end }) => end === 'done').map(({ transaction }) => transaction);
}

function turnsInOrder(
  history: History,
  { agents }: Plan,
  ranks: ReadonlyMap<TransactionId, number>,
): readonly RankedTurn[] {
  const done = new Set(doneTurns(history));
  const attempts = new Map<TransactionId, Attempt[]>();
  for (const attempt of history.attempts) {
    const known = attempts.get(attempt.tx.id);
    if (known === undefined) attempts.set(attempt.tx.id, [attempt]);
    else known.push(attempt);
  }
  const ranked = [...attempts].flatMap(([id, ofTurn]): RankedTurn[] => {
    const [attempt] = ofTurn;
    const rank = ranks.get(id);
    const script = agents.find(({ agent }) => agent === attempt?.tx.agent);
    const steps = script?.turns[attempt?.tx.turn ?? 0]?.steps;
    if (attempt === undefined || rank === undefined || steps === undefined) return [];
    const unanswered = done.has(id) ? null : lastUnanswered(ofTurn);
    if (!done.has(id) && unanswered === null) return [];
    return [{ id, rank, steps, attempt, aside: asideOf(ofTurn), unanswered }];
  });
  return ranked.sort((one, other) => one.rank - other.rank);
}

function lastUnanswered(attempts: readonly Attempt[]): readonly Write[] | null {
  return attempts.findLast(({ outcome, writes }) => outcome === null && writes.length > 0)?.writes ?? null;
}

function asideOf(attempts: readonly Attempt[]): readonly WriteId[] {
  const last = attempts.findLast(({ outcome }) => outcome?.kind === 'committed' || outcome?.kind === 'escalated');
  return last?.outcome?.kind === 'escalated' ? last.outcome.writes : [];
}

function replay(
  turns: readonly RankedTurn[],
  effectOf: (turn: RankedTurn) => Effect,
  { schema }: Plan,
): FoldedDocument {
  const document = new FoldedDocument(schema);
  for (const turn of turns) for (const write of writesOf(turn, effectOf(turn), document)) document.apply(write);
  return document;
}

function writesOf(turn: RankedTurn, effect: Effect, document: FoldedDocument): readonly Write[] {
  switch (effect) {
    case 'none':
      return [];
    case 'as its script says':
      return scripted(turn, document).filter(({ id }) => !turn.aside.includes(id));
    case 'as it was written':
      return turn.unanswered ?? [];
  }
}

/** What the turn writes where it is shown this document in all its steps. */
function scripted({ id, steps, attempt }: RankedTurn, document: FoldedDocument): readonly Write[] {
  const { agent, turn } = attempt.tx;
  const seen = new Map<FieldName, FieldState>();
  const drafts = steps.flatMap((step) => {
    for (const name of step.reads) {
      const state = document.field(name);
      if (state !== undefined) seen.set(name, state);
    }
    return step.write({ fields: [...seen.values()], escalations: [] });
  });
  return drafts.map((draft, index) => ({
    id: writeId(id, index),
    agent,
    number: writeNumber(turn, index),
    attempt: 1,
    ...draft,
  }));
}

function firstDifference(document: FoldedDocument, { fields }: DocumentState): string | null {
  const expected = new Map(document.fields().map((state) => [state.field, shown(state)]));
  const found = new Map(fields.map((state) => [state.field, shown(state)]));
  const names = [...new Set([...expected.keys(), ...found.keys()])].sort();
  const different = names.find((name) => expected.get(name) !== found.get(name));
  if (different === undefined) return null;
  const quoted = (text: string | undefined): string => (text === undefined ? 'not set' : text.slice(0, 200));
  return `${different} is ${quoted(found.get(different))} but becomes ${quoted(expected.get(different))}`;
}

/** Whoever wrote it. */
function shown(state: FieldState): string {
  switch (state.kind) {
    case 'scalar':
      return canonicalJson(state.value);
    case 'counter':
      return String(state.value);
    case 'text':
      return JSON.stringify(state.content);
    case 'append_text':
      return JSON.stringify(state.lines.map(({ value }) => value));
    case 'grow_set':
      return `{${state.elements
        .map(({ value }) => canonicalJson(value))
        .sort()
        .join()}}`;
  }
}
