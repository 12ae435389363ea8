/** What commands say things with, and hear from the user. */

import type { Paint } from '../../reports/index.ts';

export interface Terminal {
  readonly paint: Paint;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly progress: NodeJS.WriteStream;
  /** Calls back when the user wants to stop, as long as the run goes on. */
  onInterrupt(stop: () => void, abandon: () => void): () => void;
}
