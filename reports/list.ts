/** What there is to choose from. */

import {
  conditionsOf,
  type FaultProfile,
  type Knobs,
  type MergeStrategy,
  type ModelPreset,
  type PromiseName,
  type Promises,
  type Workload,
} from '../src/contract/index.ts';
import type { Paint } from './format.ts';

export interface Choices {
  readonly strategies: readonly MergeStrategy[];
  /** Why a strategy can't be run here; null if it can. */
  readonly unavailable: ReadonlyMap<MergeStrategy, string | null>;
  readonly workloads: readonly Workload[];
  /** Those that are run unless workloads are named. */
  readonly defaultWorkloads: readonly Workload[];
  readonly faults: readonly FaultProfile[];
  readonly defaultFaults: readonly FaultProfile[];
  readonly recoveries: readonly { readonly name: string; readonly summary: string }[];
  /** The first one is the default. */
  readonly models: readonly ModelPreset[];
}

export function listText(choices: Choices, paint: Paint): string {
  const { strategies, unavailable, workloads, defaultWorkloads, faults, defaultFaults, recoveries, models } = choices;
  const isDefault = (workload: Workload): boolean => defaultWorkloads.includes(workload);
  const sections = [
    [
      paint.bold('Strategies'),
      ...strategies.flatMap((strategy) => strategyLines(strategy, unavailable.get(strategy) ?? null, paint)),
    ],
    [paint.bold('Workloads'), ...workloads.flatMap((workload) => workloadLines(workload, isDefault(workload), paint))],
    [
      paint.bold('Fault profiles'),
      ...faults.flatMap((profile) => faultLines(profile, defaultFaults.includes(profile), paint)),
    ],
    [paint.bold('Recovery of the agents'), ...recoveries.flatMap((recovery) => summaryLines(recovery, paint))],
    [
      paint.bold('Models (simulated)'),
      ...models.flatMap((model) => summaryLines(model, paint)),
      ...knobsOfModels(models),
    ],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

function summaryLines({ name, summary }: Choices['recoveries'][number], paint: Paint): readonly string[] {
  return [`  ${paint.cyan(name)}`, `      ${summary}`];
}

function faultLines({ name, summary }: FaultProfile, isDefault: boolean, paint: Paint): readonly string[] {
  return [`  ${paint.cyan(name)}${isDefault ? '' : ' (not run by default)'}`, `      ${summary}`];
}

function strategyLines(
  { name, summary, layout, canary, promises, knobs }: MergeStrategy,
  reason: string | null,
  paint: Paint,
): readonly string[] {
  const kind = [layout === 'hub' ? 'hub' : 'peers', ...(canary === true ? ['canary: loses by design'] : [])].join(', ');
  return [
    `  ${paint.cyan(name)} (${kind})`,
    `      ${summary}`,
    `      promises ${promisesText(promises)}`,
    ...(reason === null ? [] : [paint.yellow(`      unavailable: ${reason}`)]),
    ...knobLines(knobs),
  ];
}

function promisesText(promises: Promises): string {
  const made = (Object.keys(promises) as PromiseName[]).flatMap((name) => {
    const scope = promises[name];
    const conditions = conditionsOf(scope);
    if (conditions === null) return [];
    const { faults, given } = conditions;
    const under = faults === 'survivable' ? [] : [`only ${faults.join(', ')}`];
    const where = given === null ? [] : ['where no notice is misjudged'];
    const text = [...under, ...where].join(', ');
    return [text === '' ? name : `${name} (${text})`];
  });
  return made.length === 0 ? 'nothing' : made.join(', ');
}

function workloadLines(
  { name, summary, conflict, agents, contended, knobs }: Workload,
  isDefault: boolean,
  paint: Paint,
): readonly string[] {
  const range =
    agents.min === agents.max
      ? String(agents.min)
      : `${String(agents.min)} to ${String(agents.max)}, by default ${String(agents.default)}`;
  return [
    `  ${paint.cyan(name)} (${range} agents${contended ? ', contended' : ''}${isDefault ? '' : ', not in the default suite'})`,
    `      ${summary}`,
    `      conflict: ${conflict}`,
    ...knobLines(knobs),
  ];
}

function knobLines(knobs: Knobs | undefined): readonly string[] {
  return Object.entries(knobs ?? {}).map(([name, knob]) => {
    switch (knob.kind) {
      case 'choice':
        return `      :${name}=${knob.values.join('|')} (${knob.default}) ${knob.summary}`;
      case 'number':
        return `      :${name}=${String(knob.min)}..${String(knob.max)} (${String(knob.default)}) ${knob.summary}`;
      case 'switch':
        return `      :${name}=true|false (${String(knob.default)}) ${knob.summary}`;
    }
  });
}

/** All models have the same knobs: they are said once. */
function knobsOfModels([first]: readonly ModelPreset[]): readonly string[] {
  return ['  each of them takes', ...knobLines(first?.knobs)];
}

/** The same for programs. */
export function listJson({
  strategies,
  unavailable,
  workloads,
  defaultWorkloads,
  faults,
  defaultFaults,
  recoveries,
  models,
}: Choices): string {
  const choices = {
    strategies: strategies.map((strategy) => {
      const { name, summary, layout, canary = false, reclaims = false, promises, knobs = {} } = strategy;
      return {
        name,
        summary,
        layout,
        canary,
        reclaims,
        promises,
        knobs,
        unavailable: unavailable.get(strategy) ?? null,
      };
    }),
    workloads: workloads.map((workload) => {
      const { name, summary, conflict, contended, agents, knobs = {} } = workload;
      const inDefaultSuite = defaultWorkloads.includes(workload);
      return { name, summary, conflict, contended, agents, inDefaultSuite, knobs };
    }),
    faults: faults.map((profile) => {
      const { name, summary, survivable } = profile;
      return { name, summary, survivable, inDefaultSuite: defaultFaults.includes(profile) };
    }),
    recoveries: recoveries.map(({ name, summary }) => ({ name, summary })),
    models: models.map(({ name, summary, source, prices, knobs = {} }) => ({ name, summary, source, prices, knobs })),
  };
  return JSON.stringify(choices, null, 2);
}
