/** The building blocks of MESI protocols: the directory, the hub and its clients. */

export { MesiClient, type MesiClientOptions } from './mesi-client.ts';
export {
  MesiDirectory,
  type CopyClaim,
  type CopyState,
  type Fence,
  type ReclaimSlot,
  type SweepLimits,
  type Transition,
} from './mesi-directory.ts';
export { type MesiRules } from './mesi-examiner.ts';
export { MesiHub, type MesiHubOptions } from './mesi-hub.ts';
export { coherences, type Coherence } from './mesi-messages.ts';
