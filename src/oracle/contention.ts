/** Which turns of different agents were under way at the same time, and which took over from one another. */

import type { AgentId, Contention, FieldName, History, TransactionId } from '../contract/index.ts';

/** A turn from the first request to the last answer, over all attempts. */
export interface Span {
  readonly turn: TransactionId;
  readonly agent: AgentId;
  readonly begin: number;
  readonly end: number;
  /** What it wrote. */
  readonly fields: ReadonlySet<FieldName>;
}

interface OpenSpan extends Span {
  end: number;
  readonly fields: Set<FieldName>;
}

/** Expects the spans by begin. */
export function measureContention(spans: readonly Span[]): Contention {
  const byField = new Map<FieldName, Span[]>();
  for (const span of spans) {
    for (const field of span.fields) {
      const ofField = byField.get(field);
      if (ofField === undefined) byField.set(field, [span]);
      else ofField.push(span);
    }
  }
  return {
    overlappingTurns: overlappingPairs(spans),
    byField: new Map([...byField].map(([field, ofField]) => [field, overlappingPairs(ofField)])),
    handovers: new Map([...byField].map(([field, ofField]) => [field, handovers(ofField)])),
  };
}

/** In the order in which the turns began. */
export function turnSpans({ attempts }: History): readonly Span[] {
  const spans = new Map<TransactionId, OpenSpan>();
  for (const { tx, beganAt, endedAt, writes } of attempts) {
    const span = spans.get(tx.id) ?? {
      turn: tx.id,
      agent: tx.agent,
      begin: beganAt,
      end: endedAt,
      fields: new Set(),
    };
    spans.set(tx.id, span);
    span.end = Math.max(span.end, endedAt);
    for (const write of writes) span.fields.add(write.field);
  }
  return [...spans.values()].sort((one, other) => one.begin - other.begin);
}

/** Pairs of spans of different agents; one that begins when another ends doesn't overlap it. Expects them by begin. */
function overlappingPairs(spans: readonly Span[]): number {
  const byEnd = [...spans].sort((one, other) => one.end - other.end);
  const open = new Map<AgentId, number>();
  let openTotal = 0;
  let pairs = 0;
  let closed = 0;
  for (const span of spans) {
    for (let next = byEnd[closed]; next !== undefined && hasEnded(next, span); next = byEnd[closed]) {
      open.set(next.agent, (open.get(next.agent) ?? 0) - 1);
      openTotal -= 1;
      closed += 1;
    }
    pairs += openTotal - (open.get(span.agent) ?? 0);
    open.set(span.agent, (open.get(span.agent) ?? 0) + 1);
    openTotal += 1;
  }
  return pairs;
}

/** Expects the spans by begin. */
function handovers(spans: readonly Span[]): number {
  return spans.filter((span, index) => {
    const before = spans[index - 1];
    return before !== undefined && before.agent !== span.agent && hasEnded(before, span);
  }).length;
}

/** Two that begin at the same instant overlap, even if one ends in it. */
export function hasEnded(earlier: Span, span: Span): boolean {
  return earlier.end <= span.begin && earlier.begin < span.begin;
}
