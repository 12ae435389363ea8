/** All fault profiles, in the order of the tables, and which of them are run by default. */

import type { FaultProfile } from '../../contract/index.ts';
import { busy } from './busy.ts';
import { crash } from './crash.ts';
import { model } from './model.ts';
import { none } from './none.ts';
import { restore } from './restore.ts';

export const faultProfiles: readonly FaultProfile[] = [none, crash, busy, restore, model];

/** Run when it is named: it is nothing to strategies that ask no model, and costs a quarter of the time of all. */
const onDemand: readonly FaultProfile[] = [model];

/** What is run unless fault profiles are named. */
export const defaultFaultProfiles: readonly FaultProfile[] = faultProfiles.filter(
  (profile) => !onDemand.includes(profile),
);
