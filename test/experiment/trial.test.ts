import { describe, expect, it } from 'vitest';
import type { FaultProfile, MergeStrategy, Plan, TapeContext, TrialSpec, Workload } from '../../src/contract/index.ts';
import { draftPlan, runTrial, type TrialRun } from '../../src/experiment/index.ts';
import { checkpoint, defaultModel } from '../../src/simulator/index.ts';
import { probe } from '../support/probe-strategy.ts';
import { planOf, turn } from '../support/plans.ts';

const quiet: FaultProfile = { name: 'quiet', summary: 'no faults', survivable: true, draw: () => [] };

function workloadOf(plan: Workload['plan']): Workload {
  return {
    name: 'talk',
    summary: 'agents set the status',
    conflict: 'all at once',
    contended: true,
    agents: { default: 2, min: 1, max: 4 },
    plan,
    exercised: () => true,
    invariants: [],
  };
}

const talk = workloadOf(({ agents }) => planOf(...Array.from({ length: agents }, () => [turn()])));

interface Cast {
  readonly strategy?: MergeStrategy;
  readonly workload?: Workload;
  readonly profile?: FaultProfile;
  readonly spec?: Partial<TrialSpec>;
}

function trial({ strategy = probe(() => ({})), workload = talk, profile = quiet, spec = {} }: Cast): TrialRun {
  const named = { strategy: strategy.name, workload: workload.name, faults: profile.name, seed: 1, agents: null };
  const parts = { strategy, workload, profile, model: defaultModel, recovery: checkpoint, story: false };
  return runTrial({ ...named, recovery: checkpoint.name, model: defaultModel.name, ...spec }, parts);
}

describe('a trial', () => {
  it('goes from the seed to the row', () => {
    const { result } = trial({ spec: { agents: 3 } }).record;
    expect(result).toMatchObject({ strategy: 'probe', workload: 'talk', faults: 'quiet', seed: 1, agents: 3 });
    expect(result.fates).toMatchObject({ issued: 3, lost: 3 });
    expect(result.failure).toBeNull();
  });

  it('repeats to the byte', () => {
    expect(JSON.stringify(trial({}).record)).toBe(JSON.stringify(trial({}).record));
  });

  it('gives every strategy the same script and the same faults', () => {
    const seen: string[] = [];
    const watched = workloadOf(({ agents, random }): Plan => {
      seen.push(`plan ${String(random.stream('a').next())}`);
      return planOf(...Array.from({ length: agents }, () => [turn()]));
    });
    const draw = ({ random, machines, horizonMicros }: TapeContext): [] => {
      seen.push(`tape ${String(random.stream('a').next())} ${machines.join()} ${String(horizonMicros)}`);
      return [];
    };
    const profile = { ...quiet, draw };
    trial({ workload: watched, profile });
    trial({ workload: watched, profile, strategy: { ...probe(() => ({}), 'hub'), name: 'other' } });
    expect(seen).toHaveLength(4);
    expect(seen.slice(2)).toEqual(seen.slice(0, 2));
  });

  it('draws the script from the seed and the workload alone', () => {
    const drawn = (seed: number, name: string): number => {
      let first = NaN;
      const plan = ({ random }: Parameters<Workload['plan']>[0]): Plan => {
        first = random.stream('a').next();
        return planOf([turn()]);
      };
      draftPlan({ ...workloadOf(plan), name }, { agents: null, seed, model: defaultModel });
      return first;
    };
    expect(drawn(1, 'talk')).toBe(drawn(1, 'talk'));
    expect(drawn(1, 'talk')).not.toBe(drawn(2, 'talk'));
    expect(drawn(1, 'talk')).not.toBe(drawn(1, 'shout'));
  });
});

describe('a void trial', () => {
  it('is blamed on the workload when its plan throws', () => {
    const workload = workloadOf(() => {
      throw new Error('no idea');
    });
    const { record } = trial({ workload });
    expect([record.culprit, record.result.failure]).toEqual(['workload', 'workload talk: no idea']);
  });

  it('is blamed on the workload when its script contradicts its schema', () => {
    const counting = turn({
      steps: [{ ...turn().steps[0]!, write: () => [{ field: turn().steps[0]!.reads[0]!, kind: 'counter', value: 1 }] }],
    });
    const { record } = trial({ workload: workloadOf(() => planOf([counting])) });
    expect(record.culprit).toBe('workload');
    expect(record.result.failure).toContain('writes a counter to the field "status"');
  });

  it('is blamed on the strategy, by name, when it throws', () => {
    const strategy = probe(() => ({
      commit: () => {
        throw new Error('boom');
      },
    }));
    const { record } = trial({ strategy });
    expect(record.culprit).toBe('strategy');
    expect(record.result.failure).toMatch(/^strategy probe: .*boom/);
  });

  it('is blamed on lostwrites when anything else throws', () => {
    const draw = (): never => {
      throw new Error('no tape');
    };
    const { record } = trial({ profile: { ...quiet, draw } });
    expect([record.culprit, record.result.failure]).toEqual(['harness', 'lostwrites itself: no tape']);
  });
});
