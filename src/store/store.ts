/**
 * Items that many agents put and get, over any strategy: a put is merged by kind with what others have done since its agent
 * last saw the item, and where the two don't merge it goes to the strategy unread, which decides what becomes of them.
 *
 * Pure and synchronous: what takes time is answered by callbacks. What a put has written can be read at once; its callback
 * comes when it is durable.
 */

import type { AgentId, FieldName, Json, MergeStrategy } from '../contract/index.ts';
import { contestId, contestNumber, escalationOf, contestsIn } from './contests.ts';
import { checkItem, copyItem, copyJson } from './input.ts';
import { Items } from './items.ts';
import { defaultFoldBytes, Journal, type JournalRecord } from './journal.ts';
import type { KindSchema } from './kinds.ts';
import { fieldOf, itemName, itemOf, type Contender, type ItemId, type JsonObject, type Path } from './node.ts';
import {
  refused,
  type Leaf,
  type PutOutcome,
  type Settlement,
  type StoreEscalation,
  type StoreItem,
  type StoreResolution,
} from './outcome.ts';
import { planPut, type PlannedWrite } from './plan.ts';
import { retellingsOf } from './retelling.ts';
import { settle, type Contest, type Settler } from './settlement.ts';
import { Sightings } from './sightings.ts';
import { speakerOf, standingIn, type Entered } from './standing.ts';
import { TaskQueue, type Task } from './task-queue.ts';
import { isContested } from './tree.ts';
import { Turns, type StoreHost, type TurnWrite } from './turns.ts';

export interface StoreOptions {
  readonly strategy: MergeStrategy;
  readonly kinds?: KindSchema;
  /** Called once for each conflict, when the put that began it has been taken in. */
  readonly onEscalation?: (escalation: StoreEscalation) => void;
  /** Called when an item has changed, in the order of the changes. */
  readonly onChange?: (change: StoreChange) => void;
  /** Of how many agents and items the store remembers who has seen what; 100,000 unless given. */
  readonly sightings?: number;
  /** The journal is folded when it has grown by so many bytes, and by four times what it is when it is folded; 256 KiB unless given. */
  readonly foldBytes?: number;
}

export interface StoreChange extends ItemId {
  readonly agent: AgentId;
  /** Null if the item is gone. */
  readonly item: StoreItem | null;
}

export interface PutOptions {
  /** Given back with everything that the put has written. */
  readonly tag?: Json;
}

type Done = (outcome: PutOutcome) => void;

/** A change of one item that waits for its turn. */
interface Errand {
  readonly agent: AgentId;
  readonly name: string;
  readonly tag: Json;
  readonly plan: () => readonly PlannedWrite[];
  /** What the plan that was made last settles. */
  readonly settles: () => StoreResolution | null;
  readonly refuse: (outcome: PutOutcome) => void;
  readonly done: Done;
}

export class Store {
  readonly #host: StoreHost;
  readonly #options: StoreOptions;
  readonly #kinds: KindSchema;
  readonly #journal: Journal;
  readonly #items = new Items();
  readonly #sightings: Sightings;
  readonly #resolutions: StoreResolution[] = [];
  /** Conflicts of which somebody was told. */
  readonly #told = new Set<number>();
  readonly #queue = new TaskQueue();
  #turns: Turns;
  #nextStamp = 1;

  /** Throws if one process can't run the strategy, or if the disk was written by something else. */
  constructor(host: StoreHost, options: StoreOptions) {
    this.#host = host;
    this.#options = options;
    this.#kinds = options.kinds ?? {};
    this.#sightings = new Sightings(options.sightings ?? 100_000);
    this.#turns = new Turns(host, options.strategy);
    this.#journal = new Journal(host.disk, options.foldBytes ?? defaultFoldBytes);
    for (const { fields, resolutions } of this.#journal.records()) {
      this.#resolutions.push(...resolutions);
      for (const [field, standing] of fields) this.#enter(field, standing);
    }
    for (const name of this.#items.names)
      for (const node of contestsIn(this.#items.tree(name))) this.#told.add(contestNumber(node));
    if (this.#journal.isLong) this.#fold();
    else this.#retell(this.#standing());
  }

  /** What the agent knows of the item from now on; null if there is no such item. */
  get(agent: AgentId, item: ItemId): StoreItem | null {
    const name = itemName(checkItem(item));
    const found = this.#items.item(name);
    if (found !== null || this.#sightings.of(name, agent) !== null) this.#sightings.note(name, agent, found?.value);
    return found;
  }

  /** The same without anybody having seen it. */
  peek(item: ItemId): StoreItem | null {
    return this.#items.item(itemName(item));
  }

  /** All items, in the order in which they came to be, without anybody having seen them. */
  *items(): Generator<StoreItem> {
    for (const name of this.#items.names) {
      const item = this.#items.item(name);
      if (item !== null) yield item;
    }
  }

  /** What stands in the item, place by place, with its authors. What is contested stands in the escalations. */
  leaves(item: ItemId): readonly Leaf[] {
    return this.#items.leaves(itemName(item));
  }

  /** Throws a TypeError for a value that isn't an object of JSON. `done` is called when the put is durable, or refused. */
  put(agent: AgentId, item: ItemId, value: JsonObject, { tag = null }: PutOptions, done: Done): void {
    const id = checkItem(item);
    this.#change(agent, id, copyItem(value, id), copyJson(tag, 'the tag'), done);
  }

  delete(agent: AgentId, item: ItemId, { tag = null }: PutOptions, done: Done): void {
    this.#change(agent, checkItem(item), undefined, copyJson(tag, 'the tag'), done);
  }

  /** The open conflicts, in the order in which they began. */
  escalations(): readonly StoreEscalation[] {
    const contests = this.#items.names.flatMap((name) =>
      contestsIn(this.#items.tree(name)).map((node) => ({ name, node, number: contestNumber(node) })),
    );
    return contests
      .toSorted((one, other) => one.number - other.number)
      .map(({ name, node }) => escalationOf(name, node));
  }

  resolutions(): readonly StoreResolution[] {
    return this.#resolutions;
  }

  /** Settles a conflict for good. Throws a TypeError for a settlement that can't be. */
  resolve(id: string, settlement: Settlement, by: AgentId, done: Done): void {
    const found = this.#contest(id);
    const unknown: PutOutcome = {
      kind: 'refused',
      cause: 'unknown-escalation',
      reason: `no conflict ${JSON.stringify(id)} is open`,
    };
    if (found === null) {
      done(unknown);
      return;
    }
    const settler = (): Settler => ({ by, at: this.#host.now(), kinds: this.#kinds });
    settle(found, settlement, settler());
    let resolution: StoreResolution | null = null;
    this.#run({
      agent: by,
      name: found.name,
      tag: null,
      plan: () => {
        const contest = this.#contest(id);
        if (contest === null) return [];
        const settled = settle(contest, settlement, settler());
        resolution = settled.resolution;
        return settled.writes;
      },
      settles: () => resolution,
      refuse: done,
      done: (outcome) => {
        done(resolution === null ? unknown : outcome);
      },
    });
  }

  close(): void {
    this.#queue.clear();
    this.#turns.close();
  }

  #change(agent: AgentId, item: ItemId, mine: JsonObject | undefined, tag: Json, done: Done): void {
    const name = itemName(item);
    const before = this.#sightings.of(name, agent);
    const base = before === null && this.#items.isWhollyBy(name, agent) ? this.#items.value(name) : before?.value;
    this.#sightings.note(name, agent, mine);
    this.#run({
      agent,
      name,
      tag,
      plan: () => planPut(this.#items.tree(name), base, mine, { agent, tag }, this.#kinds),
      settles: () => null,
      refuse: (outcome) => {
        this.#sightings.note(name, agent, base);
        done(outcome);
      },
      done,
    });
  }

  #run(errand: Errand): void {
    this.#queue.add((finished) => {
      this.#perform(errand, finished);
    });
  }

  #perform(errand: Errand, finished: () => void): void {
    let planned: readonly PlannedWrite[] = [];
    const drafts = (): readonly TurnWrite[] => {
      planned = errand.plan();
      return planned.map((write) => this.#draft(errand, write));
    };
    this.#turns.write(errand.agent, drafts, (outcome) => {
      if (outcome.kind === 'conflict' || outcome.kind === 'rejected') {
        errand.refuse(refused(outcome));
        finished();
        return;
      }
      const fields = planned.map(({ path }) => fieldOf(errand.name, path));
      this.#turns.read(fields, (view) => {
        this.#taken(errand, planned, standingIn(view, fields));
        finished();
      });
    });
  }

  /** The write as the strategy sees it: an opaque value. */
  #draft({ agent, name, tag }: Errand, { path, node, knows, isMerged, author }: PlannedWrite): TurnWrite {
    const at = this.#host.now();
    const before = this.#items.tree(name).find(path);
    const present = before === undefined || isContested(before) ? undefined : before.newest;
    const stamp = this.#nextStamp;
    this.#nextStamp += 1;
    const entered: Entered = {
      stamp,
      agent: author?.agent ?? agent,
      at,
      since: knows && present !== undefined && present.node.kind !== 'absent' ? present.since : at,
      tag: author?.tag ?? tag,
      contest: knows ? null : before !== undefined && isContested(before) ? contestNumber(before) : stamp,
      isMerged,
      node,
      over: knows ? (before?.standing ?? []).map((contender) => contender.stamp) : [],
    };
    return { field: fieldOf(name, path), agent: speakerOf(entered), value: entered as unknown as Json, knows };
  }

  #taken(errand: Errand, planned: readonly PlannedWrite[], fields: JournalRecord['fields']): void {
    const { agent, name } = errand;
    for (const [field, standing] of fields) this.#items.set(field, standing);
    const resolution = errand.settles();
    if (resolution !== null) this.#resolutions.push(resolution);
    const contests = contestsIn(this.#items.tree(name));
    const joined = contests.filter((node) => planned.some(({ path, knows }) => !knows && isWithin(path, node.path)));
    const outcome: PutOutcome = { kind: 'stored', escalations: joined.map(contestId) };
    this.#journal.append({ fields, resolutions: resolution === null ? [] : [resolution] }, () => {
      errand.done(outcome);
    });
    for (const node of contests) {
      if (this.#told.has(contestNumber(node))) continue;
      this.#told.add(contestNumber(node));
      this.#options.onEscalation?.(escalationOf(name, node));
    }
    if (fields.length > 0) this.#options.onChange?.({ ...itemOf(name), agent, item: this.#items.item(name) });
    if (this.#journal.isLong) this.#queue.addFirst([this.#folding]);
  }

  #contest(id: string): Contest | null {
    for (const name of this.#items.names) {
      const tree = this.#items.tree(name);
      const node = contestsIn(tree).find((contest) => contestId(contest) === id);
      if (node !== undefined) return { name, tree, node };
    }
    return null;
  }

  #enter(field: FieldName, standing: readonly Contender[]): void {
    this.#items.set(field, standing);
    for (const { stamp } of standing) this.#nextStamp = Math.max(this.#nextStamp, stamp + 1);
  }

  /** A removal is remembered as long as somebody may write back what was removed. */
  #standing(): JournalRecord['fields'] {
    return this.#items.fields((name) => this.#sightings.has(name));
  }

  /** Journal and replicas begin anew with what stands: what came before is of no use to anybody. */
  #fold(): void {
    const fields = this.#standing();
    // A copy: what is written down must not change with what happens next.
    this.#journal.fold({ fields, resolutions: this.#resolutions.slice() });
    this.#turns.close();
    this.#turns = new Turns(this.#host, this.#options.strategy);
    this.#retell(fields);
  }

  readonly #folding: Task = (finished) => {
    this.#fold();
    finished();
  };

  #retell(fields: JournalRecord['fields']): void {
    const tellings = retellingsOf(fields).map(({ agent, writes }): Task => {
      return (finished) => {
        this.#turns.write(agent, () => writes, finished);
      };
    });
    this.#queue.addFirst(tellings);
  }
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((segment, index) => path[index] === segment);
}
