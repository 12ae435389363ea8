/** Bugs of leases and fences, each by leaving one rule of the right strategy out. */

import type { MergeStrategy } from '../../src/contract/index.ts';
import { mesiLease, mesiLeaseWith } from '../../strategies/mesi-lease.ts';
import { strategyMutant, type Mutant } from './mutant.ts';

/** The last one to ask takes the grant from whoever holds it, and nobody looks at the version that it has worked with. */
export const preemptsWithoutVersionCheck: MergeStrategy = {
  ...mesiLeaseWith({}, { acquire: 'preempt', checksVersions: false }),
  name: 'preempts-without-version-check',
};

/** Whoever comes with a grant that was reclaimed meanwhile is believed to hold it. */
export const leaseWithoutFence: MergeStrategy = { ...mesiLeaseWith({}, { fence: false }), name: 'lease-without-fence' };

/** Whoever was reclaimed may have the grant again without looking at what has happened since. */
export const acquiresAgainWithoutReading: MergeStrategy = {
  ...mesiLeaseWith({}, { readsAgain: false }),
  name: 'acquires-again-without-reading',
};

export const mesiMutants: readonly Mutant[] = [
  strategyMutant({
    strategy: preemptsWithoutVersionCheck,
    right: mesiLease,
    bug: 'a grant is taken from a live holder, and nobody looks at the version that either has worked with',
    caughtBy: 'lost',
    place: { workload: 'tally', faults: 'none', seeds: 1 },
  }),
  strategyMutant({
    strategy: leaseWithoutFence,
    right: mesiLease,
    bug: 'a holder that slept for longer than its lease writes under it when it wakes',
    caughtBy: 'FencedWrites',
    place: { workload: 'tally', faults: 'busy', seeds: 40 },
  }),
  strategyMutant({
    strategy: acquiresAgainWithoutReading,
    right: mesiLease,
    bug: 'a holder that was reclaimed acquires its grant again and writes by what it had read before',
    caughtBy: 'lost',
    place: { workload: 'tally', faults: 'busy', seeds: 20 },
  }),
];
