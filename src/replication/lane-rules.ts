/** The rules on which the safety of the lanes rests. Each was wrong in some system once. */

import type { FieldName } from '../contract/index.ts';
import { scan } from './framed-log.ts';
import { isExpired, uncovered, type ExpiryRule } from './lane-arbiter.ts';
import { foldRules } from './lane-fold.ts';
import type { JournalRules } from './lane-journal.ts';
import { mutexRules, type MutexRules } from './lane-mutex.ts';
import { isSamePlace, type JournalPlace } from './lane-reader.ts';
import type { Lease } from './lane-records.ts';

export interface LaneRules extends JournalRules, MutexRules {
  readonly expires: ExpiryRule;
  /** Whether what was decided by a journal that ended there may be written to one that ends here. */
  isEnd(read: JournalPlace, current: JournalPlace): boolean;
  /** Whether a turn that needed these fields may be taken in, given those of the leases it names that are live and its own. */
  isCovered(needed: readonly FieldName[], named: readonly number[], live: readonly Lease[]): boolean;
}

export const laneRules: LaneRules = {
  ...foldRules,
  ...mutexRules,
  scan,
  expires: isExpired,
  isEnd: isSamePlace,
  isCovered: (needed, named, live) => live.length === named.length && uncovered(needed, live).length === 0,
};
