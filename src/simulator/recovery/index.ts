/** All recovery policies; the first one is the default. */

import { checkpoint } from './checkpoint.ts';
import { noRecovery } from './none.ts';
import type { RecoveryPolicy } from './policy.ts';
import { recoveryWindow } from './window.ts';

export const recoveryPolicies: readonly RecoveryPolicy[] = [checkpoint, recoveryWindow, noRecovery];
