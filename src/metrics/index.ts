/** History and verdict in, numbers out: a row per trial, and cells that fold rows in any order. */

export { CellTally } from './cell.ts';
export { measure, measureFailure, type FailureFacts } from './measure.ts';
