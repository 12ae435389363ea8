/**
 * Which anomalies a trial could have shown at all: a strategy that was never put to the test deserves no praise. Whether
 * turns met is asked of what they set out to read and wrote, whatever the strategy made of it.
 */

import type { AnomalyName, FieldName, TransactionId } from '../../contract/index.ts';
import { hasEnded, type Span } from '../contention.ts';
import { ownership } from './endings.ts';
import type { Scene } from './scene.ts';

export function possibleAnomalies(scene: Scene): Set<AnomalyName> {
  const { opened, contention, protocol } = scene;
  const { history, issued } = opened;
  const possible = new Set<AnomalyName>();
  const when = (anomaly: AnomalyName, isPossible: boolean): void => {
    if (isPossible) possible.add(anomaly);
  };
  when('divergence', history.finals.length > 1 && issued.length > 0);
  when(
    'torn-transaction',
    history.attempts.some(({ writes }) => writes.length > 1),
  );
  when(
    'phantom-write',
    issued.some(({ told }) => told === 'refused'),
  );
  when('duplicate', opened.fields.some(canStandTwice));
  when('resurrected-write', opened.fields.some(isSetAgain));
  when(
    'two-owners',
    protocol.some(({ invariant, judged }) => judged > 0 && ownership.includes(invariant)),
  );
  if (history.agents.length > 1) {
    const reads = new Reads(scene);
    when('stale-read', hasLateReader(scene.spans, reads));
    if (contention.overlappingTurns > 0) meetings(scene, reads, when);
  }
  return possible;
}

type FieldCase = Scene['opened']['fields'][number];

/** A turn was repeated, or two writes add the same. */
function canStandTwice({ writes }: FieldCase): boolean {
  const seen = new Set<string>();
  for (const { versions, parts, write } of writes) {
    if (versions.length > 1) return true;
    if (write.kind === 'scalar') continue;
    for (const part of parts) if (seen.has(part)) return true;
    for (const part of parts) seen.add(part);
  }
  return false;
}

function isSetAgain({ writes }: FieldCase): boolean {
  const set = writes.filter(({ write, told }) => write.kind === 'scalar' && told === 'committed');
  return set.length > 1;
}

/** What the turns set out to read: from the scripts, or where these aren't known, from what they were shown. */
class Reads {
  readonly #byTurn = new Map<TransactionId, readonly (readonly FieldName[])[]>();

  constructor({ opened: { history }, plan }: Scene) {
    const scripts = new Map(plan?.agents.map(({ agent, turns }) => [agent, turns]));
    for (const { tx, views } of history.attempts) {
      if (plan === null) {
        const shown = views.map(({ fields }) => fields.map(({ field }) => field));
        this.#byTurn.set(tx.id, [...(this.#byTurn.get(tx.id) ?? []), ...shown]);
      } else if (!this.#byTurn.has(tx.id)) {
        const steps = scripts.get(tx.agent)?.[tx.turn]?.steps ?? [];
        this.#byTurn.set(
          tx.id,
          steps.map(({ reads }) => reads).filter((reads) => reads.length > 0),
        );
      }
    }
  }

  /** A field may stand there more than once. */
  of({ turn }: Span): readonly FieldName[] {
    const steps = this.#byTurn.get(turn);
    return steps?.length === 1 ? (steps[0] ?? none) : (steps?.flat() ?? none);
  }

  /** More than one view: what was read first may be old when the rest is read. */
  inSteps({ turn }: Span): boolean {
    return (this.#byTurn.get(turn)?.length ?? 0) > 1;
  }
}

/** Somebody reads what another turn had written before. Expects the spans by begin. */
function hasLateReader(spans: readonly Span[], reads: Reads): boolean {
  const writtenAt = new Map<FieldName, number>();
  for (const { end, fields } of spans)
    for (const field of fields) writtenAt.set(field, Math.min(writtenAt.get(field) ?? Infinity, end));
  return spans.some((span) => {
    for (const field of reads.of(span)) if ((writtenAt.get(field) ?? Infinity) < span.begin) return true;
    return false;
  });
}

/** Every pair of turns of different agents that were under way at the same time. Expects the spans by begin. */
function meetings(
  { spans, opened }: Scene,
  reads: Reads,
  when: (anomaly: AnomalyName, isPossible: boolean) => void,
): void {
  const written = new Set(opened.fields.map(({ field }) => field));
  const mixable = new Set(opened.fields.flatMap((fieldCase) => (isMixable(fieldCase) ? [fieldCase.field] : [])));
  let open: Span[] = [];
  for (const span of spans) {
    open = open.filter((other) => !hasEnded(other, span));
    const left = reads.of(span);
    for (const other of open) {
      if (other.agent === span.agent) continue;
      const right = reads.of(other);
      const both = inBoth(span.fields, other.fields);
      when('lost-update', both.length > 0);
      when('dirty-write', both.length > 1);
      when(
        'interleaved-text',
        both.some((field) => mixable.has(field)),
      );
      const [shown, showing] = [inBoth(left, other.fields), inBoth(right, span.fields)];
      when('dirty-read', shown.length > 0 || showing.length > 0);
      when('read-skew', canSkew(shown, span, reads) || canSkew(showing, other, reads));
      when(
        'write-skew',
        shown.some((field) => showing.some((another) => another !== field)),
      );
      if (left.length > 1 && right.length > 1) {
        const known = inBoth(left, written);
        when('long-fork', known.length > 1 && known.filter((field) => right.includes(field)).length > 1);
      }
    }
    open.push(span);
  }
}

function isMixable({ writes }: FieldCase): boolean {
  return writes.some(({ write, parts }) => write.kind === 'text' || (write.kind === 'append_text' && parts.length > 1));
}

/** Of what the other turn wrote it read several fields, or one of them while it read in several steps. */
function canSkew(read: readonly FieldName[], reader: Span, reads: Reads): boolean {
  return read.length > 1 || (read.length > 0 && reads.inSteps(reader));
}

const none: readonly FieldName[] = [];

/** Each of them once. */
function inBoth(some: Iterable<FieldName>, others: ReadonlySet<FieldName>): readonly FieldName[] {
  let found = none;
  for (const field of some) if (others.has(field) && !found.includes(field)) found = [...found, field];
  return found;
}
