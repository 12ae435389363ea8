/** The replicas of one store: in one process, with a network that loses nothing and keeps the order. */

import type { Disk, ReplicaId } from '../contract/index.ts';

interface Parcel {
  readonly from: ReplicaId;
  readonly to: ReplicaId;
  readonly message: Uint8Array;
}

/** Delivers one message after the other, never one within another. */
export class LocalNetwork {
  readonly #receivers = new Map<ReplicaId, (from: ReplicaId, message: Uint8Array) => void>();
  #parcels: Parcel[] = [];
  #isDelivering = false;

  join(replica: ReplicaId, receive: (from: ReplicaId, message: Uint8Array) => void): void {
    this.#receivers.set(replica, receive);
  }

  send(from: ReplicaId, to: ReplicaId, message: Uint8Array): void {
    this.#parcels.push({ from, to, message });
  }

  /** Delivers what was sent, and what is sent because of it, until nothing is under way. */
  deliver(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      while (this.#parcels.length > 0) {
        const parcels = this.#parcels;
        this.#parcels = [];
        for (const { from, to, message } of parcels) this.#receivers.get(to)?.(from, message);
      }
    } finally {
      this.#isDelivering = false;
    }
  }
}

/** Keeps nothing: the store has a journal of its own, from which it makes its replicas anew. */
export const forgetfulDisk: Disk = {
  append: (_record, done) => {
    done();
  },
  records: () => [],
  replace: (_records, done) => {
    done();
  },
};
