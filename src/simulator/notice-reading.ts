/**
 * How an agent reads a notice that something its turn rests on has changed: one model call judges whether it matters, one
 * more for each write that has to be made anew. The judgement is drawn; what is true is known from the turn's own script.
 */

import type { Micros, ModelPreset, ModelUse, RandomStream, View } from '../contract/index.ts';
import { drawCalls } from '../random/model-calls.ts';
import type { SecondThoughts, TurnMemory } from './turn-memory.ts';

export interface NoticeReading {
  /** Null: the agent takes it that the notice doesn't matter, and forgets what it was shown. */
  readonly thoughts: SecondThoughts | null;
  readonly misjudged: boolean;
  readonly takesMicros: Micros;
  readonly judging: ModelUse;
  readonly repairing: ModelUse;
}

/** `attempt` numbers the writes that are made anew. */
export function readNotice(
  preset: ModelPreset,
  random: RandomStream,
  memory: TurnMemory,
  view: View,
  attempt: number,
): NoticeReading {
  const thoughts = memory.reconsider(view, attempt);
  const misjudged = random.chance(preset.misjudges);
  const repairs = misjudged && thoughts.matters ? 0 : thoughts.changes;
  // To take what doesn't matter for something that does costs one more call, and changes nothing.
  const calls = 1 + repairs + (misjudged && !thoughts.matters ? 1 : 0);
  const [judging, repairing] = [drawCalls(random, preset, 1), drawCalls(random, preset, calls - 1)];
  return {
    thoughts: misjudged && thoughts.matters ? null : thoughts,
    misjudged,
    takesMicros: (judging.takesMicros + repairing.takesMicros) as Micros,
    judging: judging.uses,
    repairing: repairing.uses,
  };
}
