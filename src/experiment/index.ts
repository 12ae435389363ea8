/** Trials and suites: the parts are handed in as values, and so are the workers. */

export { anomalyMatrix } from './anomaly-matrix.ts';
export { inputsOf } from './inputs.ts';
export { countTrials, runMatrix, trialsOf } from './matrix.ts';
export { reportOf } from './report.ts';
export { countPlanned, dealtTrials, plannedTrials } from './shards.ts';
export { notesOn, suiteFailures, SuiteTally, type RunVerdict } from './suite.ts';
export { SweepTally, type DialledSuite } from './sweep.ts';
export {
  draftPlan,
  drawnTrial,
  judgedTrial,
  runTrial,
  voidTrial,
  type PlanFor,
  type TrialParts,
  type TrialRun,
} from './trial.ts';
