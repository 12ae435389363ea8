/** The rules on which the safety of the lanes rests. Each was wrong in some system once. */

import { scan } from './framed-log.ts';
import { isExpired, type ExpiryRule } from './lane-arbiter.ts';
import { foldRules } from './lane-fold.ts';
import { mutexRules, type MutexRules } from './lane-mutex.ts';
import type { ReaderRules } from './lane-reader.ts';

export type LaneRules = ReaderRules & MutexRules & { readonly expires: ExpiryRule };

export const laneRules: LaneRules = { ...foldRules, ...mutexRules, scan, expires: isExpired };
