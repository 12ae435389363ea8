/** A machine's files go back to an older backup, as far as no acknowledged write loses its last copy. */

import type { ReplicaId } from '../contract/index.ts';
import type { Backups } from './backups.ts';
import type { TrialSurroundings } from './trial-surroundings.ts';

/** Nobody has the files open. Returns the number of records that this took away. */
export function restore(
  { id, disk }: { readonly id: ReplicaId; readonly disk: Backups },
  backupsBack: number,
  { custody, environment, clock, tally }: TrialSurroundings,
): number {
  const current = disk.version;
  const version = custody.restoredVersion(id, current, backupsBack, environment.backupEvery);
  if (version === current) return 0;
  custody.rolledBack(id, version, clock.nextSequence());
  const lost = disk.rollBack(version);
  tally.recordsRolledBack += lost;
  return lost;
}
