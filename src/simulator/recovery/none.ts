/** The agent keeps nothing: it goes on with its next turn, and nobody speaks of the one in flight any more. */

import type { RecoveryPolicy } from './policy.ts';

export const noRecovery: RecoveryPolicy = {
  name: 'none',
  summary: 'goes on with the next turn; the turn in flight is forgotten',
  open: () => ({
    interrupted: () => [],
    starting: (_turn, start) => {
      start();
    },
    ended: () => undefined,
    stop: (stopped) => {
      stopped();
    },
  }),
};
