/** What the agents meant and what they were told: one entry per write, however often its turn was repeated. */

import type {
  Attempt,
  DocumentState,
  FieldDeclaration,
  FieldName,
  History,
  Micros,
  Told,
  TransactionId,
  Write,
  WriteId,
} from '../contract/index.ts';
import { carries, sameValue } from './coverage.ts';
import { partsOf } from './values.ts';

export interface Issued {
  /** As the deciding attempt issued it. */
  readonly write: Write;
  /** The attempt whose value counts. */
  readonly attempt: Attempt;
  /**
   * Other attempts with the same value that may have landed, in order: told safe, or never answered. Which of them did can't
   * be seen from outside.
   */
  readonly alike: readonly Attempt[];
  /** What has to stand in the state: see `partsOf`. */
  readonly parts: readonly string[];
  readonly told: Told;
  readonly toldAt: Micros | null;
  /** As it ever stood: what its agent has replaced itself after a notice, then as every attempt issued it, oldest first. */
  readonly versions: readonly Write[];
  /** Nobody can have seen it before. */
  readonly firstBeganAt: Micros;
}

/** A field with all writes to it, in the order in which they were first issued. */
export interface FieldCase {
  readonly field: FieldName;
  /** Null for an undeclared field. */
  readonly declaration: FieldDeclaration | null;
  readonly writes: readonly Issued[];
}

interface Issue {
  readonly attempt: Attempt;
  readonly write: Write;
}

/** Attempts that were told safe before they issued anything: they learned what became of an earlier attempt. */
type LateAnswers = ReadonlyMap<TransactionId, Attempt>;

/** Every write of the history, in the order in which they were first issued. */
export function collectIssued(history: History): readonly Issued[] {
  const issues = new Map<WriteId, Issue[]>();
  const superseded = supersededRepairs(history.attempts);
  for (const attempt of history.attempts) {
    for (const write of superseded.has(attempt) ? [] : attempt.writes) {
      const known = issues.get(write.id);
      if (known === undefined) issues.set(write.id, [{ attempt, write }]);
      else known.push({ attempt, write });
    }
  }
  const finals = history.finals.map((final) => final.state);
  const late = lateAnswers(history.attempts);
  const replaced = history.attempts.flatMap((attempt) =>
    superseded.has(attempt) ? [...attempt.replaced, ...attempt.writes] : attempt.replaced,
  );
  return [...issues.values()].map((ofWrite) => {
    const issued = summarize(ofWrite, finals, late);
    if (replaced.length === 0) return issued;
    const earlier = replaced.filter(({ id }) => id === issued.write.id);
    return { ...issued, versions: [...earlier, ...issued.versions] };
  });
}

/** Repairs that were never answered, where a later one of the same turn was: its agent stands for that one. */
function supersededRepairs(attempts: readonly Attempt[]): ReadonlySet<Attempt> {
  const repairs = attempts.filter(({ tx }) => tx.repairs === true);
  const isSuperseded = ({ tx, outcome }: Attempt): boolean =>
    outcome === null &&
    repairs.some((other) => other.tx.id === tx.id && other.tx.attempt > tx.attempt && isSafe(other));
  return new Set(repairs.filter(isSuperseded));
}

function lateAnswers(attempts: readonly Attempt[]): LateAnswers {
  const late = attempts.filter((attempt) => attempt.writes.length === 0 && isSafe(attempt));
  return new Map(late.map((attempt) => [attempt.tx.id, attempt]));
}

/** The parts of all its versions, some of them perhaps more than once. */
export function everyPart({ versions, parts }: Issued): readonly string[] {
  return versions.length === 1 ? parts : versions.flatMap(partsOf);
}

export function groupByField(issued: readonly Issued[], history: History): readonly FieldCase[] {
  const declarations = new Map(history.schema.fields.map((declaration) => [declaration.field, declaration]));
  const groups = new Map<FieldName, Issued[]>();
  for (const entry of issued) {
    const group = groups.get(entry.write.field);
    if (group === undefined) groups.set(entry.write.field, [entry]);
    else group.push(entry);
  }
  return [...groups].map(([field, writes]) => ({ field, declaration: declarations.get(field) ?? null, writes }));
}

function summarize(issues: readonly Issue[], finals: readonly DocumentState[], late: LateAnswers): Issued {
  const [told, toldBy] = toldOf(issues, late);
  const deciding = decide(issues, finals);
  return {
    write: deciding.write,
    attempt: deciding.attempt,
    alike: alikeTo(issues, deciding),
    parts: partsOf(deciding.write),
    told,
    toldAt: toldBy === null ? null : toldBy.endedAt,
    versions: issues.map((issue) => issue.write),
    firstBeganAt: (issues[0] as Issue).attempt.beganAt,
  };
}

/**
 * What the agent was told in the end, by the attempts that issued the write, or by one that was told what became of them.
 * Once told that it is safe, it may rely on it. Told no by the last attempt, it still cannot know what became of an earlier
 * commit that was never answered.
 */
function toldOf(issues: readonly Issue[], late: LateAnswers): readonly [Told, Attempt | null] {
  const last = issues.at(-1) as Issue;
  const safe = issues.findLast(({ attempt }) => isSafe(attempt))?.attempt ?? late.get(last.attempt.tx.id);
  if (safe !== undefined) return [isEscalated(safe, last.write) ? 'escalated' : 'committed', safe];
  if (last.attempt.outcome === null || issues.some(isUnanswered)) return ['nothing', null];
  return ['refused', last.attempt];
}

/**
 * The attempt whose value counts: the last one, or, where it is unknown which of several landed, the newest of them that
 * any replica holds. Of several that were told safe with one value, the first: the others may have been told of that one.
 * An attempt that was refused counts only where no other explains what stands.
 */
function decide(issues: readonly Issue[], finals: readonly DocumentState[]): Issue {
  const last = issues.at(-1) as Issue;
  if (issues.length === 1) return last;
  if (isSafe(last.attempt))
    return issues.find((issue) => isSafe(issue.attempt) && sameValue(issue.write, last.write)) ?? last;
  const safe = issues.findLastIndex(({ attempt }) => isSafe(attempt));
  const open = issues.slice(Math.max(safe, 0)).filter((issue) => !isRefused(issue));
  const stands = (issue: Issue): boolean => finals.some((state) => carries(state, issue.write));
  const standing = open.findLast(stands) ?? (safe < 0 ? issues.findLast(stands) : undefined);
  return standing ?? open.at(-1) ?? last;
}

function alikeTo(issues: readonly Issue[], deciding: Issue): readonly Attempt[] {
  if (issues.length === 1 || !mayHaveLanded(deciding)) return [];
  return issues
    .filter((issue) => issue.attempt !== deciding.attempt && mayHaveLanded(issue))
    .filter((issue) => sameValue(issue.write, deciding.write))
    .map((issue) => issue.attempt);
}

function mayHaveLanded(issue: Issue): boolean {
  return isSafe(issue.attempt) || isUnanswered(issue);
}

function isSafe({ outcome }: Attempt): boolean {
  return outcome?.kind === 'committed' || outcome?.kind === 'escalated';
}

function isEscalated({ outcome }: Attempt, { id }: Write): boolean {
  return outcome?.kind === 'escalated' && outcome.writes.includes(id);
}

function isRefused({ attempt }: Issue): boolean {
  return attempt.outcome?.kind === 'conflict' || attempt.outcome?.kind === 'rejected';
}

function isUnanswered({ attempt }: Issue): boolean {
  return attempt.outcome === null && attempt.committedAt !== null;
}
