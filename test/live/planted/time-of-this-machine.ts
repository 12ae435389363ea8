import { LiveClock } from '../../../src/live/index.ts';

export function timeOfThisMachine(): number {
  return new LiveClock().now();
}
