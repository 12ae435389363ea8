/**
 * The files that an agent keeps for itself, beside the disk of its replica. Changes become durable one after another, each
 * after the machine's sync time. A crash loses those that aren't, but for some that may have reached the platter: the last
 * of these half written, if it can be. Renaming and removing are atomic.
 *
 * A restore takes back the replica's disk and not these files: they are the agent's session, not its data. If they went back
 * as well, the agent would forget the turn that it works on.
 */

import { micros, type RandomStream } from '../../contract/index.ts';
import type { Neighbourhood, Residence } from '../residence.ts';

type Change =
  | { readonly kind: 'write'; readonly name: string; readonly content: string }
  | { readonly kind: 'append'; readonly name: string; readonly content: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly name: string };

/** `done` is called when the change is durable; never, if the machine stops first. */
export interface AgentFiles {
  /** What is there now, durable or not; null if there is no such file. */
  read(name: string): string | null;
  /** In place: a crash may leave half of it. */
  write(name: string, content: string, done: () => void): void;
  append(name: string, content: string, done: () => void): void;
  /** Replaces a file that has the new name. */
  rename(from: string, to: string, done: () => void): void;
  remove(name: string, done: () => void): void;
}

/** Files that can crash with their machine. */
export interface SessionFiles extends AgentFiles {
  crash(): void;
}

export class SimulatedFiles implements SessionFiles {
  readonly #machine: Residence;
  readonly #around: Neighbourhood;
  readonly #random: RandomStream;
  #visible = new Map<string, string>();
  readonly #durable = new Map<string, string>();
  #unsynced: Change[] = [];
  #syncedUntil = 0;

  constructor(machine: Residence, around: Neighbourhood, random: RandomStream) {
    this.#machine = machine;
    this.#around = around;
    this.#random = random;
  }

  read(name: string): string | null {
    return this.#visible.get(name) ?? null;
  }

  write(name: string, content: string, done: () => void): void {
    this.#change({ kind: 'write', name, content }, done);
  }

  append(name: string, content: string, done: () => void): void {
    this.#change({ kind: 'append', name, content }, done);
  }

  rename(from: string, to: string, done: () => void): void {
    this.#change({ kind: 'rename', from, to }, done);
  }

  remove(name: string, done: () => void): void {
    this.#change({ kind: 'remove', name }, done);
  }

  crash(): void {
    if (this.#unsynced.length > 0 && this.#random.chance(0.5)) {
      const whole = this.#random.below(this.#unsynced.length + 1);
      for (const change of this.#unsynced.slice(0, whole)) apply(this.#durable, change);
      const torn = this.#unsynced[whole];
      if (torn !== undefined && 'content' in torn) apply(this.#durable, half(torn));
    }
    this.#unsynced = [];
    this.#visible = new Map(this.#durable);
    this.#syncedUntil = this.#around.loop.now;
  }

  #change(change: Change, done: () => void): void {
    const { loop, recorder, environment } = this.#around;
    const { life } = this.#machine;
    recorder.hash(change.kind, 'file', this.#machine.id);
    apply(this.#visible, change);
    this.#unsynced.push(change);
    const due = Math.max(this.#syncedUntil, loop.now + environment.syncMicros);
    this.#syncedUntil = due;
    loop.schedule(micros(due - loop.now), () => {
      if (life !== this.#machine.life) return;
      this.#unsynced.shift();
      apply(this.#durable, change);
      this.#machine.run({ kind: 'agent' }, done);
    });
  }
}

function apply(files: Map<string, string>, change: Change): void {
  switch (change.kind) {
    case 'write':
      files.set(change.name, change.content);
      break;
    case 'append':
      files.set(change.name, (files.get(change.name) ?? '') + change.content);
      break;
    case 'rename': {
      const content = files.get(change.from);
      if (content !== undefined) files.set(change.to, content);
      files.delete(change.from);
      break;
    }
    case 'remove':
      files.delete(change.name);
      break;
  }
}

function half<Torn extends { readonly content: string }>(change: Torn): Torn {
  return { ...change, content: change.content.slice(0, Math.floor(change.content.length / 2)) };
}
