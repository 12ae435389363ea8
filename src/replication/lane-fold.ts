/**
 * What the journal of the lanes says, record by record: the live leases in the order in which they were acquired, and beside
 * them what its other records tell. Nothing here knows what time it is: a lease is live until a record ends it.
 */

import type { AgentId, FieldName, ReplicaId } from '../contract/index.ts';
import { isSameHolder, overlap, type Checkpoint, type Holder, type LaneRecord, type Lease } from './lane-records.ts';

export type Heartbeat = Extract<LaneRecord, { op: 'HEARTBEAT' }>;
export type Release = Extract<LaneRecord, { op: 'RELEASE' }>;
export type Refusal = Extract<LaneRecord, { op: 'REFUSE' }>;
export type Scavenge = Extract<LaneRecord, { op: 'SCAVENGE' }>;

/** What a record has changed. `released`: by its holder; `reclaimed`: by somebody else; `heard`: given or prolonged. */
export type LaneChange =
  | { readonly kind: 'granted'; readonly lease: Lease }
  | { readonly kind: 'released'; readonly lease: Lease }
  | { readonly kind: 'reclaimed'; readonly lease: Lease }
  | { readonly kind: 'heard'; readonly lease: Lease };

/** On which the safety of the lanes rests; each was wrong in some system once. */
export interface FoldRules {
  isHeartbeatOf(lease: Lease, beat: Heartbeat): boolean;
  isReleaseOf(lease: Lease, release: Release): boolean;
  isScavengeOf(lease: Lease, scavenge: Scavenge): boolean;
  checkpointOf(fold: LaneFold): Checkpoint;
}

export class LaneFold {
  readonly #rules: FoldRules;
  #leases: readonly Lease[] = [];
  #lastToken = 0;
  #generation = 0;
  #length = 0;
  #processes = new Map<ReplicaId, string>();
  readonly #refused = new Map<AgentId, Refusal>();
  /** Some bytes of the journal could not be read; these fields were leased later, by somebody who could. */
  #leasedSinceDamage: Set<FieldName> | null = null;

  constructor(rules: FoldRules) {
    this.#rules = rules;
  }

  /** In the order of their acquisition. */
  get leases(): readonly Lease[] {
    return this.#leases;
  }

  get lastToken(): number {
    return this.#lastToken;
  }

  get generation(): number {
    return this.#generation;
  }

  /** How many records the journal holds. */
  get length(): number {
    return this.#length;
  }

  get isDamaged(): boolean {
    return this.#leasedSinceDamage !== null;
  }

  /** Whether this is the newest process of its host that has said that it started. */
  isNewest({ host, process }: Holder): boolean {
    return this.#processes.get(host) === process;
  }

  /** The newest process of each host that has said that it started, in the order in which the hosts first did. */
  get processes(): readonly (readonly [ReplicaId, string])[] {
    return [...this.#processes];
  }

  /** A later process has started on the host of the lease. */
  isOrphaned({ holder }: Lease): boolean {
    const newest = this.#processes.get(holder.host);
    return newest !== undefined && newest !== holder.process;
  }

  /** The agents that were refused something and have not been granted anything since. */
  get refused(): readonly Refusal[] {
    return [...this.#refused.values()];
  }

  /** Somebody else was refused some of these fields. */
  isWanted(fields: readonly FieldName[], { agent }: Holder): boolean {
    return this.refused.some((refusal) => refusal.holder.agent !== agent && overlap(refusal.fields, fields));
  }

  /** The lost record may have granted this field to anybody. */
  isDoubtful(field: FieldName): boolean {
    return this.#leasedSinceDamage !== null && !this.#leasedSinceDamage.has(field);
  }

  apply(record: LaneRecord): LaneChange | null {
    this.#length += 1;
    switch (record.op) {
      case 'ACQUIRE':
        return this.#acquire(record.lease);
      case 'RELEASE':
        return this.#end('released', (lease) => this.#rules.isReleaseOf(lease, record));
      case 'SCAVENGE':
        return this.#end('reclaimed', (lease) => this.#rules.isScavengeOf(lease, record));
      case 'HEARTBEAT':
        return this.#hear((lease) => this.#rules.isHeartbeatOf(lease, record), { heardAt: record.at });
      case 'ADOPT':
        return this.#hear(({ token }) => token === record.token, { holder: record.holder, heardAt: record.at });
      case 'CHECKPOINT':
        this.#restart(record);
        return null;
      case 'REFUSE':
        this.#refused.set(record.holder.agent, record);
        return null;
      case 'HALT':
        return null;
      case 'SPAWN':
        this.#processes.set(record.holder.host, record.holder.process);
        return null;
    }
  }

  /** Some records can't be read. What they granted is unknown until a later record shows it. */
  damaged(): null {
    this.#length += 1;
    this.#leasedSinceDamage = new Set();
    return null;
  }

  /** Whoever acquired it could read what we can't: leases that are in its way by our reading had ended. */
  #acquire(lease: Lease): LaneChange {
    const kept = this.isDamaged ? this.#leases.filter(({ fields }) => !overlap(fields, lease.fields)) : this.#leases;
    this.#leases = [...kept, lease];
    this.#lastToken = Math.max(this.#lastToken, lease.token);
    this.#refused.delete(lease.holder.agent);
    for (const field of lease.fields) this.#leasedSinceDamage?.add(field);
    return { kind: 'granted', lease };
  }

  #end(kind: 'released' | 'reclaimed', isMeant: (lease: Lease) => boolean): LaneChange | null {
    const lease = this.#leases.find(isMeant);
    if (lease === undefined) return null;
    this.#leases = this.#leases.filter((other) => other !== lease);
    return { kind, lease };
  }

  /** The newest sign of life wins; an older one takes nothing back. */
  #hear(isMeant: (lease: Lease) => boolean, change: Partial<Lease> & Pick<Lease, 'heardAt'>): LaneChange | null {
    const before = this.#leases.find(isMeant);
    if (before === undefined) return null;
    const lease: Lease = {
      ...before,
      ...change,
      heardAt: Math.max(before.heardAt, change.heardAt) as Lease['heardAt'],
    };
    this.#leases = this.#leases.map((other) => (other === before ? lease : other));
    return { kind: 'heard', lease };
  }

  #restart({ leases, lastToken, generation, processes }: Checkpoint): void {
    this.#leases = leases;
    this.#lastToken = lastToken;
    this.#generation = generation;
    this.#processes = new Map(processes);
    this.#refused.clear();
    this.#leasedSinceDamage = null;
    this.#length = 1;
  }
}

export const foldRules: FoldRules = {
  isHeartbeatOf: (lease, { token, holder }) =>
    lease.token === token && holder.agent.length > 0 && isSameHolder(lease.holder, holder),
  isReleaseOf: (lease, { token, holder }) => lease.token === token && isSameHolder(lease.holder, holder),
  isScavengeOf: (lease, { token }) => lease.token === token,
  checkpointOf: ({ leases, lastToken, generation, processes }) => ({
    op: 'CHECKPOINT',
    generation: generation + 1,
    leases,
    lastToken,
    processes,
  }),
};
