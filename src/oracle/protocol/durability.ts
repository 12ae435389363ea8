/** What a replica that opens again must still have, and what it must not have. */

import { hubId, type FieldName, type ReplicaId } from '../../contract/index.ts';
import { Violation, type EventOf, protocolInvariant, type SeenOf } from './invariant.ts';
import { byField, byReplica, compared, put } from './sorted-list.ts';

type Recovered = EventOf<'recovered'>;

/** Of the changes of a field that a replica has accepted. */
interface Accepted {
  readonly by: ReplicaId;
  readonly field: FieldName;
  readonly version: number;
  /** Turns with a write to the field whose agents were told committed by the hub; a peer answers only its own agent. */
  readonly told: number;
}

type Told = SeenOf<'told'>;
type Stop = Pick<SeenOf<'stopped'>, 'replica' | 'by'>;

interface Acknowledged {
  readonly accepted: readonly Accepted[];
  /** By machine, the highest write number that its agent was told committed, since the disk last went back. */
  readonly numbers: readonly { readonly replica: ReplicaId; readonly number: number }[];
  readonly stops: readonly Stop[];
}

/**
 * What was accepted or acknowledged survives every crash. What a restore takes back is the fault's doing; that no
 * acknowledged write loses its last copy by it is a matter of fates.
 */
export const ackDurable = protocolInvariant<Acknowledged>({
  name: 'AckDurable',
  start: { accepted: [], numbers: [], stops: [] },
  judges: {
    told: ({ accepted }, told) => accepted.some(({ by }) => by === hubId) && fieldsTold(told).length > 0,
    recovered: ({ accepted, numbers, stops }, _event, { replica }) =>
      lastStop(stops, replica) === 'crash' &&
      (accepted.some(({ by }) => by === replica) || numbers.some((entry) => entry.replica === replica)),
  },
  next: {
    accept: (state, { field, version }, { replica: by }) => {
      const { accepted, numbers, stops } = state;
      const told = acceptedOf(state, by, field)?.told ?? 0;
      return { accepted: put(accepted, { by, field, version, told }, byFieldAndReplica), numbers, stops };
    },
    told: acknowledge,
    stopped: ({ accepted, numbers, stops }, { replica, by }) => ({
      accepted,
      numbers,
      stops: put(stops, { replica, by }, byReplica),
    }),
    recovered: (state, event, { replica }) => recover(state, replica, event),
  },
});

/** Told more turns than a hub has accepted, somebody was told too early. */
function acknowledge(state: Acknowledged, seen: Told): Acknowledged | Violation {
  const next = withNumber(state, seen);
  if (!state.accepted.some(({ by }) => by === hubId)) return next;
  let { accepted } = next;
  for (const field of fieldsTold(seen)) {
    const before = acceptedOf(state, hubId, field) ?? { version: 0, told: 0 };
    const told = before.told + 1;
    if (told > before.version)
      return new Violation(
        `${seen.tx.agent} is told committed: ${turns(told)} with a write to ${field} were acknowledged, ` +
          `but only ${String(before.version)} accepted`,
      );
    accepted = put(accepted, { by: hubId, field, version: before.version, told }, byFieldAndReplica);
  }
  return { accepted, numbers: next.numbers, stops: next.stops };
}

/** Of a turn that was repeated, an earlier attempt may have landed with writes to other fields. */
function fieldsTold({ tx, outcome, writes }: Told): readonly FieldName[] {
  if (outcome.kind !== 'committed' || tx.attempt > 1) return [];
  return writes.map(({ field }) => field);
}

function withNumber(state: Acknowledged, { replica, outcome, writes }: Told): Acknowledged {
  if (outcome.kind !== 'committed' || writes.length === 0) return state;
  const number = writes.reduce((highest, write) => Math.max(highest, write.number), 0);
  const { accepted, numbers, stops } = state;
  return { accepted, numbers: put(numbers, { replica, number }, byReplica), stops };
}

function recover(state: Acknowledged, replica: ReplicaId, event: Recovered): Acknowledged | Violation {
  const crashed = lastStop(state.stops, replica) === 'crash';
  const missing = crashed ? (missingVersion(state, replica, event) ?? missingWrite(state, replica, event)) : null;
  if (missing !== null) return new Violation(`${replica} has read its disk: ${missing}`);
  const others = state.accepted.filter(({ by }) => by !== replica);
  const own = event.versions.map(([field, version]) => {
    const told = acceptedOf(state, replica, field)?.told ?? 0;
    return { by: replica, field, version, told: Math.min(told, version) };
  });
  const accepted = own.reduce<readonly Accepted[]>((list, entry) => put(list, entry, byFieldAndReplica), others);
  const numbers = crashed ? state.numbers : state.numbers.filter((entry) => entry.replica !== replica);
  return { accepted, numbers, stops: state.stops };
}

function missingVersion({ accepted }: Acknowledged, replica: ReplicaId, event: Recovered): string | null {
  const missing = accepted.find(({ by, field, version }) => by === replica && versionIn(event, field) < version);
  if (missing === undefined) return null;
  const { field, version } = missing;
  return `${field} has version ${String(versionIn(event, field))}, but ${String(version)} was accepted`;
}

/** Only of strategies that keep logs of writes: others answer for versions. */
function missingWrite({ accepted, numbers }: Acknowledged, replica: ReplicaId, event: Recovered): string | null {
  const told = numbers.find((entry) => entry.replica === replica);
  const contained = event.contains[replica] ?? 0;
  if (told === undefined || accepted.length > 0 || contained >= told.number) return null;
  return `it contains its own writes up to number ${String(contained)}, but its agent was told that ${String(told.number)} is safe`;
}

function lastStop(stops: Acknowledged['stops'], replica: ReplicaId): Stop['by'] | null {
  return stops.find((stop) => stop.replica === replica)?.by ?? null;
}

function versionIn({ versions }: Recovered, field: FieldName): number {
  return versions.find(([name]) => name === field)?.[1] ?? 0;
}

function acceptedOf({ accepted }: Acknowledged, by: ReplicaId, field: FieldName): Accepted | undefined {
  return accepted.find((entry) => entry.by === by && entry.field === field);
}

function byFieldAndReplica(one: Accepted, other: Accepted): number {
  return byField(one, other) || compared(one.by, other.by);
}

function turns(count: number): string {
  return count === 1 ? '1 turn' : `${String(count)} turns`;
}
