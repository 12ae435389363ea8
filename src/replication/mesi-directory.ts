/**
 * The directory of a MESI protocol (Papamarcos and Patel, 1984) whose caches are agents: it knows who may keep and who may
 * change which field. A grant is a copy in E or M. Grants of the silent and of those who hold on for too long are reclaimed.
 *
 * It knows no host and no time of its own: `now` is handed in, and what it decides comes out as lines of the state log and
 * as events for the trace. Grants, their tokens, owner generations and reclaim slots are all derived from that log, so
 * whoever keeps the log durably keeps them. Heartbeats are not in it: they are worth nothing after a restart.
 */

import type { AgentId, FieldName, Grant, Micros, ProtocolEvent, SweepGrounds } from '../contract/index.ts';

/** Modified, Exclusive, Shared, Invalid. */
export type CopyState = 'M' | 'E' | 'S' | 'I';

export type TransitionTrigger =
  | 'register'
  | 'fetch'
  | 'write'
  | 'commit'
  | 'commit_cas'
  | 'invalidate'
  | 'timeout'
  | 'update'
  | 'reclaim_heartbeat'
  | 'reclaim_max_hold';

/** One line of the state log. The number of the line by which a grant is entered is the token of the grant. */
export interface Transition {
  readonly sequence: number;
  readonly at: Micros;
  readonly field: FieldName;
  readonly agent: AgentId;
  readonly from: CopyState;
  readonly to: CopyState;
  readonly trigger: TransitionTrigger;
  readonly version: number;
  readonly contentHash: string;
}

/** When a sweep reclaims; both limits are reached at equality. */
export type SweepLimits = Pick<SweepGrounds, 'heartbeatTimeoutMicros' | 'maxHoldMicros'>;

/** What a reclaim leaves behind for the former holder, until it is granted the field again. */
export interface ReclaimSlot {
  readonly trigger: 'heartbeat' | 'max-hold';
  readonly at: Micros;
}

/** What an agent knows of a field by the copy that it works with. */
export interface CopyClaim {
  readonly field: FieldName;
  readonly version: number;
  readonly generation: number;
  /** The token of the grant under which it believes to hold the field. */
  readonly token: number | null;
}

export type Fence =
  ({ readonly cause: 'reclaimed' } & ReclaimSlot) | { readonly cause: 'stale-generation'; readonly generation: number };

interface Ownership {
  readonly agent: AgentId;
  readonly token: number;
  /** When the grant took effect: null until the line by which E or M was entered from outside the two is durable. */
  readonly grantedAt: Micros | null;
}

/** What is known of one field. */
interface FieldRecord {
  /** Whoever isn't named is in I. */
  readonly copies: Map<AgentId, CopyState>;
  owner: Ownership | null;
  /** Counts the reclaims of the field. */
  generation: number;
  readonly slots: Map<AgentId, ReclaimSlot>;
  /** Everybody who ever had a copy. */
  readonly readers: Set<AgentId>;
  version: number;
  contentHash: string;
}

const stableTransitions: ReadonlySet<string> = new Set(['IS', 'IE', 'SI', 'SE', 'ES', 'EM', 'EI', 'MI', 'MS']);

export class MesiDirectory {
  /** Null: nothing is ever reclaimed. */
  readonly #limits: SweepLimits | null;
  readonly #fields = new Map<FieldName, FieldRecord>();
  readonly #heartbeats = new Map<AgentId, Micros>();
  #sequence = 0;
  #transitions: Transition[] = [];
  #events: ProtocolEvent[] = [];

  constructor(limits: SweepLimits | null) {
    this.#limits = limits;
  }

  /** Takes in a line that was logged in an earlier life. */
  restore(transition: Transition): void {
    this.#apply(transition);
    this.takeEffect([transition], transition.at);
  }

  /** These lines are durable: the grants among them count from now on, and only from now on can they be overdue. */
  takeEffect(lines: readonly Pick<Transition, 'field' | 'sequence'>[], now: Micros): void {
    for (const { field, sequence } of lines) {
      const record = this.#record(field);
      if (record.owner?.token === sequence) record.owner = { ...record.owner, grantedAt: now };
    }
  }

  /** What was decided since the last call. */
  drain(): { readonly transitions: readonly Transition[]; readonly events: readonly ProtocolEvent[] } {
    const drained = { transitions: this.#transitions, events: this.#events };
    [this.#transitions, this.#events] = [[], []];
    return drained;
  }

  /** Whether this is newer than what was known. */
  heartbeat(agent: AgentId, now: Micros): boolean {
    if ((this.#heartbeats.get(agent) ?? -1) >= now) return false;
    this.#heartbeats.set(agent, now);
    return true;
  }

  /** The agent gets a copy: the only one if nobody else has any. Who held the field alone shares it from now on. */
  fetch(agent: AgentId, field: FieldName, now: Micros): void {
    const record = this.#record(field);
    if (record.copies.has(agent)) return;
    if (record.owner !== null) this.#move(record.owner.agent, field, 'S', 'fetch', now);
    this.#move(agent, field, record.copies.size === 0 ? 'E' : 'S', 'fetch', now);
  }

  /** The agent is granted the field; all other copies become invalid. */
  acquire(agent: AgentId, field: FieldName, trigger: 'write' | 'register', now: Micros): void {
    const record = this.#record(field);
    if (record.owner?.agent === agent) return;
    for (const other of [...record.copies.keys()])
      if (other !== agent) this.#move(other, field, 'I', 'invalidate', now);
    this.#move(agent, field, 'E', trigger, now);
  }

  /** The agent has put a new content in the field's place. `token` is the one of the grant under which it did. */
  commit(agent: AgentId, field: FieldName, content: AcceptedContent, now: Micros): void {
    this.committed(field, content);
    if (this.copyState(agent, field) === 'E') this.#move(agent, field, 'M', content.trigger, now);
    this.#events.push({ kind: 'accept', field, holder: agent, version: content.version, token: content.token });
  }

  /** As above, of an earlier life. */
  committed(field: FieldName, { version, hash }: Pick<AcceptedContent, 'version' | 'hash'>): void {
    const record = this.#record(field);
    record.version = version;
    record.contentHash = hash;
  }

  /** The new content is pushed to these agents: all have it, so nobody has it alone. */
  update(field: FieldName, agents: readonly AgentId[], now: Micros): void {
    const { owner } = this.#record(field);
    if (owner !== null && agents.length > 0) this.#move(owner.agent, field, 'S', 'update', now);
    for (const agent of agents) {
      if (this.copyState(agent, field) === 'I') this.#move(agent, field, 'S', 'update', now);
    }
  }

  /** The agent doesn't trust its shared copy any longer. */
  expire(agent: AgentId, field: FieldName, now: Micros): void {
    if (this.copyState(agent, field) === 'S') this.#move(agent, field, 'I', 'timeout', now);
  }

  /** The agent has lost all its copies. */
  flush(agent: AgentId, now: Micros): void {
    for (const [field, { copies }] of this.#fields) {
      if (copies.has(agent)) this.#move(agent, field, 'I', 'invalidate', now);
    }
  }

  /** Reclaims every grant in effect whose holder has been silent, or has held on, for too long; the contents stay. */
  sweep(now: Micros): readonly Grant[] {
    const limits = this.#limits;
    if (limits === null) return [];
    const overdue = [...this.#fields].flatMap(([field, { owner }]) => {
      const grounds = this.#grounds(owner, limits);
      if (owner === null || grounds === null) return [];
      const trigger = overdueTrigger(grounds, now);
      return trigger === null ? [] : [{ grant: { field, holder: owner.agent, token: owner.token }, grounds, trigger }];
    });
    for (const { grant, grounds, trigger } of overdue) {
      this.#events.push({
        kind: 'reclaim',
        ...grant,
        trigger: slotTrigger(trigger),
        grounds: { ...grounds, sweptAt: now },
      });
      this.#move(grant.holder, grant.field, 'I', trigger, now);
    }
    return overdue.map(({ grant }) => grant);
  }

  /** When a sweep will find something, if nobody is heard from until then; null for never. */
  dueAt(): Micros | null {
    const limits = this.#limits;
    if (limits === null) return null;
    let due = Infinity;
    for (const { owner } of this.#fields.values()) {
      if (owner !== null) due = Math.min(due, this.#overdueAt(owner, limits));
    }
    return due === Infinity ? null : (due as Micros);
  }

  /** Why the agent may not change the field by what it claims to know; null when nothing was reclaimed since. */
  fence(agent: AgentId, { field, generation }: CopyClaim): Fence | null {
    const record = this.#record(field);
    const slot = record.slots.get(agent);
    if (slot !== undefined && generation < record.generation) return { cause: 'reclaimed', ...slot };
    return generation < record.generation ? { cause: 'stale-generation', generation: record.generation } : null;
  }

  copyState(agent: AgentId, field: FieldName): CopyState {
    return this.#record(field).copies.get(agent) ?? 'I';
  }

  slot(agent: AgentId, field: FieldName): ReclaimSlot | null {
    return this.#record(field).slots.get(agent) ?? null;
  }

  /** The token of the agent's grant; null if it holds none. */
  token(agent: AgentId, field: FieldName): number | null {
    const { owner } = this.#record(field);
    return owner?.agent === agent ? owner.token : null;
  }

  generation(field: FieldName): number {
    return this.#record(field).generation;
  }

  version(field: FieldName): number {
    return this.#record(field).version;
  }

  readers(field: FieldName): readonly AgentId[] {
    return [...this.#record(field).readers];
  }

  grants(): readonly Grant[] {
    return [...this.#fields].flatMap(([field, { owner }]) =>
      owner === null ? [] : [{ field, holder: owner.agent, token: owner.token }],
    );
  }

  versions(): readonly (readonly [FieldName, number])[] {
    return [...this.#fields].flatMap(([field, { version }]) => (version === 0 ? [] : [[field, version] as const]));
  }

  #move(agent: AgentId, field: FieldName, to: CopyState, trigger: TransitionTrigger, at: Micros): void {
    const { owner, version, contentHash } = this.#record(field);
    const from = this.copyState(agent, field);
    if (!stableTransitions.has(from + to))
      throw new Error(`the copy of ${agent} of ${field} went from ${from} to ${to}`);
    const transition = { sequence: this.#sequence + 1, at, field, agent, from, to, trigger, version, contentHash };
    const slotBefore = this.slot(agent, field);
    this.#apply(transition);
    const slot = this.slot(agent, field);
    if (isGrant(from) && !isGrant(to) && owner !== null && slot === slotBefore) {
      this.#events.push({ kind: 'release', field, holder: agent, token: owner.token });
    }
    if (!isGrant(from) && isGrant(to)) {
      this.#events.push({ kind: 'grant', field, holder: agent, token: transition.sequence });
    }
    if (slot !== slotBefore) {
      this.#events.push({ kind: 'slot', field, holder: agent, trigger: slot?.trigger ?? null });
    }
    const { sequence } = transition;
    this.#events.push({ kind: 'transition', sequence, field, agent, from, to, trigger, version, contentHash });
    this.#transitions.push(transition);
  }

  #apply({ sequence, at, field, agent, from, to, trigger }: Transition): void {
    const record = this.#record(field);
    this.#sequence = sequence;
    if (to === 'I') record.copies.delete(agent);
    else record.copies.set(agent, to);
    record.readers.add(agent);
    if (!isGrant(from) && isGrant(to)) {
      record.owner = { agent, token: sequence, grantedAt: null };
      record.slots.delete(agent);
    } else if (isGrant(from) && !isGrant(to)) {
      record.owner = null;
    }
    if (trigger === 'reclaim_heartbeat' || trigger === 'reclaim_max_hold') {
      record.generation += 1;
      record.slots.set(agent, { trigger: slotTrigger(trigger), at });
    }
  }

  /** Null where there is no grant in effect. */
  #grounds(owner: Ownership | null, limits: SweepLimits): SweepGrounds | null {
    if (owner === null || owner.grantedAt === null) return null;
    const lastHeartbeatAt = this.#heartbeats.get(owner.agent) ?? null;
    return { lastHeartbeatAt, grantedAt: owner.grantedAt, ...limits };
  }

  /** A grant that is not in effect is never overdue. */
  #overdueAt({ agent, grantedAt }: Ownership, { heartbeatTimeoutMicros, maxHoldMicros }: SweepLimits): number {
    if (grantedAt === null) return Infinity;
    const lastHeartbeatAt = this.#heartbeats.get(agent);
    if (lastHeartbeatAt === undefined) return grantedAt;
    return Math.min(lastHeartbeatAt + heartbeatTimeoutMicros, grantedAt + maxHoldMicros);
  }

  #record(field: FieldName): FieldRecord {
    const known = this.#fields.get(field);
    if (known !== undefined) return known;
    const record: FieldRecord = {
      copies: new Map(),
      owner: null,
      generation: 0,
      slots: new Map(),
      readers: new Set(),
      version: 0,
      contentHash: '',
    };
    this.#fields.set(field, record);
    return record;
  }
}

export interface AcceptedContent {
  readonly version: number;
  readonly hash: string;
  readonly token: number | null;
  /** `commit_cas`: the grant was gone, but the version was still the one that the agent had worked with. */
  readonly trigger: 'commit' | 'commit_cas';
}

function isGrant(state: CopyState): boolean {
  return state === 'E' || state === 'M';
}

type ReclaimTransition = 'reclaim_heartbeat' | 'reclaim_max_hold';

/** Silence counts first. A holder that was never heard is silent. */
function overdueTrigger(grounds: SweepGrounds, now: Micros): ReclaimTransition | null {
  const { lastHeartbeatAt, grantedAt, heartbeatTimeoutMicros, maxHoldMicros } = grounds;
  if (lastHeartbeatAt === null || now - lastHeartbeatAt >= heartbeatTimeoutMicros) return 'reclaim_heartbeat';
  return now - grantedAt >= maxHoldMicros ? 'reclaim_max_hold' : null;
}

function slotTrigger(trigger: ReclaimTransition): ReclaimSlot['trigger'] {
  return trigger === 'reclaim_heartbeat' ? 'heartbeat' : 'max-hold';
}
