/** What runs in a worker thread. Foreign code, and so whatever may hang or crash, is never loaded anywhere else. */

import { tmpdir } from 'node:os';
import type { LeftOut, MergeStrategy, Suite, TrialRecord, TrialSpec, WalkRow, Workload } from '../../contract/index.ts';
import { draftPlan, inputsOf, runTrial, type PlanFor, type TrialParts } from '../../experiment/index.ts';
import { scenarios, walk, type Scenario } from '../../explore/index.ts';
import { protocolInvariants } from '../../oracle/protocol/index.ts';
import { defaultFaultProfiles, faultProfiles } from '../../simulator/index.ts';
import { drawTrial, paintWith, story, storyEnding } from '../../../reports/index.ts';
import { strategies } from '../../../strategies/index.ts';
import { defaultWorkloads, workloads } from '../../../workloads/index.ts';
import { Catalogue, editingTraceName } from './catalogue.ts';
import { dialled, findDial } from './dialled.ts';
import { InputError } from '../input-error.ts';
import type { Configured } from '../options/knob-values.ts';
import { judgeOver } from '../judge/judge-line.ts';
import { unknownName } from '../options/nearest.ts';
import { packed } from '../packed.ts';
import { unavailable } from './optional-package.ts';
import { contradictionsIn } from './plan-check.ts';
import {
  everyName,
  reportLoading,
  reportTrial,
  unwrap,
  type Answer,
  type BatchTask,
  type Described,
  type DescribedSweep,
  type DescribeSweepTask,
  type DescribeTask,
  type Drawn,
  type DrawTask,
  type JudgeLine,
  type LiveRow,
  type LiveTask,
  type PlannedWalk,
  type PlanWalksTask,
  type Replayed,
  type ReplayTask,
  type Selection,
  type WalkTask,
} from './tasks.ts';

/** A strategy that calls it must not take the worker, and with it the other trials, down without a word. */
process.exit = () => {
  throw new Error('process.exit was called');
};

/** Finds what was selected, and whatever is wrong with it. */
export function describe({ selection, progress }: DescribeTask): Promise<Answer<Described>> {
  reportLoading(progress);
  return answered(async () => {
    const { catalogue, suite } = await resolve(selection);
    return {
      suite,
      inputs: inputsOf(catalogue.model(selection.model).value),
      trace: catalogue.trace,
      leftOut: leftOut(selection),
      notices: namesAll(selection) ? strategies.flatMap(noticeOf) : [],
    };
  });
}

function namesAll({ strategies: names }: Pick<Selection, 'strategies'>): boolean {
  return names === null || names.includes(everyName);
}

function noticeOf(strategy: MergeStrategy): readonly string[] {
  const reason = unavailable(strategy);
  return reason === null ? [] : [`strategy ${strategy.name} is left out: ${reason}`];
}

/** Strategies that can be run here. */
function available(): readonly MergeStrategy[] {
  return strategies.filter((strategy) => unavailable(strategy) === null);
}

function leftOut(selection: Selection): LeftOut {
  const without = <Part extends { readonly name: string }>(
    all: readonly Part[],
    some: readonly Part[],
  ): readonly string[] => namesOf(all.filter((each) => !some.includes(each)));
  return {
    workloads: selection.workloads === null ? without(workloads, defaultWorkloads) : [],
    faults: selection.faults === null ? without(faultProfiles, defaultFaultProfiles) : [],
  };
}

/** The same with the dial at each of its values: whatever is wrong at one of them is found before the first trial. */
export function describeSweep({
  selection,
  dial: choice,
  progress,
}: DescribeSweepTask): Promise<Answer<DescribedSweep>> {
  return answered(async () => {
    const described = unwrap(await describe({ selection, progress }));
    const undialled = { suite: described.suite, model: catalogueOf(selection.trace).model(selection.model) };
    const dial = findDial(choice, undialled);
    const points = await inOrder(choice.values, async (value) => {
      const at = await resolve(dialled(selection, undialled, dial, value));
      return { value: Number(value), suite: at.suite };
    });
    return { ...described, dial, points };
  });
}

export async function runBatch({ trials, trace, judge, progress }: BatchTask): Promise<readonly TrialRecord[]> {
  reportLoading(progress);
  const catalogue = catalogueOf(trace);
  const records: TrialRecord[] = [];
  for (const [index, trial] of trials.entries()) {
    const parts = await partsOf(trial, catalogue);
    reportTrial(progress, index);
    records.push(runTrial(trial, { ...parts, ...judgedBy(judge, trial, progress), story: false }).record);
  }
  return records;
}

/** The clocks and the sockets of a live trial are those of its processes; what is run here is its conductor. */
export async function runLive({ trial, setup, timeoutSeconds, progress }: LiveTask): Promise<LiveRow> {
  reportLoading(progress);
  const { runLiveTrial } = await import('../../conductor/index.ts');
  const parts = await partsOf(trial, catalogueOf(null));
  reportTrial(progress, 0);
  const { timeScale: scale, transport } = setup;
  const options = {
    scale,
    transport,
    timeoutSeconds,
    folder: tmpdir(),
    entry: new URL('./replica.js', import.meta.url),
  };
  const { record, live } = await runLiveTrial(trial, { ...parts, story: false }, options);
  return { record, deeds: live };
}

export function replay({ selection, colours, judge, progress }: ReplayTask): Promise<Answer<Replayed>> {
  reportLoading(progress);
  return answered(async () => {
    const { catalogue, suite } = await resolve(selection);
    const [strategy, workload, faults] = [suite.strategies[0], suite.workloads[0], suite.faults[0]];
    if (strategy === undefined || workload === undefined || faults === undefined)
      throw new InputError('nothing to replay');
    const { agents, seeds, recovery, model } = suite;
    const named = { strategy: strategy.label, workload: workload.label, faults: faults.name };
    const spec = { ...named, seed: seeds.first, agents, recovery, model };
    const parts = await partsOf(spec, catalogue);
    reportTrial(progress, 0);
    const run = runTrial(spec, { ...parts, ...judgedBy(judge, spec, progress), story: true });
    const paint = paintWith(colours);
    const { source = 'simulated', recording = null } = judge ?? {};
    const ending = storyEnding({ ...run, spec, trace: selection.trace, recording, judge: source }, paint);
    const violations = run.verdict?.protocol.flatMap(({ violation }) => violation ?? []) ?? [];
    const told = run.history === null ? [] : [story(run.history, violations, paint, source)];
    return { text: [...told, ending].join('\n\n'), record: run.record };
  });
}

export function draw({ trial, trace, progress }: DrawTask): Promise<Answer<Drawn>> {
  reportLoading(progress);
  return answered(async () => {
    const parts = await partsOf(trial, catalogueOf(trace));
    reportTrial(progress, 0);
    const { record, history, verdict } = runTrial(trial, { ...parts, story: true });
    const diagram = history === null ? null : drawTrial(history, verdict, record.result);
    return { result: record.result, packed: diagram === null ? null : packed(diagram) };
  });
}

/** All combinations that were selected. */
export function planWalks({ selection, progress }: PlanWalksTask): Promise<Answer<readonly PlannedWalk[]>> {
  reportLoading(progress);
  return answered(async () => {
    const names =
      selection.strategies ??
      available()
        .filter(waitsForOthers)
        .map(({ name }) => name);
    const found = unique(await inOrder(names, (text) => catalogueOf(null).strategy(text)));
    const chosen = (selection.scenarios ?? [defaultScenario]).map(scenarioNamed);
    return found.flatMap(({ label }) => chosen.map((scenario) => ({ strategy: label, scenario: scenario.name })));
  });
}

/** Strategies that coordinate: where nobody waits for anybody, there is less to go wrong in between. */
function waitsForOthers({ promises }: MergeStrategy): boolean {
  return promises.neverWaits === false;
}

export function walkThrough({ walk: planned, faults, bounds, progress }: WalkTask): Promise<Answer<WalkRow>> {
  reportLoading(progress);
  return answered(async () => {
    const strategy = (await catalogueOf(null).strategy(planned.strategy)).value;
    const scenario = scenarioNamed(planned.scenario);
    const start = performance.now();
    const onProgress = (states: number): void => reportTrial(progress, states);
    const result = walk({ strategy, scenario, faults, bounds, invariants: protocolInvariants, onProgress });
    return { ...planned, faults, ...result, wallSeconds: (performance.now() - start) / 1_000 };
  });
}

const defaultScenario = 'same-field';

function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((scenario) => scenario.name);
  throw unknownName('scenario', name, names);
}

async function answered<Value>(task: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { kind: 'done', value: await task() };
  } catch (error) {
    if (error instanceof InputError) return { kind: 'input-error', message: error.message };
    throw error;
  }
}

/** A judge of its own for each trial; none: the simulated one. */
function judgedBy(
  line: JudgeLine | null,
  spec: TrialSpec,
  progress: SharedArrayBuffer,
): Pick<TrialParts, 'judge' | 'judgePrices'> {
  return line === null ? {} : { judge: judgeOver(line, spec, progress), judgePrices: line.prices };
}

/** A worker keeps what it has loaded: all batches of a run name the same trace. */
let known: { readonly trace: string | null; readonly catalogue: Catalogue } | null = null;

function catalogueOf(trace: string | null): Catalogue {
  if (known === null || known.trace !== trace) known = { trace, catalogue: new Catalogue(trace) };
  return known.catalogue;
}

async function partsOf(spec: TrialSpec, catalogue: Catalogue): Promise<Omit<TrialParts, 'story'>> {
  const strategy = (await catalogue.strategy(spec.strategy)).value;
  const workload = (await catalogue.workload(spec.workload)).value;
  const [profile, recovery] = [catalogue.faults(spec.faults), catalogue.recovery(spec.recovery)];
  return { strategy, workload, profile, model: catalogue.model(spec.model).value, recovery };
}

async function resolve(selection: Selection): Promise<{ readonly catalogue: Catalogue; readonly suite: Suite }> {
  const { trace, agents, recovery, seeds } = selection;
  const catalogue = catalogueOf(trace);
  const recorded = trace === null ? [] : [editingTraceName];
  const chosenStrategies = expand(selection.strategies ?? [everyName], namesOf(available()));
  const chosenWorkloads = expand(selection.workloads ?? [...namesOf(defaultWorkloads), ...recorded], [
    ...namesOf(workloads),
    ...recorded,
  ]);
  const chosenFaults = expand(selection.faults ?? namesOf(defaultFaultProfiles), namesOf(faultProfiles));
  if (trace !== null && !chosenWorkloads.includes(editingTraceName)) {
    throw new InputError(
      `--trace is given, but the workload that plays it is not: add ${editingTraceName} to --workload`,
    );
  }
  const found = unique(await inOrder(chosenStrategies, (text) => catalogue.strategy(text)));
  const scripts = unique(await inOrder(chosenWorkloads, (text) => catalogue.workload(text)));
  const faults = chosenFaults.map((name) => catalogue.faults(name));
  const model = catalogue.model(selection.model);
  checkAgents(scripts, agents);
  for (const workload of scripts) checkPlan(workload, { agents, seed: seeds.first, model: model.value });
  const suite = {
    strategies: found.map(strategyEntry),
    workloads: scripts.map(workloadEntry),
    faults: faults.map(({ name, summary, survivable }) => ({ name, summary, survivable })),
    seeds,
    agents,
    recovery: catalogue.recovery(recovery).name,
    model: model.label,
  };
  return { catalogue, suite };
}

/** Puts all names in the place of `all`. Each name once. */
function expand(named: readonly string[], all: readonly string[]): readonly string[] {
  const withKnobs = named.find((name) => name.startsWith(`${everyName}:`));
  if (withKnobs !== undefined) {
    throw new InputError(
      `'${withKnobs}' cannot be read: ${everyName} takes no knobs, write them to the names they are for`,
    );
  }
  return [...new Set(named.flatMap((name) => (name === everyName ? all : [name])))];
}

function namesOf(parts: readonly { readonly name: string }[]): readonly string[] {
  return parts.map(({ name }) => name);
}

async function inOrder<Item, Found>(items: readonly Item[], find: (item: Item) => Promise<Found>): Promise<Found[]> {
  const found: Found[] = [];
  for (const item of items) found.push(await find(item));
  return found;
}

/** `lww` and `lww:clock=logical` are the same. */
function unique<Part>(parts: readonly Configured<Part>[]): readonly Configured<Part>[] {
  return parts.filter((part, index) => parts.findIndex((other) => other.label === part.label) === index);
}

function checkAgents(workloads: readonly Configured<Workload>[], agents: number | null): void {
  const fits = ({ value }: Configured<Workload>): boolean =>
    agents === null || (value.agents.min <= agents && agents <= value.agents.max);
  const misfit = workloads.find((workload) => !fits(workload));
  if (agents === null || misfit === undefined) return;
  const { min, max } = misfit.value.agents;
  const range = min === max ? `exactly ${String(min)}` : `${String(min)} to ${String(max)}`;
  const fitting = workloads.filter(fits).map(({ label }) => label);
  const hint = fitting.length === 0 ? '' : `; --workload ${fitting.join(',')} would do`;
  throw new InputError(`--agents ${String(agents)}: workload ${misfit.label} is for ${range} agents${hint}`);
}

function checkPlan({ value: workload, label }: Configured<Workload>, plan: PlanFor): void {
  let contradictions: readonly string[];
  try {
    contradictions = contradictionsIn(draftPlan(workload, plan));
  } catch {
    // A plan that throws is the failure of each of its trials, which say so with the message.
    return;
  }
  if (contradictions.length === 0) return;
  const more = contradictions.length > 5 ? ` (and ${String(contradictions.length - 5)} more)` : '';
  throw new InputError(`workload ${label} contradicts itself: ${contradictions.slice(0, 5).join('; ')}${more}`);
}

function strategyEntry({ value, label, knobs }: Configured<MergeStrategy>): Suite['strategies'][number] {
  const { summary, layout, promises, canary = false, reclaims = false } = value;
  return { label, summary, layout, canary, reclaims, promises, knobs };
}

function workloadEntry({ value, label, knobs }: Configured<Workload>): Suite['workloads'][number] {
  const { summary, conflict, contended, agents } = value;
  return { label, summary, conflict, contended, agents, knobs };
}
