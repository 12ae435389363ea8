/** Runs as columns of numbers, and what changed between two of them. */

export { fromBaseline, toBaseline, type ComparedTrials } from './baseline.ts';
export { compare } from './compare.ts';
export { addedUp, compareLive, compareStrategies } from './live.ts';
export { compareMeasured } from './measured.ts';
export { defaultRules, parseRule, type Rule } from './rules.ts';
export { DoubledTrial, TrialTable } from './trial-table.ts';
