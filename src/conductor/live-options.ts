/** How a live trial is run. */

import type { Transport } from '../live/address.ts';

export interface LiveOptions {
  /** Seconds of the trial in a real second. */
  readonly scale: number;
  readonly transport: Transport;
  /** So many real seconds after its processes have started the trial ends, whatever it has come to. */
  readonly timeoutSeconds: number;
  /** The script of a replica's process; it calls `serveReplica`, and is told the name of the strategy. */
  readonly entry: URL;
  /** Where the trial makes a folder of its own, and removes it. It must be there. */
  readonly folder: string;
  /** Aborted: the trial is cleared away, and its promise is rejected with the reason. */
  readonly signal?: AbortSignal;
}
