/** What a reader needs to run the same again, and what the simulated world was made of. */

import type { RunReport, SimulationInputs } from '../src/contract/index.ts';
import { plural, whole, type ReportView } from './format.ts';

export function header({ report, paint }: ReportView): string {
  const { version, measured, configuration, command, partial, trials } = report;
  const commit = measured.commit === null ? '' : `, commit ${measured.commit}`;
  const lines = [
    paint.bold(`lostwrites ${version}${commit}, node ${measured.node}, configuration ${configuration}`),
    `again    ${command}`,
    `trials   ${shape(report)}`,
    ...leftOut(report),
    `recovery ${report.suite.recovery}`,
    `inputs   ${simulated(report.inputs)}`,
    `model    ${model(report.inputs.model)}`,
  ];
  if (report.trace !== null) lines.push(`trace    ${report.trace.file}, sha256 ${report.trace.sha256}`);
  if (!partial) return lines.join('\n');
  const progress = `PARTIAL: stopped after ${whole(trials.done)} of ${plural(trials.planned, 'trial')}.`;
  return [paint.red(paint.bold(`${progress} The tables show only these.`)), ...lines].join('\n');
}

function shape({ suite, trials }: RunReport): string {
  const { strategies, workloads, faults, seeds, agents } = suite;
  const parts = [
    strategies.length === 1 ? '1 strategy' : `${whole(strategies.length)} strategies`,
    plural(workloads.length, 'workload'),
    plural(faults.length, 'fault profile'),
    `seeds ${String(seeds.first)} to ${String(seeds.first + seeds.count - 1)}`,
  ];
  const staffing = agents === null ? "each workload's own number of agents" : plural(agents, 'agent');
  return `${whole(trials.planned)} = ${parts.join(' x ')}, ${staffing}`;
}

function leftOut({ suite, leftOut: names }: RunReport): readonly string[] {
  if (names.length === 0) return [];
  const all = suite.workloads.length + names.length;
  return [
    `         ${whole(suite.workloads.length)} of ${plural(all, 'workload')}: --workload all adds ${names.join(', ')}`,
  ];
}

function simulated({ thinkSeconds, pauseSeconds, networkMs, syncMs, gossipSeconds }: SimulationInputs): string {
  const think = `think time p50 ${String(thinkSeconds.p50)} s, p90 ${String(thinkSeconds.p90)} s`;
  const pause = `pause p50 ${String(pauseSeconds.p50)} s`;
  const network = `network p50 ${String(networkMs.p50)} ms one way`;
  return `simulated: ${think}, ${pause}, ${network}, fsync ${String(syncMs)} ms, gossip every ${String(gossipSeconds)} s`;
}

function model({
  name,
  latency,
  usdPerMillionIn,
  usdPerMillionOut,
  right,
  abstains,
}: SimulationInputs['model']): string {
  const judgement = `right ${String(right * 100)} %, abstains ${String(abstains * 100)} %`;
  const median = `p50 ${Math.exp(latency.mu).toFixed(1)} s`;
  const price = `${usdPerMillionIn.toFixed(2)} / ${usdPerMillionOut.toFixed(2)} USD per million tokens in / out`;
  return `simulated, like ${name}: ${median}, ${judgement}, ${price}`;
}
