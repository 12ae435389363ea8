/**
 * Agents' scripts, drawn turn by turn. Each turn has streams of its own, named after its agent and its position, so that
 * one more agent, one more turn or one more draw in a turn shifts no draw of another turn.
 */

import {
  agentAt,
  seconds,
  type AgentId,
  type AgentScript,
  type FieldName,
  type Micros,
  type RandomStream,
  type Setting,
  type Step,
  type Turn,
  type View,
  type WriteDraft,
} from '../contract/index.ts';
import { drawThinking, drawTime, pauseTime, startWithinSeconds } from './think-time.ts';

/** The place of a turn in the plan, with the stream for what the turn does. */
export interface TurnPlace {
  readonly agent: AgentId;
  /** Position of the agent in the plan, counted from 0. */
  readonly seat: number;
  /** Position of the turn among those of the agent, counted from 0. */
  readonly turn: number;
  readonly random: RandomStream;
}

/** What an agent does in one step: the fields that it reads first, and what it writes after it has thought. */
export interface Intent {
  readonly reads: readonly FieldName[];
  write(view: View): readonly WriteDraft[];
}

/** An agent reads the fields that it is going to write. */
export function readThenWrite(drafts: readonly WriteDraft[]): Intent {
  return { reads: [...new Set(drafts.map((draft) => draft.field))], write: () => drafts };
}

/** Each agent takes the same number of turns; `intents` gives the steps of one turn. Thinking and pauses are drawn. */
export function draftScripts(
  setting: Setting,
  turns: number,
  intents: (place: TurnPlace) => readonly Intent[],
): readonly AgentScript[] {
  return Array.from({ length: setting.agents }, (_agent, seat) => {
    const agent = agentAt(seat);
    const draft = (_turn: unknown, turn: number): Turn => {
      const name = `agent/${agent}/turn/${String(turn + 1)}`;
      const place = { agent, seat, turn, random: setting.random.stream(name) };
      const steps = intents(place).map((intent, step): Step => {
        const thinking = setting.random.stream(`${name}/thinking/${String(step + 1)}`);
        const { thinkMicros, uses } = drawThinking(thinking, setting.model);
        return { thinkMicros, uses, ...intent };
      });
      return { pauseMicros: drawPause(setting.random.stream(`${name}/time`), turn), steps };
    };
    return { agent, turns: Array.from({ length: turns }, draft) };
  });
}

function drawPause(random: RandomStream, turn: number): Micros {
  return turn === 0 ? seconds(random.next() * startWithinSeconds) : drawTime(random, pauseTime);
}
