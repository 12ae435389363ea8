/** How trials are run with real processes. */

export const liveTransports = ['unix', 'tcp'] as const;
export type LiveTransport = (typeof liveTransports)[number];

export interface LiveSetup {
  /** So many virtual seconds pass in a real one. */
  readonly timeScale: number;
  readonly transport: LiveTransport;
  /** How often each trial is run live. */
  readonly repetitions: number;
}
