/** A field's version: it never goes back, and each accepted change raises it by one. */

import { hubId, type FieldName, type ReplicaId } from '../../contract/index.ts';
import { always, type EventOf, protocolInvariant, Violation } from './invariant.ts';
import { byField, compared, put } from './sorted-list.ts';

/** The next change may follow any version from `low` to `high`: they differ only where it is unknown which copy goes on. */
interface FieldVersion {
  readonly field: FieldName;
  readonly low: number;
  readonly high: number;
}

interface Versions {
  readonly fields: readonly FieldVersion[];
  /** Machines with an older disk that have not said yet what is on it. */
  readonly restored: readonly ReplicaId[];
}

export const monotonicVersion = protocolInvariant<Versions>({
  name: 'MonotonicVersion',
  start: { fields: [], restored: [] },
  judges: { accept: always },
  next: {
    accept: (versions, { field, version, holder }) => {
      const { low, high } = versionOf(versions, field);
      if (version > low && version <= high + 1) return withVersion(versions, { field, low: version, high: version });
      return new Violation(`${field} goes from version ${String(high)} to ${String(version)} by a write of ${holder}`);
    },
    stopped: (versions, { replica, by }) =>
      by === 'crash' ? versions : { fields: versions.fields, restored: put(versions.restored, replica, compared) },
    recovered: (versions, event, { replica }) => recover(versions, replica, event),
  },
});

/**
 * What became durable just before the machine stopped was never reported: the hub goes on from what it has read, whatever
 * that is. Among peers others may have gone on without it, and without what a restore has taken back.
 */
function recover(versions: Versions, replica: ReplicaId, event: EventOf<'recovered'>): Versions {
  const wasRestored = versions.restored.includes(replica);
  let next = wasRestored
    ? { fields: versions.fields, restored: versions.restored.filter((other) => other !== replica) }
    : versions;
  if (replica === hubId) {
    const fields = event.versions.map(([field, version]) => ({ field, low: version, high: version }));
    return { fields: fields.sort(byField), restored: next.restored };
  }
  for (const [field, version] of event.versions) {
    const { low, high } = versionOf(next, field);
    const lowest = wasRestored ? Math.min(low, version) : low;
    if (version > high || lowest < low) next = withVersion(next, { field, low: lowest, high: Math.max(high, version) });
  }
  return next;
}

function versionOf({ fields }: Versions, field: FieldName): Omit<FieldVersion, 'field'> {
  return fields.find((entry) => entry.field === field) ?? { low: 0, high: 0 };
}

function withVersion(versions: Versions, version: FieldVersion): Versions {
  return { fields: put(versions.fields, version, byField), restored: versions.restored };
}
