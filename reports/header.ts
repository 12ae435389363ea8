/** What a reader needs to run the same again, and what the simulated world was made of. */

import type {
  CallLatency,
  QuantileTable,
  RunReport,
  Shard,
  SimulationInputs,
  SweepReport,
} from '../src/contract/index.ts';
import { plural, whole, type ReportView } from './format.ts';

export function header(view: ReportView): string {
  return headerOf(view, shape(view.report, null));
}

/** The trials are those of all points of the dial. */
export function sweepHeader({ dial, points, run }: SweepReport, paint: ReportView['paint']): string {
  const values = points.map(({ value }) => String(value)).join(', ');
  const shapeOfAll = `${shape(run, points.length)}\ndial     ${dial.part}.${dial.knob} at ${values}`;
  return headerOf({ report: run, by: 'strategy', paint }, shapeOfAll);
}

function headerOf({ report, paint }: ReportView, shapeOfTrials: string): string {
  const { version, measured, configuration, command, partial, trials } = report;
  const commit = measured.commit === null ? '' : `, commit ${measured.commit}`;
  const lines = [
    paint.bold(`lostwrites ${version}${commit}, node ${measured.node}, configuration ${configuration}`),
    `again    ${command}`,
    `trials   ${shapeOfTrials}`,
    ...leftOut(report),
    `recovery ${report.suite.recovery}`,
    ...world(report),
    `inputs   ${simulated(report)}`,
    fit,
    ...model(report.suite.model, report.inputs.model),
  ];
  lines.push(...judge(report));
  if (report.trace !== null) lines.push(`trace    ${report.trace.file}, sha256 ${report.trace.sha256}`);
  if (report.shard !== null) lines.unshift(paint.bold(shardText(report.shard)));
  if (!partial) return lines.join('\n');
  const progress = `PARTIAL: stopped after ${whole(trials.done)} of ${plural(trials.planned, 'trial')}.`;
  return [paint.red(paint.bold(`${progress} The tables show only these.`)), ...lines].join('\n');
}

function shardText({ index, count }: Shard): string {
  return `SHARD ${String(index)} of ${String(count)}: the tables show only its trials, and the verdict comes with merge.`;
}

/** A simulated judge is the model that was named above. */
function judge({ inputs, measured: { judge: use } }: RunReport): readonly string[] {
  if (inputs.judge.simulated || use === null) return [];
  const { client, model: name } = inputs.judge;
  const place = use.file === null ? '' : ` in ${use.file}`;
  const answers = `${plural(use.recorded, 'answer')} recorded${place}`;
  const spent = use.spentUsd === null ? 'at prices that are not known' : `for ${use.spentUsd.toFixed(6)} USD`;
  const work = use.source === 'recorded' ? answers : `${plural(use.asked, 'call')} ${spent}, ${answers}`;
  return [`judge    ${use.source}, ${name} over ${client}: ${work}`];
}

function shape({ suite, trials, shard, live }: RunReport, points: number | null): string {
  const { strategies, workloads, faults, seeds, agents } = suite;
  const parts = [
    ...(points === null ? [] : [plural(points, 'point')]),
    ...(live === undefined ? [] : [plural(live.repetitions, 'repetition')]),
    strategies.length === 1 ? '1 strategy' : `${whole(strategies.length)} strategies`,
    plural(workloads.length, 'workload'),
    plural(faults.length, 'fault profile'),
    `seeds ${String(seeds.first)} to ${String(seeds.first + seeds.count - 1)}`,
  ];
  const staffing = agents === null ? "each workload's own number of agents" : plural(agents, 'agent');
  const equals = shard === null ? '=' : 'of';
  return `${whole(trials.planned)} ${equals} ${parts.join(' x ')}, ${staffing}`;
}

function leftOut({ suite, leftOut: names }: RunReport): readonly string[] {
  const line = (option: string, noun: string, run: number, others: readonly string[]): readonly string[] =>
    others.length === 0
      ? []
      : [`         ${whole(run)} of ${plural(run + others.length, noun)}: --${option} all adds ${others.join(', ')}`];
  return [
    ...line('workload', 'workload', suite.workloads.length, names.workloads),
    ...line('faults', 'fault profile', suite.faults.length, names.faults),
  ];
}

/** Where processes are real, so are the network and the files. */
function world({ live }: RunReport): readonly string[] {
  if (live === undefined) return [];
  const { timeScale, transport } = live;
  const sockets = transport === 'unix' ? 'Unix sockets' : 'TCP on the loopback';
  const parts = ['a process per replica and one for the hub', 'files with fsync', sockets, 'SIGKILL, SIGSTOP, backups'];
  return [`LIVE     ${parts.join(', ')}; ${plural(timeScale, 'virtual second')} in a real one`];
}

function simulated({ live, inputs }: RunReport): string {
  const { callsPerStep, pauseSeconds, networkMs, syncMs, gossipSeconds } = inputs;
  const calls = [0.5, 0.9, 0.99].map((share) => `p${String(share * 100)} ${String(at(callsPerStep, share))}`);
  const think = `think time the sum of ${calls.join(', ')} calls`;
  const pause = `pause p50 ${String(pauseSeconds.p50)} s`;
  const gossip = `gossip every ${String(gossipSeconds)} s`;
  if (live !== undefined) return `simulated: ${think}, ${pause}, ${gossip}`;
  const network = `network p50 ${String(networkMs.p50)} ms one way`;
  return `simulated: ${think}, ${pause}, ${network}, fsync ${String(syncMs)} ms, ${gossip}`;
}

/** The one thing that is fitted, and what it is checked against. */
const fit =
  '         calls fitted to 13.4, 43.4 and 153 s from read to write, checked against 13 and 28 calls per agent (p50, p90)';

function model(
  label: string,
  { source, latency, outputTokens, prices, ...shares }: SimulationInputs['model'],
): readonly string[] {
  const share = (value: number): string => `${String(Number((value * 100).toFixed(2)))} %`;
  const judgement = `right ${share(shares.right)}, abstains ${share(shares.abstains)}, misjudges notices ${share(shares.misjudges)}`;
  const price =
    prices === null
      ? 'no published price'
      : `${prices.usdPerMillionIn.toFixed(2)} / ${prices.usdPerMillionOut.toFixed(2)} USD per million tokens in / out`;
  return [
    `model    ${label}, simulated: a call ${callTime(latency, outputTokens)}, ${judgement}, ${price}`,
    `         ${source}`,
  ];
}

function callTime(latency: CallLatency, outputTokens: QuantileTable): string {
  switch (latency.kind) {
    case 'per-token': {
      const { firstSeconds, tokensPerSecond } = latency;
      const p50 = firstSeconds + at(outputTokens, 0.5) / tokensPerSecond;
      return `p50 ${p50.toFixed(1)} s (${firstSeconds.toFixed(2)} s + tokens / ${tokensPerSecond.toFixed(0)})`;
    }
    case 'logged':
      return `p50 ${at(latency.seconds, 0.5).toFixed(1)} s`;
  }
}

function at(table: QuantileTable, share: number): number {
  return table.find(([known]) => known === share)?.[1] ?? NaN;
}
