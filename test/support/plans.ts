/** Small plans for tests of the simulator: scalars only, thinking 10 s, no pauses. */

import {
  agentAt,
  field,
  seconds,
  type AgentScript,
  type History,
  type MergeStrategy,
  type Micros,
  type Plan,
  type ProtocolEvent,
  type ReplicaId,
  type TapeEntry,
  type Turn,
} from '../../src/contract/index.ts';
import { createStreams } from '../../src/random/index.ts';
import { defaultModel, simulate } from '../../src/simulator/index.ts';

export const status = field('status');

export function turn(changes: Partial<Turn> = {}, value = 'done'): Turn {
  return {
    pauseMicros: 0 as Micros,
    steps: [{ reads: [status], thinkMicros: seconds(10), write: () => [{ field: status, kind: 'scalar', value }] }],
    ...changes,
  };
}

export function planOf(...turns: readonly (readonly Turn[])[]): Plan {
  const agents = turns.map((script, index): AgentScript => ({ agent: agentAt(index), turns: script }));
  return { schema: { fields: [{ field: status, kind: 'scalar', meaning: 'where the work stands' }] }, agents };
}

export function run(strategy: MergeStrategy, plan: Plan, tape: readonly TapeEntry[] = [], seed = '1'): History {
  return simulate({ strategy, plan, tape, streams: createStreams(seed), model: defaultModel, story: true });
}

export function atTime(machine: string, atSeconds: number, fault: TapeEntry['fault']): TapeEntry {
  return { machine: machine as ReplicaId, trigger: { kind: 'time', atMicros: seconds(atSeconds) }, fault };
}

export function atStep(
  machine: string,
  step: 'append' | 'send' | 'receive' | 'settle',
  moment: 'before' | 'after',
  nth: number,
  fault: TapeEntry['fault'],
): TapeEntry {
  return { machine: machine as ReplicaId, trigger: { kind: 'step', step, moment, nth }, fault };
}

/** What the strategy reported, in order. */
export function reported({ observations }: History): readonly ProtocolEvent[] {
  return observations.flatMap((seen) => (seen.kind === 'reported' ? [seen.event] : []));
}
