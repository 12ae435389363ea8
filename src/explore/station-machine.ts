/** The simulator's machine, host and event loop, so changed that whatever would happen later waits until it is chosen. */

import type { Fault, Micros, Timer } from '../contract/index.ts';
import { EventLoop } from '../simulator/event-loop.ts';
import { SimulatedHost, type HostParts } from '../simulator/host.ts';
import { Machine, type Cause } from '../simulator/machine.ts';

export interface Waiting {
  readonly due: number;
  readonly task: () => void;
}

/** The machine crashes in the middle of what it does: just before its effect with this number, counted from 0. */
export interface Cut {
  readonly before: number;
  /** Of the changes of the disk that are not durable, so many have nevertheless reached it. */
  readonly kept: number;
}

/** Whatever is scheduled waits. */
export class StandingLoop extends EventLoop {
  waiting: Waiting[] = [];
  readonly #clock: () => Micros;

  constructor(clock: () => Micros) {
    super();
    this.#clock = clock;
  }

  override get now(): Micros {
    return this.#clock();
  }

  override schedule(delay: Micros, task: () => void): void {
    insert(this.waiting, { due: delay, task });
  }
}

type Waits = Exclude<Cause['kind'], 'message' | 'boot' | 'sync' | 'disk'>;

export class StationMachine extends Machine {
  /** What the machine has to do later, by cause; timers by the time at which they are due, the rest by its delay. */
  readonly waiting: Record<Waits, Waiting[]> = { agent: [], timer: [], judge: [] };
  clock = 0 as Micros;
  /** Something was asked of the clock since this was last reset. */
  sawClock = false;
  cut: Cut | null = null;
  /** Effects since this was last reset. */
  effects = 0;
  /** Called just before an effect that a crash could prevent. */
  beforeEffect: () => void = () => undefined;

  override schedule(delay: Micros, cause: Cause, task: () => void): void {
    const { life } = this;
    const due = cause.kind === 'timer' ? this.clock + delay : delay;
    insert(this.waiting[queueOf(cause)], {
      due,
      task: () => {
        if (life === this.life) this.run(cause, task);
      },
    });
  }

  protected override get mayBeStruck(): boolean {
    return true;
  }

  /** The simulator asks here for faults of its tape around every effect. */
  override strikeAround(step: 'append' | 'send' | 'receive' | 'settle', moment: 'before' | 'after'): void {
    if (moment === 'after' || step === 'receive') return;
    this.beforeEffect();
    if (this.cut?.before === this.effects) this.crash();
    this.effects += 1;
  }

  crash(): void {
    const fault: Fault = { kind: 'crash', downMicros: 0 as Micros };
    this.strike({ machine: this.id, trigger: { kind: 'time', atMicros: 0 as Micros }, fault });
    for (const queue of Object.values(this.waiting)) queue.length = 0;
  }
}

function queueOf(cause: Cause): Waits {
  switch (cause.kind) {
    case 'agent':
    case 'timer':
    case 'judge':
      return cause.kind;
    case 'message':
    case 'boot':
    case 'sync':
    case 'disk':
      throw new Error(`nothing of the kind '${cause.kind}' is scheduled by a machine`);
  }
}

export interface StationHostParts extends HostParts {
  readonly machine: StationMachine;
}

/** Knows when a strategy has looked at the clock, and forgets timers that are cancelled. */
export class StationHost extends SimulatedHost {
  readonly #machine: StationMachine;

  constructor(parts: StationHostParts) {
    super(parts);
    this.#machine = parts.machine;
  }

  override now(): Micros {
    this.#machine.sawClock = true;
    return this.#machine.clock;
  }

  override after(delay: Micros, task: () => void): Timer {
    this.#machine.sawClock = true;
    const { timer: timers } = this.#machine.waiting;
    const before = new Set(timers);
    const timer = super.after(delay, task);
    const entry = timers.find((candidate) => !before.has(candidate));
    return {
      cancel: () => {
        timer.cancel();
        const at = entry === undefined ? -1 : timers.indexOf(entry);
        if (at >= 0) timers.splice(at, 1);
      },
    };
  }
}

/** Equal times keep the order in which they came. */
function insert(queue: Waiting[], entry: Waiting): void {
  const at = queue.findIndex((other) => other.due > entry.due);
  queue.splice(at < 0 ? queue.length : at, 0, entry);
}
