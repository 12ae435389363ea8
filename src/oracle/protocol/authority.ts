/** Authority over the document as a whole: one active owner, and nobody writes while it is unknown who that is. */

import type { ReplicaId } from '../../contract/index.ts';
import { always, Violation, protocolInvariant } from './invariant.ts';
import { byReplica, compared, put } from './sorted-list.ts';

interface Epoch {
  readonly replica: ReplicaId;
  readonly major: number;
  readonly generation: number;
}

interface Ownership {
  /** Who has last said that it may commit, and has not stopped since. */
  readonly active: readonly Epoch[];
  /** Every epoch in which somebody was active. */
  readonly used: readonly Epoch[];
}

/**
 * At most one active owner at any time, and no epoch belongs to two. An owner that is cut off or stalled can't say that its
 * lease has run out: a higher major takes its place, and from then on it may neither commit nor renew.
 */
export const oneOwner = protocolInvariant<Ownership>({
  name: 'OneOwner',
  start: { active: [], used: [] },
  judges: { epoch: (_state, { active }) => active, accept: ({ used }) => used.length > 0 },
  next: {
    epoch: (state, { owner, major, generation, active }, { replica }) => {
      if (!active) return resign(state, replica);
      if (owner === replica) return claim(state, { replica, major, generation });
      return new Violation(`${replica} is active although ${owner} owns the document`);
    },
    accept: (state, { field }, { replica }) => {
      if (state.used.length === 0 || state.active.some((owner) => owner.replica === replica)) return state;
      return new Violation(`${replica} accepts a write to ${field}, but ${ownerText(state)}`);
    },
    stopped: (state, { replica }) => resign(state, replica),
  },
});

function claim(state: Ownership, epoch: Epoch): Ownership | Violation {
  const { replica } = epoch;
  const equal = state.used.find(
    (other) => other.replica !== replica && isBelow(other, epoch) === isBelow(epoch, other),
  );
  if (equal !== undefined)
    return new Violation(`${replica} is active in epoch ${epochText(epoch)}, in which ${equal.replica} was`);
  const rival = state.active.find((other) => other.replica !== replica && other.major >= epoch.major);
  if (rival !== undefined)
    return new Violation(`${replica} is active in epoch ${epochText(epoch)}, but ${ownerText(state)}`);
  const used = put(state.used, epoch, byEpoch);
  const [current] = state.active;
  const isUnchanged =
    used.length === state.used.length &&
    state.active.length === 1 &&
    current !== undefined &&
    byEpoch(current, epoch) === 0;
  return isUnchanged ? state : { active: [epoch], used };
}

function resign(state: Ownership, replica: ReplicaId): Ownership {
  const active = state.active.filter((owner) => owner.replica !== replica);
  return active.length === state.active.length ? state : { active, used: state.used };
}

function ownerText({ active }: Ownership): string {
  const [owner] = active;
  return owner === undefined ? 'nobody is active' : `${owner.replica} is active in epoch ${epochText(owner)}`;
}

function isBelow(one: Epoch, other: Epoch): boolean {
  return one.major < other.major || (one.major === other.major && one.generation < other.generation);
}

function epochText({ major, generation }: Epoch): string {
  return `(${String(major)}, ${String(generation)})`;
}

function byEpoch(one: Epoch, other: Epoch): number {
  return byReplica(one, other) || one.major - other.major || one.generation - other.generation;
}

interface Doubts {
  readonly doubts: readonly {
    readonly owner: ReplicaId;
    readonly target: ReplicaId;
    /** Of the owner, when it sent the authority away. */
    readonly major: number;
  }[];
  /** The newest epoch that each replica has reported. */
  readonly majors: readonly { readonly replica: ReplicaId; readonly major: number }[];
}

/** After an ambiguous move nobody writes, but for the target if the authority has reached it, until it is settled. */
export const haltOnDoubt = protocolInvariant<Doubts>({
  name: 'HaltOnDoubt',
  start: { doubts: [], majors: [] },
  judges: { doubt: always },
  next: {
    epoch: ({ doubts, majors }, { major }, { replica }) => ({
      doubts,
      majors: put(majors, { replica, major }, byReplica),
    }),
    doubt: (state, { owner, target }) => ({
      doubts: put(state.doubts, { owner, target, major: majorOf(state, owner) }, (one, other) =>
        compared(one.owner, other.owner),
      ),
      majors: state.majors,
    }),
    settled: ({ doubts, majors }, { owner }) => ({ doubts: doubts.filter((doubt) => doubt.owner !== owner), majors }),
    accept: (state, { field }, { replica }) => {
      const doubt = state.doubts.find(({ target, major }) => replica !== target || majorOf(state, replica) <= major);
      if (doubt === undefined) return state;
      return new Violation(
        `${replica} accepts a write to ${field} while nobody knows whether the authority has moved ` +
          `from ${doubt.owner} to ${doubt.target}`,
      );
    },
  },
});

function majorOf({ majors }: Doubts, replica: ReplicaId): number {
  return majors.find((entry) => entry.replica === replica)?.major ?? 0;
}
