/** What the engine is told before it runs trials and walks. It changes no result, only how long it takes. */

import { setFlagsFromString } from 'node:v8';

/** So many trials of one kind in one worker win back what it costs to compile their paths early. */
const worthCompiling = 120;

/** For trials and walks. */
export function prepareEngine(): void {
  startAllObjectsYoung();
  inlineLittle();
}

/**
 * `alike`: how many trials of one strategy in one workload a worker is going to run, more or less.
 *
 * Workers keep all cores busy: what other threads do for one of them, another has to wait for. That holds for garbage collected
 * in several threads at once (4 % of a suite here), and for code that is compiled early: in a suite of many short-lived paths it
 * costs more than it saves (5 to 10 % of the default one), while a thousand trials of one strategy take a fifth less time.
 */
export function prepareForTrials(alike: number): void {
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString(`--interrupt-budget=${alike < worthCompiling ? '400000' : '66000'}`);
}

/** In the thread that calls it. Most messages are a few hundred bytes: a trial of many takes a twentieth less time. */
export function cutBuffersFromLargeSlabs(): void {
  Buffer.poolSize = 256 * 1_024;
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

/**
 * A trial goes through much code and stays nowhere long: functions that are copied into their callers (up to 920 bytes of
 * bytecode into each by default) take longer to compile and crowd each other out of the caches of the core. The default suite
 * takes 7 % less time with less of that, all walks of explore 14 %; a long run of one strategy takes as long.
 */
function inlineLittle(): void {
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=200');
}
