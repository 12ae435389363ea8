/** One trial, from the seed to the row: plan -> fault tape -> history -> verdict -> numbers. */

import {
  hubId,
  replicaOf,
  type FaultProfile,
  type History,
  type Judge,
  type MergeStrategy,
  type ModelPreset,
  type Plan,
  type Prices,
  type RandomStreams,
  type TapeEntry,
  type ThinkingModel,
  type TrialRecord,
  type TrialSpec,
  type Verdict,
  type Workload,
} from '../contract/index.ts';
import { measure, measureFailure, type FailureFacts, type Pricing } from '../metrics/index.ts';
import { judge } from '../oracle/index.ts';
import { createStreams, substreams } from '../random/index.ts';
import {
  CallTrouble,
  horizonOf,
  simulate,
  simulatedJudge,
  type RecoveryPolicy,
  type SimulationInput,
} from '../simulator/index.ts';

/** What the names of a {@link TrialSpec} stand for. */
export interface TrialParts {
  readonly strategy: MergeStrategy;
  readonly workload: Workload;
  readonly profile: FaultProfile;
  /** What agents think with, and what a model call costs. */
  readonly model: ModelPreset;
  /** Who judges conflicts; without it the simulated model does. */
  readonly judge?: Judge;
  /** What a call of it costs, null if that isn't known; without it, what one of the model costs. */
  readonly judgePrices?: Prices | null;
  readonly recovery: RecoveryPolicy;
  /** Whether the history tells every event. */
  readonly story: boolean;
}

/** The record, and what it was made from; both null if the trial is void before it ran, the verdict if it is void at all. */
export interface TrialRun {
  readonly record: TrialRecord;
  readonly history: History | null;
  readonly verdict: Verdict | null;
}

/** What is run, drawn from the spec before anything happens; or the trial that is void because that failed. */
export type DrawnTrial =
  { readonly kind: 'drawn'; readonly trial: SimulationInput } | { readonly kind: 'void'; readonly run: TrialRun };

export function runTrial(spec: TrialSpec, parts: TrialParts): TrialRun {
  const drawn = drawnTrial(spec, parts);
  if (drawn.kind === 'void') return drawn.run;
  const simulated = attempt('harness', () => simulate(drawn.trial));
  if ('failure' in simulated) return voidTrial(spec, parts, simulated.failure, null);
  return judgedTrial(spec, parts, drawn.trial.plan, simulated.value);
}

/**
 * Each stage has streams of its own: the plan depends on the seed and the workload, the tape on these and the profile, the
 * rest on the seed alone. So every strategy meets the same agents and the same faults.
 */
export function drawnTrial(spec: TrialSpec, parts: TrialParts): DrawnTrial {
  const { strategy, workload, profile, model, recovery, story } = parts;
  const streams = createStreams(String(spec.seed));
  const plan = attempt('workload', () => draftPlan(workload, { model, agents: spec.agents, seed: spec.seed }));
  if ('failure' in plan) return { kind: 'void', run: voidTrial(spec, parts, plan.failure, null) };
  const tape = attempt('harness', () => drawTape(profile, plan.value, workload, streams));
  if ('failure' in tape) return { kind: 'void', run: voidTrial(spec, parts, tape.failure, null) };

  const own = substreams(streams, 'trial');
  const trouble = troubleOf(profile, model, workload, streams);
  const drawn = simulatedJudge(model);
  const judging = {
    judge: parts.judge ?? trouble?.judge(drawn) ?? drawn,
    ...(trouble === undefined ? {} : { trouble }),
  };
  const trial = { strategy, plan: plan.value, tape: tape.value, streams: own, model, ...judging, recovery, story };
  return { kind: 'drawn', trial };
}

/** What the oracle and the metrics say of what happened. */
export function judgedTrial(spec: TrialSpec, parts: TrialParts, plan: Plan, history: History): TrialRun {
  const { strategy, workload, profile } = parts;
  if (history.failure !== null) return voidTrial(spec, parts, history.failure, history);
  const judged = attempt('harness', () =>
    judge({
      history,
      plan,
      workload,
      promises: strategy.promises,
      faults: { name: profile.name, survivable: profile.survivable },
    }),
  );
  if ('failure' in judged) return voidTrial(spec, parts, judged.failure, history);
  const verdict = judged.value;
  return { record: measure({ spec, history, verdict, prices: pricesOf(parts) }), history, verdict };
}

function pricesOf({ model, judgePrices }: TrialParts): Pricing {
  return { agents: model.prices, judge: judgePrices === undefined ? model.prices : judgePrices };
}

export interface PlanFor {
  readonly seed: number;
  /** Null: as many as the workload is made for. */
  readonly agents: number | null;
  readonly model: ThinkingModel;
}

/** The script of the workload's agents. */
export function draftPlan(workload: Workload, { seed, agents, model }: PlanFor): Plan {
  const random = substreams(createStreams(String(seed)), `workload/${workload.name}`);
  return workload.plan({ agents: agents ?? workload.agents.default, random, model });
}

function drawTape(profile: FaultProfile, plan: Plan, workload: Workload, streams: RandomStreams): readonly TapeEntry[] {
  const machines = plan.agents.map((script) => replicaOf(script.agent));
  const random = faultStreams(profile, workload, streams);
  return profile.draw({ machines, hub: hubId, horizonMicros: horizonOf(plan), random });
}

function troubleOf(
  { calls, ...profile }: FaultProfile,
  model: ThinkingModel,
  workload: Workload,
  streams: RandomStreams,
): CallTrouble | undefined {
  return calls === undefined ? undefined : new CallTrouble(calls, faultStreams(profile, workload, streams), model);
}

function faultStreams({ name }: Pick<FaultProfile, 'name'>, workload: Workload, streams: RandomStreams): RandomStreams {
  return substreams(streams, `faults/${name}/${workload.name}`);
}

/** The culprit of whatever `stage` throws. */
function attempt<Value>(
  culprit: FailureFacts['culprit'],
  stage: () => Value,
): { readonly value: Value } | { readonly failure: FailureFacts } {
  try {
    return { value: stage() };
  } catch (error) {
    return { failure: { culprit, message: error instanceof Error ? error.message : String(error) } };
  }
}

/** Nothing can be said of it but who is to blame, and how far it came. */
export function voidTrial(
  spec: TrialSpec,
  parts: TrialParts,
  { culprit, message }: FailureFacts,
  history: History | null,
): TrialRun {
  const named = { culprit, message: `${culpritName(culprit, spec)}: ${message}` };
  return { record: measureFailure({ spec, history, prices: pricesOf(parts) }, named), history, verdict: null };
}

function culpritName(culprit: FailureFacts['culprit'], spec: TrialSpec): string {
  switch (culprit) {
    case 'strategy':
      return `strategy ${spec.strategy}`;
    case 'workload':
      return `workload ${spec.workload}`;
    case 'harness':
      return 'lostwrites itself';
  }
}
