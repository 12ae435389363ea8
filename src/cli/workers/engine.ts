/** What the engine is told before it runs trials and walks. It changes no result, only how long it takes. */

import { setFlagsFromString } from 'node:v8';

/**
 * The engine learns from which lines objects come that live long, and puts what comes from there among the old objects at
 * once. It learns that from the objects of one trial, of which all live until the trial ends: those of the next ones then
 * wait for the dear collection of old objects (up to a fifth of the time of a trial here, a third of that of a walk; some
 * strategies gain next to nothing).
 */
export function startAllObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/**
 * Workers keep all cores busy: what other threads do for one of them, another has to wait for. Compiling each of the many
 * short-lived paths of trials early costs more than it saves (15 % of a suite here; a walk goes the same paths all the time and
 * would take a quarter longer), and so does collecting the garbage of young objects in several threads at once (4 %).
 */
export function leaveCoresToWorkers(): void {
  setFlagsFromString('--interrupt-budget=400000');
  setFlagsFromString('--no-parallel-scavenge');
}

/** In the thread that calls it. Most messages are a few hundred bytes: a trial of many takes a twentieth less time. */
export function cutBuffersFromLargeSlabs(): void {
  Buffer.poolSize = 256 * 1_024;
}
