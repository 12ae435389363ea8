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

export interface ProtocolInvariant<State> {
  readonly name: InvariantName;
  readonly start: State;
  /** It has nothing to do with other kinds of events and observations: they may be left out. */
  readonly looksAt: readonly string[];
  /** Whether the invariant has something to say about this observation, or lets it pass whatever it is. */
  judges(state: State, seen: Observation): boolean;
  next(state: State, seen: Observation): State | Violation;
}

export type EventOf<Kind extends ProtocolEvent['kind']> = Extract<ProtocolEvent, { readonly kind: Kind }>;
export type SeenOf<Kind extends Observation['kind']> = Extract<Observation, { readonly kind: Kind }>;

/** What an invariant makes of one kind of event; `seen` tells who reported it and when. */
type Reaction<State, Event> = (state: State, event: Event, seen: Observation) => State | Violation;

type Reactions<State> = { readonly [Kind in ProtocolEvent['kind']]?: Reaction<State, EventOf<Kind>> } & {
  readonly [Kind in 'told' | 'stopped']?: Reaction<State, SeenOf<Kind>>;
};

/** The step of an invariant that looks at these kinds only; all others leave its state alone. */
export function reactingTo<State>(reactions: Reactions<State>): Pick<ProtocolInvariant<State>, 'looksAt' | 'next'> {
  return {
    looksAt: Object.keys(reactions),
    next: (state, seen) => {
      const event = seen.kind === 'reported' ? seen.event : seen;
      if (event.kind === 'returned') return state;
      const reaction = reactions[event.kind] as Reaction<State, typeof event> | undefined;
      return reaction === undefined ? state : reaction(state, event, seen);
    },
  };
}

/** The event that was reported, if it is of this kind. */
export function eventOf<Kind extends ProtocolEvent['kind']>(seen: Observation, kind: Kind): EventOf<Kind> | null {
  if (seen.kind !== 'reported' || seen.event.kind !== kind) return null;
  return seen.event as EventOf<Kind>;
}

type Key<Entry> = (entry: Entry) => string;

/**
 * The list with this entry instead of the one with the same key, or the same two keys. The order of the keys is kept: equal
 * contents are equal lists.
 */
export function put<Entry>(
  list: readonly Entry[],
  entry: Entry,
  key: Key<Entry>,
  secondKey: Key<Entry> = key,
): readonly Entry[] {
  const [own, ownSecond] = [key(entry), secondKey(entry)];
  const at = list.findIndex((other) => key(other) > own || (key(other) === own && secondKey(other) >= ownSecond));
  const found = list[at];
  if (found === undefined) return [...list, entry];
  return key(found) === own && secondKey(found) === ownSecond ? list.with(at, entry) : list.toSpliced(at, 0, entry);
}
