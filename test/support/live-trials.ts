/** Live trials of small plans, with the faults that a test wants. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MergeStrategy, Plan, TapeEntry, TrialSpec, Workload } from '../../src/contract/index.ts';
import { runLiveTrial, type LiveOptions, type LiveTrialRun } from '../../src/conductor/index.ts';
import type { TrialParts } from '../../src/experiment/index.ts';
import { checkpoint, defaultModel } from '../../src/simulator/index.ts';

/** Processes run what is built. */
const replicaScript = new URL('../../dist/program/replica.js', import.meta.url);

export interface LiveCase {
  readonly plan: Plan;
  readonly tape?: readonly TapeEntry[];
  readonly options?: Partial<LiveOptions>;
}

export interface LiveResult {
  readonly run: LiveTrialRun;
  /** What is left of the trial in its folder. */
  readonly left: readonly string[];
}

/** Everything that a live trial may leave behind is in this folder. */
export async function inFolder<Value>(task: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), 'live-'));
  try {
    return await task(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function liveRun(strategy: MergeStrategy, { plan, tape = [], options = {} }: LiveCase): Promise<LiveResult> {
  return inFolder(async (folder) => {
    const { spec, parts } = trialOf(strategy, plan, tape);
    const run = await runLiveTrial(spec, parts, {
      scale: 50,
      transport: 'unix',
      timeoutSeconds: 25,
      entry: replicaScript,
      folder,
      ...options,
    });
    return { run, left: readdirSync(folder) };
  });
}

function trialOf(
  strategy: MergeStrategy,
  plan: Plan,
  tape: readonly TapeEntry[],
): { spec: TrialSpec; parts: TrialParts } {
  const agents = plan.agents.length;
  const workload: Workload = {
    name: 'small',
    summary: 'a plan of a test',
    conflict: 'whatever the plan says',
    contended: false,
    agents: { default: agents, min: agents, max: agents },
    plan: () => plan,
    exercised: () => true,
    invariants: [],
  };
  const profile = { name: 'tape', summary: 'the tape of a test', survivable: true, draw: () => tape };
  const names = { strategy: strategy.name, workload: workload.name, faults: profile.name };
  const spec = { ...names, seed: 1, agents: null, recovery: checkpoint.name, model: defaultModel.name };
  return { spec, parts: { strategy, workload, profile, model: defaultModel, recovery: checkpoint, story: true } };
}

/** Whether the process is there, running or stopped. */
export function isThere(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
