/** What a reader needs to run the same again. */

import type { RunReport } from '../../src/contract/index.ts';
import { plural, whole } from '../wording.ts';

export type Fact = readonly [name: string, text: string];

export function runFacts(report: RunReport): readonly Fact[] {
  const { version, command, configuration, suite, measured, inputs, trace, trials, leftOut } = report;
  const { seeds } = suite;
  const others = [...leftOut.workloads, ...leftOut.faults];
  const last = seeds.first + seeds.count - 1;
  return [
    ['command', command],
    ['version', `lostwrites ${version}${measured.commit === null ? '' : `, commit ${measured.commit}`}`],
    ['configuration', configuration],
    ['trials', `${whole(trials.done)} of ${whole(trials.planned)}, seeds ${String(seeds.first)} to ${String(last)}`],
    ['agents', suite.agents === null ? "each workload's own number" : plural(suite.agents, 'agent')],
    ['recovery', suite.recovery],
    ['model', `${suite.model}, simulated (${inputs.model.source})`],
    ['judge', inputs.judge.simulated ? 'simulated' : `${inputs.judge.model} over ${inputs.judge.client}`],
    ...(trace === null ? [] : [['trace', `${trace.file}, sha256 ${trace.sha256}`] as const]),
    ...(others.length === 0 ? [] : [['not run', others.join(', ')] as const]),
    [
      'measured',
      `${measured.wallSeconds.toFixed(1)} s with ${plural(measured.workers, 'worker')}, node ${measured.node}, ${measured.cpu}`,
    ],
  ];
}
