/** Virtual time: a binary heap of tasks ordered by (time, sequence), so that equal times keep the order of scheduling. */

import type { Micros } from '../contract/index.ts';

interface Scheduled {
  readonly at: number;
  readonly sequence: number;
  readonly task: () => void;
}

export class EventLoop {
  #now = 0;
  #sequence = 0;
  readonly #heap: Scheduled[] = [];

  get now(): Micros {
    return this.#now as Micros;
  }

  /** Rises with every task that is scheduled or order that is taken: a total order over all that happens. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The next number of the total order, for things that happen inside a task. */
  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  schedule(delay: Micros, task: () => void): void {
    this.#sequence += 1;
    this.#push({ at: this.#now + Math.max(0, delay), sequence: this.#sequence, task });
  }

  get pending(): number {
    return this.#heap.length;
  }

  /** Runs the next task if it is due at `until` or earlier; otherwise moves the clock there and returns false. */
  step(until: Micros): boolean {
    const next = this.#heap[0];
    if (next === undefined || next.at > until) {
      this.#now = Math.max(this.#now, until);
      return false;
    }
    this.#removeFirst();
    this.#now = next.at;
    next.task();
    return true;
  }

  #push(event: Scheduled): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Scheduled;
      if (!isBefore(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Scheduled;
    if (heap.length === 0) return;
    const size = heap.length;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(heap[child + 1] as Scheduled, heap[child] as Scheduled)) child += 1;
      const below = heap[child] as Scheduled;
      if (!isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(left: Scheduled, right: Scheduled): boolean {
  return left.at < right.at || (left.at === right.at && left.sequence < right.sequence);
}
