/** Epochs of the authority over a document: who may use which one, and which one comes next. */

import type { Host, ReplicaId } from '../contract/index.ts';

/** A renewal raises the generation; a move or a recovery raises the major. */
export interface Epoch {
  readonly major: number;
  readonly generation: number;
}

/** Nobody is ever active under it. It belongs to the first replica, as if that one had been the last owner. */
export const firstEpoch: Epoch = { major: 0, generation: 0 };

export function laterEpoch(one: Epoch, other: Epoch): Epoch {
  if (one.major !== other.major) return one.major > other.major ? one : other;
  return one.generation > other.generation ? one : other;
}

/**
 * Majors are dealt out to the replicas in turn, like cards: number m belongs to the replica with the rank m modulo the
 * number of replicas. So two replicas never hold one epoch, whatever their disks have forgotten.
 */
export class EpochDeal {
  readonly #replicas: readonly ReplicaId[];

  constructor({ self, peers }: Pick<Host, 'self' | 'peers'>) {
    this.#replicas = [self, ...peers].sort();
  }

  ownerOf({ major }: Epoch): ReplicaId {
    const owner = this.#replicas[major % this.#replicas.length];
    if (owner === undefined) throw new Error(`nobody may use the epoch ${String(major)}`);
    return owner;
  }

  /** The owner's first major above this one. */
  next(owner: ReplicaId, above: number): number {
    const count = this.#replicas.length;
    const rank = this.#replicas.indexOf(owner);
    if (rank < 0) throw new Error(`${owner} is not one of the replicas`);
    return above + 1 + ((((rank - above - 1) % count) + count) % count);
  }
}
