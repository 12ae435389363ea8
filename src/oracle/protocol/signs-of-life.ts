/** What a hub remembers of those it gives grants to: when each was last heard, and from whom something was taken. */

import type { AgentId, FieldName, Micros, ReclaimTrigger, ReplicaId } from '../../contract/index.ts';
import { always, protocolInvariant, Violation } from './invariant.ts';
import { byField, compared, put } from './sorted-list.ts';

/** Of this holder, as this replica knows it. */
export interface SignOfLife {
  readonly by: ReplicaId;
  readonly holder: AgentId;
  readonly at: Micros;
}

type LastHeard = readonly SignOfLife[];

/** The last heartbeat known of an agent never goes back, except to nothing when the memory of it is lost. */
export const tickMonotonicity = protocolInvariant<LastHeard>({
  name: 'TickMonotonicity',
  start: [],
  judges: { heartbeat: always },
  next: {
    heartbeat: (last, { holder, at }, { replica: by }) => {
      const before = last.find((entry) => entry.by === by && entry.holder === holder);
      if (before?.at === at) return last;
      if (before === undefined || at > before.at) return put(last, { by, holder, at }, byHolder);
      return new Violation(`the last heartbeat of ${holder} goes back from ${seconds(before.at)} to ${seconds(at)}`);
    },
    stopped: (last, { replica }) => without(last, replica),
  },
});

/** The order of what a hub remembers of each holder. */
export function byHolder(one: SignOfLife, other: SignOfLife): number {
  return compared(one.holder, other.holder) || compared(one.by, other.by);
}

interface Slot {
  readonly by: ReplicaId;
  readonly field: FieldName;
  readonly holder: AgentId;
  readonly trigger: ReclaimTrigger;
  /** The former holder has been granted the field again. */
  readonly grantedAgain: boolean;
}

interface Slots {
  readonly slots: readonly Slot[];
  /** Whose grant of a field was last taken, and why. */
  readonly reclaims: readonly Omit<Slot, 'grantedAgain'>[];
}

/** The mark that a reclaim leaves says why, and is cleared only when its holder is granted the field again. */
export const slotSurvival = protocolInvariant<Slots>({
  name: 'SlotSurvival',
  start: { slots: [], reclaims: [] },
  judges: { slot: always },
  next: {
    reclaim: ({ slots, reclaims }, { field, holder, trigger }, { replica: by }) => ({
      slots,
      reclaims: put(reclaims, { by, field, holder, trigger }, byFieldAndHolder),
    }),
    grant: (state, { field, holder }) => {
      const slot = slotOf(state, field, holder);
      const slots =
        slot === undefined ? state.slots : put(state.slots, { ...slot, grantedAgain: true }, byFieldAndHolder);
      const reclaims = state.reclaims.filter((entry) => entry.field !== field || entry.holder !== holder);
      return slots === state.slots && reclaims.length === state.reclaims.length ? state : { slots, reclaims };
    },
    slot: (state, { field, holder, trigger }, { replica: by }) =>
      trigger === null ? clear(state, field, holder) : mark(state, { by, field, holder, trigger, grantedAgain: false }),
    stopped: forget,
  },
});

function slotOf({ slots }: Slots, field: FieldName, holder: AgentId): Slot | undefined {
  return slots.find((slot) => slot.field === field && slot.holder === holder);
}

function mark({ slots, reclaims }: Slots, slot: Slot): Slots | Violation {
  const reclaim = reclaims.find((entry) => byFieldAndHolder(entry, slot) === 0);
  if (reclaim !== undefined && reclaim.trigger !== slot.trigger)
    return new Violation(
      `${slot.field} was reclaimed from ${slot.holder} by ${reclaim.trigger}, but the slot says ${slot.trigger}`,
    );
  return { reclaims, slots: put(slots, slot, byFieldAndHolder) };
}

function clear(state: Slots, field: FieldName, holder: AgentId): Slots | Violation {
  const slot = slotOf(state, field, holder);
  if (slot === undefined) return state;
  if (!slot.grantedAgain)
    return new Violation(`the reclaim slot of ${holder} on ${field} is cleared without a new grant`);
  return { slots: state.slots.filter((entry) => entry !== slot), reclaims: state.reclaims };
}

function forget(state: Slots, { replica }: { readonly replica: ReplicaId }): Slots {
  const slots = without(state.slots, replica);
  const reclaims = without(state.reclaims, replica);
  return slots === state.slots && reclaims === state.reclaims ? state : { slots, reclaims };
}

function without<Entry extends { readonly by: ReplicaId }>(
  list: readonly Entry[],
  replica: ReplicaId,
): readonly Entry[] {
  return list.some(({ by }) => by === replica) ? list.filter(({ by }) => by !== replica) : list;
}

type FieldAndHolder = Pick<Slot, 'field' | 'holder'>;

function byFieldAndHolder(one: FieldAndHolder, other: FieldAndHolder): number {
  return byField(one, other) || compared(one.holder, other.holder);
}

function seconds(micros: Micros): string {
  return `${(micros / 1_000_000).toFixed(3)} s`;
}
