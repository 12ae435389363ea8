/** Small plans for tests of the simulator: scalars only, thinking 10 s, no pauses. */

import {
  agentAt,
  field,
  seconds,
  type AgentId,
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
import { defaultModel, simulate, simulatedJudge, type RecoveryPolicy } from '../../src/simulator/index.ts';
import type { StartedTurn } from '../../src/simulator/recovery/policy.ts';

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

export function run(
  strategy: MergeStrategy,
  plan: Plan,
  tape: readonly TapeEntry[] = [],
  seed = '1',
  recovery: RecoveryPolicy = instantly(),
  misjudges = 0,
): History {
  const judge = simulatedJudge(defaultModel);
  const model = { ...defaultModel, misjudges };
  return simulate({
    strategy,
    plan,
    tape,
    streams: createStreams(seed),
    model,
    judge,
    recovery,
    story: true,
  });
}

/** Repeats the turn in flight and takes no time for it, so that tests can count in whole seconds. */
function instantly(): RecoveryPolicy {
  const started = new Map<AgentId, StartedTurn>();
  const open: RecoveryPolicy['open'] = ({ agent }) => ({
    interrupted: () => [...started].flatMap(([other, turn]) => (other === agent ? [turn] : [])),
    starting: (turn, start) => {
      started.set(agent, turn);
      start();
    },
    ended: () => void started.delete(agent),
    stop: (stopped) => {
      stopped();
    },
  });
  return { name: 'instantly', summary: 'repeats the turn in flight', open };
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
