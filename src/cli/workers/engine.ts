/** What the engine is told before it runs trials and walks. It changes no result, only how long it takes. */

import { setFlagsFromString } from 'node:v8';

/** So many trials of one kind in one worker win back what it costs to compile their paths early and with much inlined. */
const worthCompiling = 120;

/** All walks of explore take 14 % less time with little inlined. */
export function prepareForWalks(): void {
  startAllObjectsYoung();
  inlineUpTo(200);
}

/**
 * `alike`: how many trials of one strategy in one workload a worker is going to run, more or less.
 *
 * Workers keep all cores busy: what other threads do for one of them, another has to wait for. That holds for garbage collected
 * in several threads at once (4 % of a suite here) and for compiling. A suite has many short-lived paths: it takes 7 % less time
 * with little inlined, and 5 to 10 % less when it compiles late. A thousand trials of one strategy take a sixth less time when
 * they are compiled early, and from then on a twelfth less with all inlined that pays.
 */
export function prepareForTrials(alike: number): void {
  startAllObjectsYoung();
  setFlagsFromString('--no-parallel-scavenge');
  if (alike < worthCompiling) {
    compileFrom(400_000);
    inlineUpTo(200);
  } else {
    compileFrom(66_000);
    inlineUpTo(920);
  }
}

/**
 * The engine learns from which lines objects come that live long, and puts what comes from there among the old objects at
 * once. It learns that from the objects of one trial, of which all live until the trial ends: those of the next ones then
 * wait for the dear collection of old objects (up to a fifth of the time of a trial here, a third of that of a walk; some
 * strategies gain next to nothing).
 */
function startAllObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/** A function that has run through so many bytes of bytecode is hot; 67,584 by default. */
function compileFrom(bytes: number): void {
  setFlagsFromString(`--interrupt-budget=${String(bytes)}`);
}

/** So many bytes of bytecode are copied from other functions into each that is compiled; 920 by default. */
function inlineUpTo(bytes: number): void {
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${String(bytes)}`);
}
