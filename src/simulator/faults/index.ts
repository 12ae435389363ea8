/** All fault profiles, in the order of the tables. */

import type { FaultProfile } from '../../contract/index.ts';
import { busy } from './busy.ts';
import { crash } from './crash.ts';
import { none } from './none.ts';
import { restore } from './restore.ts';

export const faultProfiles: readonly FaultProfile[] = [none, crash, busy, restore];
