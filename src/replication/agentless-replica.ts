/** A replica on whose machine no agent works: a hub, or a disk that others share. Turns begin at its clients. */

import type { DocumentState, Replica, ReplicaId, Transaction } from '../contract/index.ts';

export abstract class AgentlessReplica implements Replica {
  abstract receive(from: ReplicaId, message: Uint8Array): void;
  abstract sync(): void;
  abstract state(): DocumentState;
  abstract close(): void;

  begin(tx: Transaction): void {
    refuse(tx);
  }

  read(tx: Transaction): void {
    refuse(tx);
  }

  write(tx: Transaction): void {
    refuse(tx);
  }

  commit(tx: Transaction): void {
    refuse(tx);
  }
}

function refuse(tx: Transaction): never {
  throw new Error(`the turn ${tx.id} was begun at the hub: agents work at its clients`);
}
