/** One trial told event by event: virtual time, machine, sentence. */

import type { History, JudgeSource, ProtocolViolation, StoryEvent } from '../src/contract/index.ts';
import { eventSentence } from './event-sentence.ts';
import type { Paint } from './format.ts';

/** Each violation stands below the event that shows it. */
export function story(
  { story: events, agents }: Pick<History, 'story' | 'agents'>,
  violations: readonly ProtocolViolation[],
  paint: Paint,
  judge: JudgeSource = 'simulated',
): string {
  const width = Math.max(3, ...agents.map((agent) => agent.length));
  const line = (event: StoryEvent, text: string): string => {
    const time = `${(event.at / 1_000_000).toFixed(3)} s`.padStart(12);
    return `${paint.dim(time)}  ${event.machine.padEnd(width)}  ${text}`;
  };
  return events
    .flatMap((event) => [
      line(event, colourOf(event, paint)(eventSentence(event, judge))),
      ...violations
        .filter((found) => isShownBy(found, event))
        .map(({ invariant, violation }) => line(event, paint.red(`VIOLATES ${invariant}: ${violation}`))),
    ])
    .join('\n');
}

function isShownBy({ event: seen }: ProtocolViolation, event: StoryEvent): boolean {
  switch (seen?.kind) {
    case 'reported':
      return event.kind === 'protocol' && event.event === seen.event;
    case 'told':
      return event.kind === 'settle' && event.tx === seen.tx;
    case 'stopped':
      return event.kind === 'fault' && event.machine === seen.replica && event.at === seen.at;
    case 'returned':
      return event.kind === 'back' && event.machine === seen.replica && event.at === seen.at;
    case undefined:
      return false;
  }
}

/** Faults and refusals stand out, talk between machines recedes. */
function colourOf(event: StoryEvent, paint: Paint): (text: string) => string {
  switch (event.kind) {
    case 'fault':
    case 'give-up':
      return paint.red;
    case 'settle':
      return event.outcome.kind === 'committed' ? paint.green : paint.yellow;
    case 'judge':
      return paint.cyan;
    case 'receive':
    case 'durable':
    case 'protocol':
      return paint.dim;
    case 'begin':
    case 'read':
    case 'view':
    case 'think':
    case 'write':
    case 'commit':
    case 'notify':
    case 'notice':
    case 'back':
      return String;
  }
}
