/**
 * The mutex under which the journal of the lanes is read and written: a file whose content names its owner. It changes only
 * by compare-and-swap on the content that somebody has seen. An owner that has crashed or stalled leaves it behind; whoever
 * finds it stale takes it over.
 *
 * It fences as well: the disk appends to the journal only for whoever still owns the mutex, so an owner that stalls, is taken
 * over from and comes back writes nothing any more. It doesn't survive a restart of the disk's machine. That is no harm, since
 * the disk also appends only where the owner has read to: a decision on what isn't the newest any more is never written.
 */

import type { Micros } from '../contract/index.ts';
import type { Holder } from './lane-records.ts';

/** Whose it is: a process on a host. */
export interface MutexValue extends Pick<Holder, 'host' | 'process'> {
  /** Rises with every attempt of the process to take the mutex. */
  readonly number: number;
}

export interface HeldMutex extends MutexValue {
  /** By the clock of the disk. */
  readonly since: Micros;
}

export interface MutexRules {
  /** Whether somebody who has seen this content may put its own in the place of the current one. */
  yields(current: MutexValue | null, seen: MutexValue | null): boolean;
  /** Whether somebody who took the mutex with this content may write under it. */
  covers(current: MutexValue | null, presented: MutexValue): boolean;
}

export const mutexRules: MutexRules = {
  yields: (current, seen) => (current === null || seen === null ? current === seen : isSameMutex(current, seen)),
  covers: (current, presented) => current !== null && isSameMutex(current, presented),
};

export class LaneMutex {
  readonly #rules: MutexRules;
  #held: HeldMutex | null = null;
  /** The highest number with which each process has ever taken it: what is heard again later takes nothing. */
  readonly #used = new Map<string, number>();

  constructor(rules: MutexRules) {
    this.#rules = rules;
  }

  get held(): HeldMutex | null {
    return this.#held;
  }

  /** Whether the mutex belongs to the one who wants it now. */
  take(wanted: MutexValue, seen: MutexValue | null, now: Micros): boolean {
    if (this.#held !== null && isSameMutex(this.#held, wanted)) return true;
    if (wanted.number <= (this.#used.get(wanted.process) ?? 0)) return false;
    if (!this.#rules.yields(this.#held, seen)) return false;
    this.#used.set(wanted.process, wanted.number);
    this.#held = { host: wanted.host, process: wanted.process, number: wanted.number, since: now };
    return true;
  }

  covers(presented: MutexValue): boolean {
    return this.#rules.covers(this.#held, presented);
  }

  drop(presented: MutexValue): void {
    if (this.#held !== null && isSameMutex(this.#held, presented)) this.#held = null;
  }
}

/** Taken too long ago, or by this very host, which does one thing at a time: by an earlier process, or in vain. */
export function isStale(held: HeldMutex, by: Holder, now: Micros, staleAfterMicros: Micros): boolean {
  return held.host === by.host || now - held.since > staleAfterMicros;
}

export function isSameMutex(one: MutexValue, other: MutexValue): boolean {
  return one.process === other.process && one.number === other.number;
}
