/** Named random streams on the Alea generator: every stream is seeded by its own name and by nothing else. */

import { seededAlea } from './alea.ts';
import type { RandomStream, RandomStreams } from '../contract/index.ts';

export function createStreams(seed: string): RandomStreams {
  if (seed === '') throw new Error('a seed must not be empty');
  return { stream: (name) => createStream(`${seed}/${name}`) };
}

/** Streams whose names all start with `prefix/`. */
export function substreams(streams: RandomStreams, prefix: string): RandomStreams {
  return { stream: (name) => streams.stream(`${prefix}/${name}`) };
}

function createStream(seed: string): RandomStream {
  // Many streams are never drawn from, and seeding costs more than a draw.
  let generator: (() => number) | null = null;
  const next = (): number => (generator ??= seededAlea(seed))();
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('cannot pick from an empty list');
      return item;
    },
    shuffle: (items) => {
      const shuffled = items.slice();
      for (let last = shuffled.length - 1; last > 0; last -= 1) {
        const other = below(last + 1);
        const kept = shuffled[last] as (typeof items)[number];
        shuffled[last] = shuffled[other] as (typeof items)[number];
        shuffled[other] = kept;
      }
      return shuffled;
    },
    chance: (probability) => next() < probability,
    logNormal: (mu, sigma) => Math.exp(mu + sigma * standardNormal(next)),
  };
}

/** Box and Muller (1958), the cosine half. */
function standardNormal(next: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - next()));
  return radius * Math.cos(2 * Math.PI * next());
}
