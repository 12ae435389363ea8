import { describe, expect, it } from 'vitest';
import { contradictionsIn } from '../../../src/cli/workers/plan-check.ts';
import { field, type Plan, type Turn, type View, type WriteDraft } from '../../../src/contract/index.ts';
import { workloads } from '../../../workloads/index.ts';
import { draftPlan } from '../../../src/experiment/index.ts';
import { planOf, status, turn } from '../../support/plans.ts';
import { defaultModel } from '../../../src/simulator/index.ts';

function writing(write: (view: View) => readonly WriteDraft[]): Turn {
  return turn({ steps: [{ ...turn().steps[0]!, write }] });
}

describe('a plan', () => {
  it('of each of our workloads is sound', () => {
    for (const workload of workloads)
      expect(contradictionsIn(draftPlan(workload, { agents: null, seed: 1, model: defaultModel }))).toEqual([]);
  });

  it('contradicts itself when it writes another kind than it declares', () => {
    const plan = planOf([turn(), writing(() => [{ field: status, kind: 'counter', value: 1 }])]);
    expect(contradictionsIn(plan)).toEqual([
      'turn 2 of agent a1 writes a counter to the field "status", which the schema declares as scalar',
    ]);
  });

  it('may write any kind to a field that it does not declare', () => {
    expect(contradictionsIn(planOf([writing(() => [{ field: field('new'), kind: 'counter', value: 1 }])]))).toEqual([]);
  });

  it('is not refused because a step needs what only an earlier turn puts there', () => {
    const picky = writing(({ fields }) => {
      if (fields.length === 0) throw new Error('nothing there');
      return [];
    });
    expect(contradictionsIn(planOf([picky]))).toEqual([]);
  });

  it('is tried on the initial values', () => {
    const seen: unknown[] = [];
    const plan = planOf([
      writing((view) => {
        seen.push(...view.fields);
        return [];
      }),
    ]);
    const schema = { fields: [{ field: status, kind: 'scalar', initial: 'new', meaning: 'where it stands' }] } as const;
    contradictionsIn({ ...plan, schema });
    expect(seen).toEqual([{ field: status, kind: 'scalar', value: 'new', author: null }]);
  });

  it('declares a field and names an agent once', () => {
    const plan = planOf([turn()], [turn()]);
    const twice: Plan = {
      schema: { fields: [...plan.schema.fields, ...plan.schema.fields] },
      agents: [plan.agents[0]!, { ...plan.agents[1]!, agent: plan.agents[0]!.agent }],
    };
    expect(contradictionsIn(twice)).toEqual([
      'the schema declares the field "status" twice',
      'two scripts are for the agent a1',
    ]);
  });

  it('has the shape of one', () => {
    expect(contradictionsIn({} as Plan).join()).toContain('schema');
    expect(contradictionsIn({ ...planOf([turn()]), agents: [] })).toEqual(['agents: expected an agent at least']);
    const endless = planOf([turn({ pauseMicros: NaN as Turn['pauseMicros'] })]);
    expect(contradictionsIn(endless).join()).toContain('agents.0.turns.0.pauseMicros');
  });
});
