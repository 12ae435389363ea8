/** All figures, measured once in this process. */

import { cutBuffersFromLargeSlabs, prepareForTrials } from '../cli/workers/engine.ts';
import { measureEventLoop } from './event-loop.ts';
import type { FigureGroup } from './figure.ts';
import { measureLibraryShares } from './library-share.ts';
import { measureMemory } from './memory.ts';
import { measureAgainstLibrary } from './raw-library.ts';
import { measureTrials } from './trials.ts';

export async function* measureAll(): AsyncGenerator<FigureGroup> {
  // As in the workers of a long run.
  prepareForTrials(Infinity);
  cutBuffersFromLargeSlabs();
  yield { title: 'Event loop', figures: await measureEventLoop() };
  yield { title: 'Trials: 4 agents, about 40 writes', figures: await measureTrials() };
  yield { title: 'Against the bare library: the same number of writes', figures: await measureAgainstLibrary() };
  yield { title: 'Inside the CRDT library', figures: await measureLibraryShares() };
  yield { title: 'Memory of the process', figures: measureMemory() };
}
