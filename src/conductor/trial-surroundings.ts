/** What all machines of a live trial share. */

import type { Fault, TapeEntry } from '../contract/index.ts';
import type { Custody } from '../simulator/custody.ts';
import type { Environment } from '../simulator/environment.ts';
import type { AskModel } from '../simulator/model-desk.ts';
import type { Recorder } from '../simulator/recorder.ts';
import type { Changes } from './changes.ts';
import type { TrialClock } from './trial-clock.ts';

export interface TrialSurroundings {
  readonly clock: TrialClock;
  readonly recorder: Recorder;
  readonly custody: Custody;
  readonly environment: Environment;
  readonly changes: Changes;
  readonly tally: Tally;
  readonly tape: readonly TapeEntry[];
  readonly askModel: AskModel;
}

/** What was really done to processes and files. */
export interface LiveTally {
  /** Crashes: SIGKILL, and a new process on the same files. */
  readonly kills: number;
  /** Stalls: SIGSTOP, and SIGCONT later. */
  readonly stops: number;
  /** SIGKILL, and a new process on older files. */
  readonly restores: number;
  readonly recordsRolledBack: number;
  readonly processes: number;
}

export class Tally implements LiveTally {
  kills = 0;
  stops = 0;
  restores = 0;
  recordsRolledBack = 0;
  processes = 0;

  struck(kind: Fault['kind']): void {
    switch (kind) {
      case 'crash':
        this.kills += 1;
        break;
      case 'busy':
        this.stops += 1;
        break;
      case 'restore':
        this.restores += 1;
        break;
    }
  }
}
