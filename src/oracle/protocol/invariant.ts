/**
 * An invariant of protocols, as a pure reducer over what was reported and seen. States are immutable and plain, and stay the
 * same object where nothing changes: whoever walks many interleavings can keep one per state of the world.
 */

import type { InvariantName, Observation, ProtocolEvent } from '../../contract/index.ts';

/** What a reducer returns instead of a state when the invariant is broken. */
export class Violation {
  /** What is wrong, in one sentence. */
  readonly sentence: string;

  constructor(sentence: string) {
    this.sentence = sentence;
  }
}

/** An invariant at one kind of event or observation; `seen` tells who reported it and when. */
export interface Step {
  /** Whether the invariant has something to say about it, or lets it pass whatever it is. */
  judges(state: unknown, event: unknown, seen: Observation): boolean;
  /** The next state, or the violation. */
  next(state: unknown, event: unknown, seen: Observation): unknown;
}

export interface ProtocolInvariant {
  readonly name: InvariantName;
  readonly start: unknown;
  /** By kind of event or observation. Other kinds leave its state alone: they may be left out. */
  readonly steps: ReadonlyMap<string, Step>;
}

export type EventOf<Kind extends ProtocolEvent['kind']> = Extract<ProtocolEvent, { readonly kind: Kind }>;
export type SeenOf<Kind extends Observation['kind']> = Extract<Observation, { readonly kind: Kind }>;

/** For each kind a function of the state, of what is of this kind, and of the observation as a whole. */
type ByKind<State, Result> = {
  readonly [Kind in ProtocolEvent['kind']]?: (state: State, event: EventOf<Kind>, seen: Observation) => Result;
} & {
  readonly [Kind in 'told' | 'stopped']?: (state: State, event: SeenOf<Kind>, seen: Observation) => Result;
};

interface Parts<State> {
  readonly name: InvariantName;
  readonly start: State;
  readonly judges: ByKind<State, boolean>;
  readonly next: ByKind<State, State | Violation>;
}

/** Its states are nobody's business but its own: nobody else needs to know their type. */
export function protocolInvariant<State>({ name, start, judges, next }: Parts<State>): ProtocolInvariant {
  const questions = judges as Readonly<Record<string, Step['judges'] | undefined>>;
  const reactions = Object.entries(next as Readonly<Record<string, Step['next']>>);
  const steps = reactions.map(([kind, react]) => [kind, { judges: questions[kind] ?? never, next: react }] as const);
  return { name, start, steps: new Map(steps) };
}

/** What an observation is about: the event that was reported, or else itself. */
export function subjectOf(seen: Observation): ProtocolEvent | Exclude<Observation, { readonly kind: 'reported' }> {
  return seen.kind === 'reported' ? seen.event : seen;
}

export function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}

/** Negative, 0 or positive, by code units. */
export function compared(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/**
 * The list with this entry, instead of the one that stands at its place in the order if there is one. Lists are always kept
 * in order: equal contents are equal lists.
 */
export function put<Entry>(
  list: readonly Entry[],
  entry: Entry,
  order: (one: Entry, other: Entry) => number,
): readonly Entry[] {
  const next = list.slice();
  for (let at = 0; at < next.length; at += 1) {
    const distance = order(next[at] as Entry, entry);
    if (distance < 0) continue;
    if (distance === 0) next[at] = entry;
    else next.splice(at, 0, entry);
    return next;
  }
  next.push(entry);
  return next;
}

/** The order of entries of which there is one per machine. */
export function byReplica(one: { readonly replica: string }, other: { readonly replica: string }): number {
  return compared(one.replica, other.replica);
}

/** The order of entries of which there is one per field. */
export function byField(one: { readonly field: string }, other: { readonly field: string }): number {
  return compared(one.field, other.field);
}
