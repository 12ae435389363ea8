/** All figures, measured once. */

import { measureEventLoop } from './event-loop.ts';
import type { FigureGroup } from './figure.ts';
import { measureLibraryShares } from './library-share.ts';
import { measureMemory } from './memory.ts';
import { measureAgainstLibrary } from './raw-library.ts';
import { measureTrials } from './trials.ts';

/** `program` is the one that runs this; it measures the trials of each strategy in so many processes of their own. */
export async function* measureAll(program: string, processesEach: number): AsyncGenerator<FigureGroup> {
  yield { title: 'Event loop', figures: await measureEventLoop() };
  yield { title: 'Trials: 4 agents, about 40 writes', figures: measureTrials(program, processesEach) };
  yield { title: 'Against the bare library: the same number of writes', figures: await measureAgainstLibrary() };
  yield { title: 'Inside the CRDT library', figures: await measureLibraryShares() };
  yield { title: 'Memory of the process', figures: measureMemory() };
}
