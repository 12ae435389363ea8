/** All reports. The terminal shows the tables in this order. */

import { anomalies, anomalyWitnesses, otherFindings } from './anomalies.ts';
import { coordination } from './coordination.ts';
import { escalations } from './escalations.ts';
import { exercise } from './exercise.ts';
import { findings } from './findings.ts';
import type { ReportView } from './format.ts';
import { header } from './header.ts';
import { latency } from './latency.ts';
import { lostWrites } from './lost-writes.ts';
import { promises } from './promises.ts';
import { protocol } from './protocol.ts';
import { recovery } from './recovery.ts';
import { reading } from './reading.ts';
import { refusals } from './refusals.ts';
import { spending } from './spending.ts';

export { paintWith, shellWord, type Paint, type ReportView } from './format.ts';
export { baselineJson, baselineJsonSchema, baselineOf, baselineSchema, flawOf } from './baseline-json.ts';
export { calibrationText } from './calibration.ts';
export { calibrationJson, calibrationJsonSchema, calibrationSchema } from './calibration-json.ts';
export { comparisonText } from './comparison.ts';
export { comparisonAnnotations } from './comparison-annotations.ts';
export { comparisonJson, comparisonJsonSchema, comparisonSchema } from './comparison-json.ts';
export { comparisonMarkdown } from './comparison-markdown.ts';
export { figuresJson, figuresJsonSchema, figuresSchema, measuredRunOf } from './figures-json.ts';
export { findings } from './findings.ts';
export { sweepHeader } from './header.ts';
export { exploration } from './exploration.ts';
export {
  resultHead,
  resultHeadEnd,
  resultJsonSchema,
  resultRow,
  resultSchema,
  resultSchemaName,
  resultTail,
  resultTailSchema,
} from './json.ts';
export { factsOf, headSchema } from './result-head.ts';
export type { StoredMeasured } from './result-measured.ts';
export {
  measuredJson,
  measuredSchema,
  measuredSchemaName,
  runJson,
  runSchema,
  runSchemaName,
} from './run-directory-json.ts';
export { recordOf, rowSchema, rowText, type ResultRow } from './result-row.ts';
export {
  drawTrial,
  htmlReport,
  trialsToDraw,
  type DrawnTrial,
  type PageAssets,
  type TrialDiagram,
  type TrialToDraw,
} from './html/index.ts';
export { listJson, listText } from './list.ts';
export { liveComparison } from './live.ts';
export { liveJson, liveJsonSchema, liveSchema } from './live-json.ts';
export { markdown } from './markdown.ts';
export { anomaliesMarkdown } from './anomalies-markdown.ts';
export { junit } from './junit.ts';
export { csv } from './csv.ts';
export { dashboard } from './dashboard.ts';
export { annotations } from './annotations.ts';
export { measuredComparisonText } from './measured-comparison.ts';
export { shownMetrics, sweepText } from './sweep.ts';
export { sweepJson, sweepJsonSchema, sweepSchema } from './sweep-json.ts';
export { summaryJson, summaryJsonSchema, summarySchema, summarySchemaName } from './summary-json.ts';
export { story } from './story.ts';
export { storyEnding, type Ending } from './story-ending.ts';

export const tables: readonly ((view: ReportView) => string)[] = [
  header,
  lostWrites,
  escalations,
  latency,
  coordination,
  spending,
  refusals,
  exercise,
  recovery,
  anomalies,
  otherFindings,
  promises,
  protocol,
  findings,
  reading,
];

/** What `anomalies` shows in their place. */
export const anomalyTables: readonly ((view: ReportView) => string)[] = [
  header,
  anomalies,
  anomalyWitnesses,
  promises,
  findings,
];
