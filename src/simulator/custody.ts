/**
 * Who certainly holds a durable copy of each acknowledged transaction, from what the simulator sees itself. It decides how
 * far a machine may be restored from a backup without taking away the last copy of an acknowledged write.
 *
 * A machine certainly holds a transaction of another one if it durably changed its disk while it handled a message that
 * the other one sent after the commit was requested and, where the other one wrote its own disk first, after that was
 * durable; and if neither of the two was down in between, since that may have cost the message that carried it. A copy
 * that reached it through a third machine doesn't count: this errs on the careful side.
 */

import type { ReplicaId, TransactionId } from '../contract/index.ts';

interface Acknowledgement {
  readonly owner: ReplicaId;
  /** Messages of the owner from this sequence on may carry the transaction. */
  since: number;
  /** The owner's own copy stands from this version of its disk on; null if it wrote none. */
  ownVersion: number | null;
  /** Messages of the owner from this sequence on no longer carry it: the owner's copy was taken away. */
  until: number;
  /** Version of the owner's disk when it acknowledged. */
  acknowledgedAtVersion: number;
}

/** The receiver's disk held from `version` on whatever the sender knew at `sentAt`. */
interface Receipt {
  readonly sentAt: number;
  readonly version: number;
  /** When either was last down: what was committed before that may have been lost on the way. */
  readonly unbrokenSince: number;
}

export class Custody {
  readonly #acknowledgements: Acknowledgement[] = [];
  readonly #open = new Map<ReplicaId, { readonly transaction: TransactionId; readonly entry: Acknowledgement }>();
  readonly #lastDown = new Map<ReplicaId, number>();
  readonly #receipts = new Map<ReplicaId, Map<ReplicaId, Receipt[]>>();

  commitRequested(owner: ReplicaId, transaction: TransactionId, sequence: number): void {
    const entry = {
      owner,
      since: sequence,
      ownVersion: null,
      until: Infinity,
      acknowledgedAtVersion: 0,
    };
    this.#open.set(owner, { transaction, entry });
  }

  /** The owner's disk changed durably, at the start of the task that will tell the strategy. */
  ownDiskChanged(owner: ReplicaId, version: number, sequence: number): void {
    const open = this.#open.get(owner);
    if (open === undefined) return;
    open.entry.since = sequence;
    open.entry.ownVersion = version;
  }

  /**
   * A transaction whose commit was not requested landed in an attempt before a crash: of that one nothing is known any more.
   * So only what is there or is sent from now on counts.
   */
  acknowledged(owner: ReplicaId, transaction: TransactionId, version: number, sequence: number): void {
    const open = this.#open.get(owner);
    this.#open.delete(owner);
    const entry =
      open?.transaction === transaction
        ? open.entry
        : { owner, since: sequence, ownVersion: version, until: Infinity, acknowledgedAtVersion: version };
    entry.acknowledgedAtVersion = version;
    this.#acknowledgements.push(entry);
  }

  /** The attempt ended without an acknowledgement. */
  dropped(owner: ReplicaId): void {
    this.#open.delete(owner);
  }

  crashed(machine: ReplicaId, sequence: number): void {
    this.#open.delete(machine);
    this.#lastDown.set(machine, sequence);
  }

  returned(machine: ReplicaId, sequence: number): void {
    this.#lastDown.set(machine, sequence);
  }

  /** All that `holder` wrote while it handled a message that `sender` sent at `sentAt` is durable. */
  stored(holder: ReplicaId, sender: ReplicaId, sentAt: number, version: number): void {
    const unbrokenSince = Math.max(this.#lastDown.get(holder) ?? 0, this.#lastDown.get(sender) ?? 0);
    const receipt = { sentAt, version, unbrokenSince };
    let bySender = this.#receipts.get(holder);
    if (bySender === undefined) this.#receipts.set(holder, (bySender = new Map<ReplicaId, Receipt[]>()));
    const receipts = bySender.get(sender);
    if (receipts === undefined) bySender.set(sender, [receipt]);
    else receipts.push(receipt);
  }

  /** To which version a machine goes back that is restored from a backup of so many backups ago. */
  restoredVersion(machine: ReplicaId, current: number, backupsBack: number, backupEvery: number): number {
    const backup = Math.floor((current - 1) / backupEvery) - backupsBack + 1;
    const target = Math.max(0, backup * backupEvery);
    return this.earliestSafeVersion(machine, Math.min(target, current), current);
  }

  /** The earliest version, not before `target`, to which this machine may go back. */
  earliestSafeVersion(machine: ReplicaId, target: number, current: number): number {
    let version = target;
    while (version < current && !this.#isSafe(machine, version)) version += 1;
    return version;
  }

  rolledBack(machine: ReplicaId, version: number, sequence: number): void {
    for (const entry of this.#acknowledgements) {
      if (entry.owner !== machine || entry.ownVersion === null || entry.ownVersion <= version) continue;
      entry.ownVersion = null;
      entry.until = Math.min(entry.until, sequence);
    }
    const bySender = this.#receipts.get(machine);
    for (const [sender, receipts] of bySender ?? []) {
      bySender?.set(
        sender,
        receipts.filter((receipt) => receipt.version <= version),
      );
    }
  }

  #isSafe(machine: ReplicaId, version: number): boolean {
    return this.#acknowledgements.every((entry) => this.#keepsACopy(entry, machine, version));
  }

  #keepsACopy(entry: Acknowledgement, machine: ReplicaId, version: number): boolean {
    const rolledBack = entry.owner === machine;
    if (entry.ownVersion !== null && (!rolledBack || entry.ownVersion <= version)) return true;
    let heldBefore = false;
    for (const [holder, bySender] of this.#receipts) {
      for (const receipt of bySender.get(entry.owner) ?? []) {
        if (!mayCarry(receipt, entry)) continue;
        if (holder !== machine || receipt.version <= version) return true;
        heldBefore = true;
        break;
      }
    }
    // Nobody is known to hold it: going back cannot take a copy away, unless the machine that acknowledged it goes back past that.
    const ownCopyLost = rolledBack && entry.ownVersion !== null;
    return !heldBefore && !ownCopyLost && (!rolledBack || entry.acknowledgedAtVersion <= version);
  }
}

function mayCarry(receipt: Receipt, entry: Acknowledgement): boolean {
  return receipt.sentAt >= entry.since && receipt.sentAt < entry.until && entry.since > receipt.unbrokenSince;
}
