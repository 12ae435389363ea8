/** Invariants beside the walk: each state of the world has the states of all invariants with it. */

import type { Micros, Observation } from '../contract/index.ts';
import { subjectOf, Violation, type ProtocolInvariant } from '../oracle/protocol/invariant.ts';
import { grantsAfter, type LiveGrants } from '../oracle/protocol/live-grants.ts';

/** What is wrong, in one sentence, and the name of what it breaks. */
export interface Breach {
  readonly name: string;
  readonly violation: string;
}

/** The position of one combination of states of all invariants, and of the grants that they are asked about. */
export type WatchState = number;

interface Watched {
  readonly live: LiveGrants;
  readonly states: readonly unknown[];
}

export class Watch {
  readonly #invariants: readonly ProtocolInvariant[];
  readonly #observations: readonly Observation[];
  readonly #watched: Watched[] = [];
  readonly #byContent = new Map<string, WatchState>();
  readonly #steps: Map<string, WatchState | Breach>[] = [];

  /** Observations are named by their positions in this list, which may grow. */
  constructor(invariants: readonly ProtocolInvariant[], observations: readonly Observation[]) {
    this.#invariants = invariants;
    this.#observations = observations;
    this.#intern({ live: [], states: invariants.map(({ start }) => start) });
  }

  /** Before anything was seen: the position 0. */
  next(state: WatchState, observation: number, clock: Micros): WatchState | Breach {
    const steps = this.#steps[state];
    const key = `${String(observation)} ${String(clock)}`;
    const known = steps?.get(key);
    if (known !== undefined) return known;
    const next = this.#judge(state, observation, clock);
    steps?.set(key, next);
    return next;
  }

  #judge(state: WatchState, position: number, clock: Micros): WatchState | Breach {
    const observation = this.#observations[position];
    if (observation === undefined) throw new Error('what was never seen cannot be judged');
    const seen = { ...observation, at: clock };
    const subject = subjectOf(seen);
    const { live, states } = this.#watched[state] as Watched;
    const next: unknown[] = [];
    for (const [index, invariant] of this.#invariants.entries()) {
      const step = invariant.steps.get(subject.kind);
      const judged = step === undefined ? states[index] : step.next(states[index], subject, seen, live);
      if (judged instanceof Violation) return { name: invariant.name, violation: judged.sentence };
      next.push(judged);
    }
    return this.#intern({ live: grantsAfter(live, subject, seen.replica), states: next });
  }

  #intern(watched: Watched): WatchState {
    const key = JSON.stringify(watched);
    const known = this.#byContent.get(key);
    if (known !== undefined) return known;
    this.#byContent.set(key, this.#watched.length);
    this.#watched.push(watched);
    this.#steps.push(new Map());
    return this.#watched.length - 1;
  }
}
