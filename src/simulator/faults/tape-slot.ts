/**
 * Tapes are drawn slot by slot. A slot is one possible entry of one machine, with a stream of its own, so that one more
 * machine, slot or draw shifts no other entry. Whether a slot is filled is the first draw of its stream.
 */

import {
  micros,
  seconds,
  type Fault,
  type Micros,
  type ProtocolStep,
  type RandomStream,
  type ReplicaId,
  type TapeContext,
  type TapeEntry,
  type Trigger,
} from '../../contract/index.ts';

/** `name` is unique among the slots of one profile; `filled` is the probability that the fault happens at all. */
export interface Slot {
  readonly name: string;
  readonly filled: number;
  trigger(random: RandomStream, horizonMicros: Micros): Trigger;
}

export function drawSlots(
  context: TapeContext,
  profile: string,
  machines: readonly ReplicaId[],
  slots: readonly Slot[],
  fault: (random: RandomStream) => Fault,
): readonly TapeEntry[] {
  return machines.flatMap((machine) =>
    slots.flatMap((slot): readonly TapeEntry[] => {
      const random = context.random.stream(`${profile}/${machine}/${slot.name}`);
      if (!random.chance(slot.filled)) return [];
      return [{ machine, trigger: slot.trigger(random, context.horizonMicros), fault: fault(random) }];
    }),
  );
}

/** At a time between these shares of the horizon, all equally likely. */
export function timed(name: string, filled: number, from: number, to: number): Slot {
  return {
    name,
    filled,
    trigger: (random, horizonMicros) => ({
      kind: 'time',
      atMicros: micros(horizonMicros * (from + random.next() * (to - from))),
    }),
  };
}

/** Around one of these steps. Machines settle less often than they send: a step that is never reached strikes nobody. */
export function stepped(
  name: string,
  filled: number,
  steps: readonly ProtocolStep[],
  moments: readonly ('before' | 'after')[],
): Slot {
  return {
    name,
    filled,
    trigger: (random) => {
      const step = random.pick(steps);
      return { kind: 'step', step, moment: random.pick(moments), nth: 1 + random.below(reached[step]) };
    },
  };
}

/** How often even a short turn or two take a step. */
const reached: Readonly<Record<ProtocolStep, number>> = { append: 4, send: 6, receive: 6, settle: 3 };

export const anyStep: readonly ProtocolStep[] = ['append', 'send', 'receive', 'settle'];
export const anyMoment = ['before', 'after'] as const;

/** Equally likely on a logarithmic scale. */
export function logUniform(random: RandomStream, fromSeconds: number, toSeconds: number): Micros {
  return seconds(fromSeconds * (toSeconds / fromSeconds) ** random.next());
}
