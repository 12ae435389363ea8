/**
 * The walk over all states of a small world, breadth first: the first path to whatever is wrong is a shortest one. A state
 * in which something is wrong is walked no further.
 *
 * A walk that comes to half of its bound will hardly be complete, and may be far from any ending. So with the other half it
 * dives: from states that are spread over all that it has reached, down to where nothing can happen any more.
 */

import {
  hubId,
  micros,
  replicaOf,
  type MergeStrategy,
  type WalkBounds,
  type WalkedFaults,
  type WalkResult,
  type WalkViolation,
} from '../contract/index.ts';
import type { ProtocolInvariant } from '../oracle/protocol/invariant.ts';
import { createStreams } from '../random/index.ts';
import { guarded } from '../simulator/guard.ts';
import { Automaton, Sightings } from './automaton.ts';
import { close, type Closing } from './closing.ts';
import { retell } from './retelling.ts';
import type { Scenario } from './scenarios.ts';
import { doubled, TupleTable } from './tuple-table.ts';
import { Watch, type Breach } from './watch.ts';
import { World, type Move } from './world.ts';

export interface WalkInput {
  readonly strategy: MergeStrategy;
  readonly scenario: Scenario;
  readonly faults: WalkedFaults;
  readonly bounds: WalkBounds;
  readonly invariants: readonly ProtocolInvariant[];
  /** Called every few thousand states. */
  readonly onProgress?: (states: number) => void;
}

const progressEvery = 4_096;
/** So many dives start before any begins beside an earlier one. */
const divesApart = 256;

/** The same input gives the same result. */
export function walk(input: WalkInput): WalkResult {
  const random = createStreams('explore').stream('guard');
  // All orders are walked at once: there is no one time.
  return guarded({ random, now: () => micros(0) }, () => {
    const found = new Walk(input);
    try {
      return found.run();
    } finally {
      found.close();
    }
  });
}

interface Suspicion {
  readonly broken: Breach[];
  readonly state: number;
  /** The last move, if it has broken something; null: the closing has. */
  readonly move: Move | null;
}

class Walk {
  readonly #input: WalkInput;
  readonly #sightings = new Sightings();
  readonly #automata: readonly Automaton[];
  readonly #watch: Watch;
  readonly #world: World;
  readonly #states: TupleTable;
  /** The state that is being walked on, and how many were before. */
  readonly #current: Int32Array;
  #walked = 0;
  /** By state: from which one it was reached first, and by which of its moves. */
  #parents = new Int32Array(1024);
  #choices = new Int32Array(1024);
  /** What the endings that were judged look like. */
  readonly #judged = new Set<string>();
  readonly #suspicions: Suspicion[] = [];
  readonly #broken = new Set<string>();
  #endings = 0;
  #depth = 0;

  constructor(input: WalkInput) {
    const { strategy, scenario, invariants, bounds, faults } = input;
    this.#input = input;
    const agents = scenario.plan.agents.map(({ agent }) => replicaOf(agent));
    const ids = strategy.layout === 'hub' ? [...agents, hubId] : agents;
    const streams = createStreams('explore');
    const shared = { strategy, plan: scenario.plan, streams };
    this.#automata = ids.map((id) => {
      const peers = ids.filter((other) => other !== id);
      return new Automaton({ ...shared, id, peers }, ids, this.#sightings);
    });
    this.#watch = new Watch(invariants, this.#sightings.observations);
    this.#world = new World(this.#automata, this.#watch, bounds, faults);
    this.#states = new TupleTable(this.#world.width);
    this.#current = new Int32Array(this.#world.width);
  }

  run(): WalkResult {
    const broken = this.#world.start();
    if (broken !== null) this.#suspect(broken, 0, null);
    this.#states.intern(this.#world.next);
    if (broken === null) this.#walkAll();
    else this.#walked = 1;
    return {
      states: this.#states.size,
      transitions: this.#world.transitions,
      depth: this.#depth,
      endings: this.#endings,
      judged: this.#judged.size,
      frontier: this.#states.size - this.#walked,
      violations: this.#suspicions.map((suspicion) => this.#retold(suspicion)),
      localStates: this.#automata.reduce((sum, { size }) => sum + size, 0),
      reruns: this.#automata.reduce((sum, { reruns }) => sum + reruns, 0),
    };
  }

  close(): void {
    for (const automaton of this.#automata) automaton.close();
  }

  #walkAll(): void {
    const { states } = this.#input.bounds;
    let levelEnd = 1;
    let current = 0;
    for (; current < this.#states.size && this.#states.size < states / 2; current += 1) {
      if (current === levelEnd) {
        levelEnd = this.#states.size;
        this.#depth += 1;
      }
      this.#walkOn(current);
    }
    const dived = this.#diveFrom(current, this.#states.size);
    for (; current < this.#states.size && this.#states.size < states; current += 1) {
      if (!dived.has(current)) this.#walkOn(current);
    }
  }

  /** From states of which none was walked on, those from `first` to before `end`. Returns from which it has. */
  #diveFrom(first: number, end: number): ReadonlySet<number> {
    const dived = new Set<number>();
    const apart = Math.ceil((end - first) / divesApart);
    let dives = 0;
    for (let offset = 0; offset < apart; offset += 1) {
      for (let start = first + offset; start < end; start += apart) {
        if (this.#states.size >= this.#input.bounds.states) return dived;
        this.#dive(start, dives, dived);
        dives += 1;
      }
    }
    return dived;
  }

  /** Goes on from one of the new states as long as there are any: which one depends on the number of the dive. */
  #dive(start: number, number: number, dived: Set<number>): void {
    let current = start;
    for (;;) {
      const known = this.#states.size;
      this.#walkOn(current);
      dived.add(current);
      const found = this.#states.size - known;
      if (found === 0 || this.#states.size >= this.#input.bounds.states) return;
      current = known + (number % found);
    }
  }

  #walkOn(current: number): void {
    if (this.#walked % progressEvery === 0) this.#input.onProgress?.(this.#states.size);
    this.#walked += 1;
    const state = this.#current;
    this.#states.read(current, state);
    let choice = 0;
    this.#world.visitSuccessors(state, (move, broken) => {
      if (broken === null) this.#reach(current, choice);
      else this.#suspect(broken, current, move);
      choice += 1;
    });
    if (choice === 0 || this.#world.isAtRest(state)) this.#end(state, current);
  }

  #reach(parent: number, choice: number): void {
    const { size } = this.#states;
    if (this.#states.intern(this.#world.next) !== size) return;
    if (size === this.#parents.length) {
      this.#parents = doubled(this.#parents);
      this.#choices = doubled(this.#choices);
    }
    this.#parents[size] = parent;
    this.#choices[size] = choice;
  }

  /**
   * States that look the same from outside are taken to end in the same way: the first one of them is brought to rest. What is
   * seen meanwhile is its own, since it may tell of what the machines remember.
   */
  #end(state: Int32Array, current: number): void {
    this.#endings += 1;
    const appearances = this.#automata.map((automaton, machine) => automaton.appearance(state[machine] as number));
    const key = JSON.stringify([appearances, this.#world.inboxes(state), this.#world.clockOf(state)]);
    if (this.#judged.has(key)) return;
    this.#judged.add(key);
    const { seen, violations } = this.#close(state);
    for (const violation of violations) this.#suspect(violation, current, null);
    let watched = this.#world.watchOf(state);
    for (const { observation, clock } of seen) {
      const next = this.#watch.next(watched, observation, clock);
      if (typeof next !== 'number') {
        this.#suspect(next, current, null);
        return;
      }
      watched = next;
    }
  }

  #close(state: Int32Array): Closing {
    const { strategy, scenario, faults } = this.#input;
    const stations = this.#automata.map((automaton, machine) => automaton.revive(state[machine] as number));
    const ids = this.#world.machines;
    const letters = this.#world.inboxes(state).map(({ from, to, message }) => ({
      from: ids[from] as (typeof ids)[number],
      to: ids[to] as (typeof ids)[number],
      message: this.#sightings.messages[message] as Uint8Array,
    }));
    const ending = { strategy, scenario, faults, sightings: this.#sightings };
    const closing = close(stations, letters, this.#world.clockOf(state), ending);
    for (const station of stations) station.close();
    return closing;
  }

  #suspect(violation: Breach, state: number, move: Move | null): void {
    if (this.#broken.has(violation.name)) return;
    this.#broken.add(violation.name);
    const last = this.#suspicions.at(-1);
    if (last?.state === state && last.move === null && move === null) last.broken.push(violation);
    else this.#suspicions.push({ broken: [violation], state, move });
  }

  #retold({ broken, state, move }: Suspicion): WalkViolation {
    const moves = [...this.#world.bootMoves, ...this.#movesTo(state), ...(move === null ? [] : [move])];
    return { broken, path: retell(this.#automata, moves, this.#sightings), atRest: move === null };
  }

  #movesTo(state: number): readonly Move[] {
    const moves: Move[] = [];
    const tuple = new Int32Array(this.#world.width);
    for (let at = state; at !== 0; at = this.#parents[at] as number) {
      this.#states.read(this.#parents[at] as number, tuple);
      moves.push(this.#moveAt(tuple, this.#choices[at] as number));
    }
    return moves.reverse();
  }

  #moveAt(state: Int32Array, choice: number): Move {
    const moves: Move[] = [];
    this.#world.visitSuccessors(state, (move) => moves.push(move));
    const move = moves[choice];
    if (move === undefined) throw new Error('a state was reached by a move that it does not have');
    return move;
  }
}
