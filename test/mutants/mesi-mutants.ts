/** Bugs of leases and fences, each by leaving one rule of the right strategy out. */

import type { MergeStrategy } from '../../src/contract/index.ts';
import { mesiLeaseWith } from '../../strategies/mesi-lease.ts';

/** The last one to ask takes the grant from whoever holds it, and nobody looks at the version that it has worked with. */
export const preemptsWithoutVersionCheck: MergeStrategy = {
  ...mesiLeaseWith({}, { acquire: 'preempt', checksVersions: false }),
  name: 'preempts-without-version-check',
};

/** Whoever says that it holds a grant is believed, also when the grant was reclaimed long ago. */
export const leaseWithoutFence: MergeStrategy = { ...mesiLeaseWith({}, { fence: false }), name: 'lease-without-fence' };

/** Whoever was reclaimed may have the grant again without looking at what has happened since. */
export const acquiresAgainWithoutReading: MergeStrategy = {
  ...mesiLeaseWith({}, { readsAgain: false }),
  name: 'acquires-again-without-reading',
};
