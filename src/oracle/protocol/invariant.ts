/**
 * An invariant of protocols, as a pure reducer over what was reported and seen. States are immutable and plain, and stay the
 * same object where nothing changes: whoever walks many interleavings can keep one per state of the world.
 */

import type { InvariantName, Observation, ProtocolEvent } from '../../contract/index.ts';
import type { LiveGrants } from './live-grants.ts';

/** What a reducer returns instead of a state when the invariant is broken. */
export class Violation {
  /** What is wrong, in one sentence. */
  readonly sentence: string;

  constructor(sentence: string) {
    this.sentence = sentence;
  }
}

/** An invariant at one kind of event or observation; `seen` tells who reported it and when, `live` what was granted before. */
export interface Step {
  /** Whether the invariant has something to say about it, or lets it pass whatever it is. */
  judges(state: unknown, event: unknown, seen: Observation, live: LiveGrants): boolean;
  /** The next state, or the violation. */
  next(state: unknown, event: unknown, seen: Observation, live: LiveGrants): unknown;
}

export interface ProtocolInvariant {
  readonly name: InvariantName;
  readonly start: unknown;
  /** By kind of event or observation. Other kinds leave its state alone: they may be left out. */
  readonly steps: ReadonlyMap<string, Step>;
}

export type EventOf<Kind extends ProtocolEvent['kind']> = Extract<ProtocolEvent, { readonly kind: Kind }>;
export type SeenOf<Kind extends Observation['kind']> = Extract<Observation, { readonly kind: Kind }>;

/** For each kind a function of the state, of what is of this kind, of the observation as a whole, and of what is granted. */
type ByKind<State, Result> = {
  readonly [Kind in ProtocolEvent['kind']]?: Reaction<State, EventOf<Kind>, Result>;
} & {
  readonly [Kind in 'told' | 'stopped']?: Reaction<State, SeenOf<Kind>, Result>;
};
type Reaction<State, Event, Result> = (state: State, event: Event, seen: Observation, live: LiveGrants) => Result;

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
