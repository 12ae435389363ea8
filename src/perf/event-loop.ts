/** The simulator's event loop against the barest loop that orders by (time, sequence): a heap of tuples and nothing else. */

import { Bench } from 'tinybench';
import type { Micros } from '../contract/index.ts';
import { EventLoop } from '../simulator/index.ts';
import { throughputOf, type Figure } from './figure.ts';

const pending = 1_000;
const events = 100_000;

export async function measureEventLoop(): Promise<readonly Figure[]> {
  const bench = new Bench({ name: 'event loop', time: 1_000 }).add('bare', runBareLoop).add('ours', runOurLoop);
  await bench.run();
  const bare = throughputOf(bench, 'bare') * events;
  const ours = throughputOf(bench, 'ours') * events;
  return [
    { what: `bare heap loop, ${String(pending)} pending`, value: bare, unit: 'events/s', better: 'neither' },
    {
      what: 'event loop of the simulator',
      value: ours,
      unit: 'events/s',
      better: 'more',
      ratio: { value: ours / bare, to: 'of the bare loop', better: 'more' },
    },
  ];
}

/** Delays without a random number generator, the same for both loops. */
function delayAfter(event: number): number {
  return (event * 7_919) % 10_007;
}

function runOurLoop(): void {
  const loop = new EventLoop();
  let left = events;
  const task = (): void => {
    left -= 1;
    if (left > 0) loop.schedule(delayAfter(left) as Micros, task);
  };
  for (let index = 0; index < pending; index += 1) loop.schedule(delayAfter(index) as Micros, task);
  for (let index = 0; index < events; index += 1) loop.step(Infinity as Micros);
}

type Entry = readonly [at: number, sequence: number, task: () => void];

function runBareLoop(): void {
  const heap: Entry[] = [];
  let now = 0;
  let sequence = 0;
  let left = events;
  const schedule = (delay: number, task: () => void): void => push(heap, [now + delay, (sequence += 1), task]);
  const task = (): void => {
    left -= 1;
    if (left > 0) schedule(delayAfter(left), task);
  };
  for (let index = 0; index < pending; index += 1) schedule(delayAfter(index), task);
  for (let index = 0; index < events; index += 1) {
    const next = pop(heap);
    now = next[0];
    next[2]();
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return left[0] < right[0] || (left[0] === right[0] && left[1] < right[1]);
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.push(entry) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Entry;
    if (!isBefore(entry, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): Entry {
  const first = heap[0] as Entry;
  const last = heap.pop() as Entry;
  if (heap.length === 0) return first;
  let index = 0;
  for (let child = 1; child < heap.length; child = 2 * index + 1) {
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
    const below = heap[child] as Entry;
    if (!isBefore(below, last)) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = last;
  return first;
}
