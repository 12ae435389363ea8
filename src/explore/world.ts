/**
 * All machines and the messages between them, as one tuple of numbers, and what may happen next in it.
 *
 * Messages arrive in order on each link, and at any time. A sync of a disk, an agent's next step and a judgement take any
 * time as well. The clock, which all machines share, stands still but for timers and restarts: so a timer may fire before
 * messages that were sent long before it, which is what a slow network is. Which timer may fire is a matter of the faults:
 * the one that is due first, or, where machines may be busy, the first one of any machine, the others being late.
 */

import type { Micros, ReplicaId, WalkBounds, WalkedFaults } from '../contract/index.ts';
import type { Automaton, LocalState, LocalStep } from './automaton.ts';
import { crashCode, cutCode, eventCode, eventOf, mostCuts, mostKept, receiveCode, type EventCode } from './event.ts';
import { Queues } from './queues.ts';
import type { Standing } from './station.ts';
import type { Breach, Watch } from './watch.ts';

export interface Move {
  readonly machine: number;
  readonly event: EventCode;
  readonly clock: Micros;
}

/** A down time: a restarted machine must be able to tell by its clock that time has passed. */
const downMicros = 1_000_000;

const codes = {
  boot: eventCode('boot'),
  synced: eventCode('synced'),
  agent: eventCode('agent'),
  judged: eventCode('judged'),
  timer: eventCode('timer'),
  gossip: eventCode('gossip'),
  restart: eventCode('restart'),
};

/** Receives each move that is possible, with its successor in `World.next`, or with what it breaks. */
export type Visit = (move: Move, broken: Breach | null) => void;

export class World {
  readonly machines: readonly ReplicaId[];
  /** Numbers of a state: one per machine, one per link, and those below. */
  readonly width: number;
  /** The successor that is being visited. */
  readonly next: Int32Array;
  /** Steps from one state to another, however often they lead to the same. */
  transitions = 0;
  readonly #automata: readonly Automaton[];
  readonly #watch: Watch;
  readonly #bounds: WalkBounds;
  readonly #faults: WalkedFaults;
  readonly #queues = new Queues();
  readonly #clocks: Micros[] = [0 as Micros];
  readonly #clockAt = new Map<Micros, number>([[0 as Micros, 0]]);
  readonly #at: {
    readonly watch: number;
    readonly clock: number;
    readonly timers: number;
    readonly rounds: number;
    readonly faults: number;
  };

  constructor(automata: readonly Automaton[], watch: Watch, bounds: WalkBounds, faults: WalkedFaults) {
    const links = automata.length * (automata.length + 1);
    this.machines = automata.map(({ id }) => id);
    this.#at = { watch: links, clock: links + 1, timers: links + 2, rounds: links + 3, faults: links + 4 };
    this.width = links + 5;
    this.next = new Int32Array(this.width);
    this.#automata = automata;
    this.#watch = watch;
    this.#bounds = bounds;
    this.#faults = faults;
  }

  /** Every machine is switched on, in order; the state is in `next` then. */
  start(): Breach | null {
    this.next.fill(0);
    for (const machine of this.machines.keys()) {
      const broken = this.#apply(machine, codes.boot, 0 as Micros);
      if (broken !== null) return broken;
    }
    return null;
  }

  get bootMoves(): readonly Move[] {
    return this.machines.map((_id, machine) => ({ machine, event: codes.boot, clock: 0 as Micros }));
  }

  /** All that may happen in the state, always in the same order. */
  visitSuccessors(state: Int32Array, visit: Visit): void {
    for (let machine = 0; machine < this.machines.length; machine += 1) {
      const { isUp, unsynced, agentWaits, judgementWaits } = this.#standing(state, machine);
      if (!isUp) {
        this.#visitRestart(state, machine, visit);
        continue;
      }
      for (let from = 0; from < this.machines.length; from += 1) {
        const queue = state[this.#link(from, machine)] as number;
        if (queue !== 0) this.#visit(state, machine, receiveCode(from, this.#queues.first(queue)), visit);
      }
      if (unsynced > 0) this.#visit(state, machine, codes.synced, visit);
      if (judgementWaits) this.#visit(state, machine, codes.judged, visit);
      if (agentWaits) this.#visit(state, machine, codes.agent, visit);
      if ((state[this.#at.timers] as number) < this.#bounds.timers) this.#visitTimer(state, machine, visit);
      if ((state[this.#at.rounds] as number) < this.#bounds.rounds) this.#visit(state, machine, codes.gossip, visit);
      if (this.#mayCrash(state)) {
        for (let kept = 0; kept <= Math.min(unsynced, mostKept); kept += 1)
          this.#visit(state, machine, crashCode(kept), visit);
      }
    }
  }

  /** All turns are over, every machine is up, and nothing is under way. */
  isAtRest(state: Int32Array): boolean {
    for (let machine = 0; machine < this.machines.length; machine += 1) {
      const { isUp, isDone, unsynced, agentWaits, judgementWaits } = this.#standing(state, machine);
      if (!isUp || !isDone || unsynced > 0 || agentWaits || judgementWaits) return false;
    }
    for (let link = this.machines.length; link < this.#at.watch; link += 1) if (state[link] !== 0) return false;
    return true;
  }

  clockOf(state: Int32Array): Micros {
    return this.#clocks[state[this.#at.clock] as number] as Micros;
  }

  watchOf(state: Int32Array): number {
    return state[this.#at.watch] as number;
  }

  /** What every machine has in its inbox, oldest first. */
  inboxes(state: Int32Array): readonly { readonly from: number; readonly to: number; readonly message: number }[] {
    const letters: { from: number; to: number; message: number }[] = [];
    for (const to of this.machines.keys()) {
      for (const from of this.machines.keys()) {
        const queue = state[this.#link(from, to)] as number;
        for (const message of this.#queues.all(queue)) letters.push({ from, to, message });
      }
    }
    return letters;
  }

  #visitTimer(state: Int32Array, machine: number, visit: Visit): void {
    const { timerDue } = this.#standing(state, machine);
    if (timerDue === null) return;
    if (this.#faults !== 'busy' && this.#hasEarlierTimer(state, machine, timerDue)) return;
    this.#visit(state, machine, codes.timer, visit, Math.max(timerDue, this.clockOf(state)) as Micros);
  }

  /** Of timers that are due at once, any may come first. */
  #hasEarlierTimer(state: Int32Array, machine: number, due: number): boolean {
    for (let other = 0; other < this.machines.length; other += 1) {
      const { isUp, timerDue } = this.#standing(state, other);
      if (other !== machine && isUp && timerDue !== null && timerDue < due) return true;
    }
    return false;
  }

  #visitRestart(state: Int32Array, machine: number, visit: Visit): void {
    this.#visit(state, machine, codes.restart, visit, (this.clockOf(state) + downMicros) as Micros);
  }

  /** The event, and after it the same event with a crash before each of its effects. */
  #visit(state: Int32Array, machine: number, event: EventCode, visit: Visit, clock = this.clockOf(state)): void {
    const { cuts } = this.#visitOne(state, machine, event, clock, visit);
    if (cuts.length === 0 || !this.#mayCrash(state)) return;
    for (let before = 0; before < Math.min(cuts.length, mostCuts); before += 1) {
      const unsynced = cuts[before] ?? null;
      if (unsynced === null) continue;
      for (let kept = 0; kept <= Math.min(unsynced, mostKept); kept += 1)
        this.#visitOne(state, machine, cutCode(event, before, kept), clock, visit);
    }
  }

  #visitOne(state: Int32Array, machine: number, event: EventCode, clock: Micros, visit: Visit): LocalStep {
    const { next } = this;
    next.set(state);
    const step = this.#stepOf(machine, event, clock);
    const broken = this.#take(machine, step, event, clock);
    this.transitions += 1;
    visit({ machine, event, clock }, broken);
    return step;
  }

  #apply(machine: number, event: EventCode, clock: Micros): Breach | null {
    return this.#take(machine, this.#stepOf(machine, event, clock), event, clock);
  }

  #stepOf(machine: number, event: EventCode, clock: Micros): LocalStep {
    return this.#automaton(machine).step(this.next[machine] as LocalState, event, clock);
  }

  /** Turns `next` into the state after the step. */
  #take(machine: number, step: LocalStep, event: EventCode, clock: Micros): Breach | null {
    const { next } = this;
    const at = this.#at;
    if (step.failure !== null) return { name: 'rules of the interface', violation: step.failure };
    const wasUp = this.#standing(next, machine).isUp;
    next[machine] = step.next;
    next[at.clock] = this.#clockPosition(clock);
    this.#consume(machine, event);
    for (const { to, message } of step.sent) this.#send(machine, to, message);
    if (wasUp && !this.#standing(next, machine).isUp) this.#stop(machine);
    for (const observation of step.seen) {
      const watched = this.#watch.next(next[at.watch] as number, observation, clock);
      if (typeof watched !== 'number') return watched;
      next[at.watch] = watched;
    }
    return null;
  }

  #consume(machine: number, event: EventCode): void {
    const { next } = this;
    const { kind, from } = eventOf(event);
    switch (kind) {
      case 'receive': {
        const link = this.#link(from, machine);
        next[link] = this.#queues.rest(next[link] as number);
        break;
      }
      case 'timer':
        next[this.#at.timers] = (next[this.#at.timers] as number) + 1;
        break;
      case 'gossip':
        next[this.#at.rounds] = (next[this.#at.rounds] as number) + 1;
        break;
      case 'boot':
      case 'synced':
      case 'agent':
      case 'judged':
      case 'crash':
      case 'restart':
        break;
    }
  }

  /** Nobody listens where a machine is down. */
  #send(from: number, to: number, message: number): void {
    if (!this.#standing(this.next, to).isUp) return;
    const link = this.#link(from, to);
    this.next[link] = this.#queues.pushed(this.next[link] as number, message);
  }

  /** What is under way to a machine that stops is lost with its connections. */
  #stop(machine: number): void {
    this.next[this.#at.faults] = (this.next[this.#at.faults] as number) + 1;
    for (const from of this.machines.keys()) this.next[this.#link(from, machine)] = 0;
  }

  #mayCrash(state: Int32Array): boolean {
    return this.#faults === 'crash' && state[this.#at.faults] === 0;
  }

  #clockPosition(clock: Micros): number {
    const known = this.#clockAt.get(clock);
    if (known !== undefined) return known;
    this.#clockAt.set(clock, this.#clocks.length);
    this.#clocks.push(clock);
    return this.#clocks.length - 1;
  }

  #link(from: number, to: number): number {
    return this.machines.length * (1 + from) + to;
  }

  #standing(state: Int32Array, machine: number): Standing {
    return this.#automaton(machine).standing(state[machine] as LocalState);
  }

  #automaton(machine: number): Automaton {
    return this.#automata[machine] as Automaton;
  }
}
