/** npm run perf: measured figures. They differ between machines; the ratios say more than the numbers. */

import { cpus } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { measureEventLoop } from './event-loop.ts';
import { printFigures } from './figure.ts';
import { measureLibraryShares } from './library-share.ts';
import { measureMemory } from './memory.ts';
import { measureAgainstLibrary } from './raw-library.ts';
import { measureTrials } from './trials.ts';

const print = (line: string): void => {
  console.log(line);
};

// As in the workers of a run.
setFlagsFromString('--no-allocation-site-pretenuring');
print(`node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, one core\n`);
printFigures('Event loop', await measureEventLoop(), print);
printFigures('Trials: 4 agents, about 40 writes', await measureTrials(), print);
printFigures('Against the bare library: the same number of writes', await measureAgainstLibrary(), print);
printFigures('Inside the CRDT library', await measureLibraryShares(), print);
printFigures('Memory of the process', measureMemory(), print);
