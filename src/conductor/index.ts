/** Trials with real processes and real faults, judged by the same oracle. */

export type { LiveOptions } from './live-options.ts';
export { runLiveTrial, type LiveTrialRun } from './live-trial.ts';
