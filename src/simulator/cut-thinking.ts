/** Thinking that ends in the middle: its agent died with its machine, or was told that its turn is over. */

import { micros, type Micros } from '../contract/index.ts';
import type { Thinking } from '../random/model-calls.ts';

/**
 * What of it has been thought after so long. Its calls are taken for equally long, and a call that was made is paid for, also
 * if nobody waits for its answer any more.
 */
export function cutOffAfter(elapsedMicros: Micros, { thinkMicros, uses }: Thinking): Thinking {
  const { calls, promptTokens, outputTokens } = uses;
  if (elapsedMicros >= thinkMicros) return { thinkMicros, uses };
  const made = Math.min(calls, Math.floor((calls * elapsedMicros) / thinkMicros) + 1);
  const share = calls === 0 ? 0 : made / calls;
  return {
    thinkMicros: micros(elapsedMicros),
    uses: {
      calls: made,
      promptTokens: Math.round(promptTokens * share),
      outputTokens: Math.round(outputTokens * share),
    },
  };
}
