import { describe, expect, it } from 'vitest';
import {
  agentAt,
  canonicalJson,
  field,
  maxWritesPerTurn,
  type AgentScript,
  type Contention,
  type Micros,
  type Plan,
  type Schema,
  type Turn,
  type Workload,
} from '../../src/contract/index.ts';
import { createStreams } from '../../src/random/index.ts';
import { workloads } from '../../workloads/index.ts';
import { nothing, quiet } from '../support/workload-cases.ts';
import { defaultModel, models } from '../../src/simulator/index.ts';

function planOf(workload: Workload, agents = workload.agents.default, seed = 'seed'): Plan {
  return workload.plan({ agents, random: createStreams(seed), model: defaultModel });
}

/** All that a script says, with what it writes when it is shown nothing. */
function told(scripts: readonly AgentScript[]): unknown {
  const tellTurn = (turn: Turn): unknown => ({
    ...turn,
    steps: turn.steps.map((step) => ({ ...step, write: step.write(nothing) })),
  });
  return scripts.map(({ agent, turns }) => ({ agent, turns: turns.map(tellTurn) }));
}

/** Whom an agent waits for may depend on who takes part; nothing else does. */
function withoutOthers({ agent, turns }: AgentScript): AgentScript {
  return { agent, turns: turns.map((turn) => ({ ...turn, after: [] })) };
}

/** What the agent may write while another one writes: its turns that wait for nobody. */
function withFreeTurns({ agent, turns }: AgentScript): AgentScript {
  return { agent, turns: turns.filter(({ after }) => (after ?? []).length === 0) };
}

function sharesFields(plan: Plan): boolean {
  const perAgent = plan.agents.map((script) => new Set(writtenFields({ ...plan, agents: [withFreeTurns(script)] })));
  return perAgent.some((mine, index) =>
    perAgent.slice(index + 1).some((others) => [...mine].some((name) => others.has(name))),
  );
}

function thinkSeconds({ agents }: Plan): number {
  const steps = agents.flatMap(({ turns }) => turns.flatMap((turn) => turn.steps));
  return steps.reduce((sum, { thinkMicros }) => sum + thinkMicros / 1_000_000, 0);
}

function writtenFields(plan: Plan): string[] {
  const steps = plan.agents.flatMap(({ turns }) => turns.flatMap((turn) => turn.steps));
  return steps.flatMap((step) => step.write(nothing).map((draft) => draft.field));
}

const kindsOf = (schema: Schema): ReadonlyMap<string, string> =>
  new Map(schema.fields.map((declaration) => [declaration.field, declaration.kind]));

describe('the list of workloads', () => {
  it('names each workload once', () => {
    expect(workloads.map(({ name }) => name)).toEqual([...new Set(workloads.map(({ name }) => name))]);
  });
});

describe.each(workloads.map((workload) => [workload.name, workload] as const))('%s', (_name, workload) => {
  const plan = planOf(workload);

  it('plans the same for the same seed', () => {
    expect(told(planOf(workload).agents)).toEqual(told(plan.agents));
  });

  it('plans other times for another seed', () => {
    expect(told(planOf(workload, workload.agents.default, 'other').agents)).not.toEqual(told(plan.agents));
  });

  it('names its agents in order', () => {
    expect(plan.agents.map(({ agent }) => agent)).toEqual(plan.agents.map((_script, index) => agentAt(index)));
    expect(plan.agents).toHaveLength(workload.agents.default);
  });

  it('writes the kinds that its schema declares, a few writes per turn', () => {
    const declared = kindsOf(plan.schema);
    for (const turn of plan.agents.flatMap(({ turns }) => turns)) {
      const drafts = turn.steps.flatMap((step) => step.write(nothing));
      expect(drafts.length).toBeGreaterThan(0);
      expect(drafts.length).toBeLessThan(maxWritesPerTurn);
      for (const draft of drafts) expect(declared.get(draft.field) ?? draft.kind).toBe(draft.kind);
    }
  });

  it('writes each field at most once in a step, and only plain JSON', () => {
    for (const step of plan.agents.flatMap(({ turns }) => turns.flatMap((turn) => turn.steps))) {
      const drafts = step.write(nothing);
      expect(new Set(drafts.map((draft) => draft.field)).size).toBe(drafts.length);
      for (const draft of drafts) expect(JSON.parse(JSON.stringify(draft))).toEqual(draft);
    }
  });

  it('thinks for whole, positive times and starts within a tenth of a second', () => {
    for (const { turns } of plan.agents) {
      expect(turns[0]!.pauseMicros).toBeLessThanOrEqual(100_000);
      for (const { pauseMicros, steps } of turns) {
        for (const time of [pauseMicros, ...steps.map((step) => step.thinkMicros)]) {
          expect(Number.isSafeInteger(time) && time >= 0).toBe(true);
        }
      }
    }
  });

  it('leaves the scripts of the others alone when one more agent joins', () => {
    const { default: count, max } = workload.agents;
    const more = planOf(workload, Math.min(count < 3 ? 3 : count + 1, max));
    const alone = (scripts: readonly AgentScript[]): unknown => told(scripts.map(withoutOthers));
    expect(alone(more.agents.slice(0, count))).toEqual(alone(plan.agents));
  });

  it('wants the same of every model, and only takes longer with a slower one', () => {
    const slow = models.find(({ name }) => name === 'agnes-2.0-flash')!;
    const { default: agents } = workload.agents;
    const slower = workload.plan({ agents, random: createStreams('seed'), model: slow });
    const wanted = (scripts: readonly AgentScript[]): unknown =>
      told(
        scripts.map(({ agent, turns }) => ({
          agent,
          turns: turns.map((turn) => ({
            ...turn,
            steps: turn.steps.map((step) => ({ ...step, thinkMicros: 0 as Micros })),
          })),
        })),
      );
    expect(wanted(slower.agents)).toEqual(wanted(plan.agents));
    expect(thinkSeconds(slower)).toBeGreaterThan(2 * thinkSeconds(plan));
  });

  it('was not exercised by agents that never met', () => {
    expect(workload.exercised(quiet)).toBe(false);
  });

  it.runIf(workload.contended)('is exercised when all that it writes is written at the same time', () => {
    const everywhere: Contention = {
      ...quiet,
      overlappingTurns: 1,
      byField: new Map(writtenFields(plan).map((name) => [field(name), 1])),
    };
    expect(workload.exercised(everywhere)).toBe(true);
  });

  it('finds nothing wrong with an untouched document', () => {
    const untouched = { finals: [{ fields: [], escalations: [], resolutions: [] }], committed: [], unknown: [] };
    expect(workload.invariants.map((invariant) => invariant.violation(untouched))).toEqual(
      workload.invariants.map(() => null),
    );
  });

  it('lets two agents write one field at the same time exactly if it is contended', () => {
    const plans = ['one', 'two', 'three'].map((seed) => planOf(workload, workload.agents.default, seed));
    expect(plans.some(sharesFields)).toBe(workload.contended);
  });
});

describe('writes of a plan', () => {
  it('are told apart by their values where the workload is not about equal values', () => {
    const unique = workloads.filter(({ name }) => ['status-race', 'notes', 'tally', 'mixed'].includes(name));
    for (const workload of unique) {
      const scripts = planOf(workload, 8).agents;
      const steps = scripts.flatMap(({ turns }) => turns.flatMap((turn) => turn.steps));
      const drafts = steps.flatMap((step) => step.write(nothing)).filter(({ kind }) => kind !== 'text');
      const values = drafts.filter((draft) => draft.kind !== 'counter' || draft.value > 9).map(({ value }) => value);
      const texts = values.map((value) => canonicalJson(value as never));
      expect(new Set(texts).size).toBe(texts.length);
    }
  });
});
