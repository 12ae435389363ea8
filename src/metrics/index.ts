/** History and verdict in, numbers out: a row per trial, cells that fold rows in any order, and means with their intervals. */

export { CellTally } from './cell.ts';
export { wilson } from './interval.ts';
export { gauges, type Gauge, type GaugeName, type GaugeUnit } from './gauges.ts';
export { measure, measureFailure, type FailureFacts } from './measure.ts';
export { estimate } from './paired.ts';
export type { Pricing } from './spending.ts';
export { suspectOf } from './worst-trial.ts';
export { sweepMeasures } from './sweep-metrics.ts';
export { comesBefore } from './worst-trial.ts';
