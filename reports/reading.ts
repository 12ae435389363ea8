/** How to read the tables, in a few lines. */

import { plural, whole, type ReportView } from './format.ts';

export function reading({ report, paint }: ReportView): string {
  const { live } = report;
  const { wallSeconds, workers, cpu, peakMemoryMb, trialsPerSecond } = report.measured;
  const lines = [
    'How to read this. Lost: its agent was told "committed", nobody was ever told otherwise, and the value is nowhere.',
    'Intervals are Wilson scores that count writes of one trial as correlated. Escalation: an open conflict for a person;',
    'false: raised without concurrent differing writes; missed: not raised where there were. How a result was reached:',
    'corrupted (a write lost, a phantom, a duplicate, replicas that differ, a law of the workload violated), escalated,',
    'resolved, auto-merged or uncontended.',
    live === undefined
      ? 'Times are virtual and repeat exactly. Everything simulated is marked so.'
      : 'Times are measured and given in virtual time; they differ from run to run. Agents and models are simulated.',
  ];
  const measured =
    `measured: ${plural(report.trials.done, 'trial')} in ${wallSeconds.toFixed(1)} s ` +
    `(${trialsPerSecond < 10 ? trialsPerSecond.toFixed(1) : whole(trialsPerSecond)}/s, ${plural(workers, 'worker')}, ${whole(peakMemoryMb)} MB at most, ${cpu})`;
  return [...lines.map((line) => paint.dim(line)), paint.dim(measured)].join('\n');
}
