/** Who had the authority over the document, as the replicas have reported it: the witness against two owners. */

import type { History, ReplicaId } from '../../src/contract/index.ts';

/** The first moment at which two replicas were active, or one was in an epoch that had been another's; null if there was none. */
export function twoOwners({ observations }: History): string | null {
  const active = new Map<ReplicaId, string>();
  const used = new Map<string, ReplicaId>();
  for (const seen of observations) {
    if (seen.kind === 'stopped') active.delete(seen.replica);
    if (seen.kind !== 'reported' || seen.event.kind !== 'epoch') continue;
    active.delete(seen.replica);
    if (!seen.event.active) continue;
    const epoch = `(${String(seen.event.major)}, ${String(seen.event.generation)})`;
    const [rival] = active;
    if (rival !== undefined) return `${rival[0]} is active in ${rival[1]} and ${seen.replica} in ${epoch}`;
    const user = used.get(epoch) ?? seen.replica;
    if (user !== seen.replica) return `${seen.replica} is active in ${epoch}, as ${user} was`;
    active.set(seen.replica, epoch);
    used.set(epoch, seen.replica);
  }
  return null;
}

/** Replica and epoch, whenever somebody became active in it. */
export function activations({ observations }: History): readonly {
  readonly at: number;
  readonly owner: ReplicaId;
  readonly major: number;
  readonly generation: number;
}[] {
  return observations.flatMap((seen) => {
    if (seen.kind !== 'reported' || seen.event.kind !== 'epoch' || !seen.event.active) return [];
    const { major, generation } = seen.event;
    return [{ at: seen.at, owner: seen.replica, major, generation }];
  });
}
