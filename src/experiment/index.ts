/** Trials and suites: the parts are handed in as values, and so are the workers. */

export { inputsOf } from './inputs.ts';
export { countTrials, runMatrix } from './matrix.ts';
export { notesOn, suiteFailures, SuiteTally, type RunVerdict } from './suite.ts';
export { SweepTally, type DialledSuite } from './sweep.ts';
export { draftPlan, runTrial, type PlanFor, type TrialParts, type TrialRun } from './trial.ts';
