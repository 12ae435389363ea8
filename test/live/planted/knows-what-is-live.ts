/** A strategy that asks the machine for the time instead of its host, by way of another file: it must be found. */

import { lww } from '../../../strategies/lww.ts';
import { timeOfThisMachine } from './time-of-this-machine.ts';

export const knowsWhatIsLive = { ...lww, name: 'knows-what-is-live', startedAt: timeOfThisMachine() };
