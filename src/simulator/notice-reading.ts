/**
 * How an agent reads a notice that something its turn rests on has changed: one model call judges whether it matters, one
 * more for each write that has to be made anew. The judgement is drawn; what is true is known from the turn's own script.
 */

import type { Micros, ModelPreset, ModelUse, RandomStream } from '../contract/index.ts';
import { drawCalls, type Thinking } from '../random/model-calls.ts';
import type { Reading, SecondThoughts, TurnMemory } from './turn-memory.ts';

export interface NoticeReading {
  readonly thoughts: SecondThoughts;
  /** In truth, whatever the agent makes of it. */
  readonly matters: boolean;
  readonly misjudged: boolean;
  readonly takesMicros: Micros;
  readonly judging: ModelUse;
  readonly repairing: ModelUse;
}

export interface NoticeInHand {
  readonly model: ModelPreset;
  readonly random: RandomStream;
  readonly memory: TurnMemory;
  readonly shown: Reading;
  /** The number of writes that are made anew. */
  readonly attempt: number;
  /** What becomes of calls that begin so long after now. */
  readonly troubled: (part: 'judging' | 'repairing', afterMicros: Micros, thinking: Thinking) => Thinking;
}

export function readNotice({ model, random, memory, shown, attempt, troubled }: NoticeInHand): NoticeReading {
  const truth = memory.reconsider(shown, attempt);
  const { matters } = truth;
  const misjudged = random.chance(model.misjudges);
  const thoughts = misjudged && matters ? memory.dismiss(shown, attempt) : truth;
  // To take what doesn't matter for something that does costs one more call, and changes nothing.
  const calls = thoughts.changes + (misjudged && !matters ? 1 : 0);
  const judging = troubled('judging', 0 as Micros, drawCalls(random, model, 1));
  const repairing = troubled('repairing', judging.thinkMicros, drawCalls(random, model, calls));
  return {
    thoughts,
    matters,
    misjudged,
    takesMicros: (judging.thinkMicros + repairing.thinkMicros) as Micros,
    judging: judging.uses,
    repairing: repairing.uses,
  };
}
