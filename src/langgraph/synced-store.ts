/**
 * A store for LangGraph.js that drops no write: what agents put into one item without having seen each other is merged field
 * by field, or escalated to a person where it contradicts. Where nothing is concurrent it is like the stock store.
 */

import {
  BaseStore,
  type IndexConfig,
  type Item,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchItem,
} from '@langchain/langgraph-checkpoint';
import type { AgentId, MergeStrategy } from '../contract/index.ts';
import { loro } from '../../strategies/loro.ts';
import {
  copyItem,
  Store,
  type ItemId,
  type JsonObject,
  type KindSchema,
  type PutOutcome,
  type StoreItem,
} from '../store/index.ts';
import { AgentStore } from './agent-store.ts';
import { authorshipOf, type Authorship } from './authorship.ts';
import {
  dateOf,
  escalationOf,
  resolutionOf,
  settlementOf,
  type Choice,
  type Escalation,
  type Resolution,
} from './conflict.ts';
import type { Damage } from '../live/index.ts';
import { inFolder, inMemory, type Ground } from '../shared-state/ground.ts';
import { ItemIndex } from './item-index.ts';
import { isGet, isInquiry, isPut, type Inquiry } from './operation.ts';

export interface SyncedStoreOptions {
  /** What tells concurrent writes to one place apart and keeps them: a CRDT of Loro unless given. */
  readonly strategy?: MergeStrategy;
  /** Kinds of fields, by name (`tags`) or path (`profile.tags`). What isn't declared is inferred. */
  readonly schema?: KindSchema;
  /** Embeddings for searches with a query, as for the stock store. */
  readonly index?: IndexConfig;
  /** Called once for each conflict, when it begins. */
  readonly onEscalation?: (escalation: Escalation) => void;
}

/** Who puts without saying so. */
const unnamed = 'unnamed';

export class SyncedStore extends BaseStore {
  readonly #store: Store;
  readonly #ground: Ground;
  readonly #index: ItemIndex;
  /** Items that may have changed since they were copied into the index. */
  readonly #changed = new Map<string, ItemId>();
  /** How items want to be indexed that don't leave it to the store. */
  readonly #indexing = new Map<string, PutOperation['index']>();
  /** Who waits until something is durable. */
  readonly #waiting = new Set<(error: Error) => void>();
  #failure: Error | null = null;

  /** In memory. A store that outlives the process is opened with {@link SyncedStore.open}. */
  constructor(options: SyncedStoreOptions = {}, ground: Ground = inMemory()) {
    super();
    const { strategy = loro, schema = {}, index, onEscalation } = options;
    this.#ground = ground;
    ground.onFailure((error) => {
      this.#failure = error;
      for (const reject of this.#waiting) reject(error);
    });
    this.#index = new ItemIndex(index);
    this.#store = new Store(ground.host, {
      strategy,
      kinds: schema,
      onEscalation: (escalation) => onEscalation?.(escalationOf(escalation)),
      onChange: ({ namespace, key }) => {
        this.#touch({ namespace, key });
      },
    });
  }

  /**
   * A store that is kept in this folder, which belongs to one process at a time: rejects if another one has it. What can't
   * be read any more is set aside, see {@link damage}. Items are indexed as the options say, not as single puts said.
   */
  static async open({ folder, ...options }: SyncedStoreOptions & { readonly folder: string }): Promise<SyncedStore> {
    const ground = await inFolder(folder);
    try {
      const store = new SyncedStore(options, ground);
      for (const { namespace, key } of store.#store.items()) store.#touch({ namespace, key });
      await store.#copyChanged();
      return store;
    } catch (error) {
      await ground.close();
      throw error;
    }
  }

  /** What was found in the folder and could not be read; null where all is well. */
  get damage(): Damage | null {
    return this.#ground.damage;
  }

  /** Frees what the store holds, and its folder. */
  async close(): Promise<void> {
    this.#store.close();
    await this.#ground.close();
  }

  /** The store as this agent sees it. */
  as(agent: string): AgentStore {
    return new AgentStore(
      agent,
      (other) => this.as(other),
      (operations) => this.#perform(operations, agent as AgentId),
    );
  }

  /**
   * Without an agent, puts go on from what is there. Several to one key in one batch have not seen each other: they are
   * merged or escalated as those of several authors without a name.
   */
  override batch<Operations extends Operation[]>(operations: Operations): Promise<OperationResults<Operations>> {
    return this.#perform(operations, null);
  }

  /** Conflicts that are open. */
  escalations(): readonly Escalation[] {
    return this.#store.escalations().map(escalationOf);
  }

  /** Conflicts that were settled, the oldest first. */
  resolutions(): readonly Resolution[] {
    return this.#store.resolutions().map(resolutionOf);
  }

  /** Settles a conflict for good. Rejects if it isn't open, or can't be settled so. */
  async resolve(id: string, choice: Choice, by = 'person'): Promise<void> {
    const escalation = this.#store.escalations().find((open) => open.id === id);
    if (escalation === undefined) throw new Error(`there is no open escalation "${id}"`);
    const settlement = settlementOf(choice, escalation);
    const settled = this.#stored(id, (done) => {
      this.#store.resolve(id, settlement, by as AgentId, done);
    });
    await this.#afterCopying([settled]);
  }

  /** Who brought what stands in an item, place by place. What is contested stands in the escalations. */
  authors(namespace: string[], key: string): readonly Authorship[] {
    return this.#store.leaves({ namespace, key }).map(authorshipOf);
  }

  /** Puts are made when this returns, unless the batch searches as well. */
  async #perform<Operations extends Operation[]>(
    operations: Operations,
    agent: AgentId | null,
  ): Promise<OperationResults<Operations>> {
    const results: unknown[] = operations.map((operation) => (isGet(operation) ? this.#get(operation, agent) : null));
    const inquiries = [...operations.entries()].filter((entry): entry is [number, Inquiry] => isInquiry(entry[1]));
    if (inquiries.length > 0) {
      const findings = await this.#index.ask(inquiries.map(([, inquiry]) => inquiry));
      for (const [nth, [index]] of inquiries.entries()) {
        results[index] = findings[nth]?.flatMap((found) => this.#shown(found, agent));
      }
    }
    await this.#change(operations.filter(isPut), agent);
    return results as OperationResults<Operations>;
  }

  #get(item: ItemId, agent: AgentId | null): Item | null {
    const found = agent === null ? this.#store.peek(item) : this.#store.get(agent, item);
    return found === null ? null : itemFrom(found);
  }

  /** What was found may have changed while a query was embedded: it is shown as it is now. */
  #shown(found: SearchItem | string[], agent: AgentId | null): readonly (SearchItem | string[])[] {
    if (Array.isArray(found)) return [found];
    const item = this.#get(found, agent);
    return item === null ? [] : [{ ...item, score: found.score } as SearchItem];
  }

  #change(puts: readonly PutOperation[], agent: AgentId | null): Promise<void> {
    // Nothing of a batch is put if something in it can't be.
    for (const put of puts) if (put.value !== null) copyItem(put.value, put);
    const authors = agent === null ? this.#authorsWithoutName(puts) : puts.map(() => agent);
    return this.#afterCopying(
      puts.map((put, index) =>
        this.#stored(put.key, (done) => {
          this.#put(put, authors[index] as AgentId, done);
        }),
      ),
    );
  }

  /** One for each put to the same item, and each of them knows what is there before the first. */
  #authorsWithoutName(puts: readonly PutOperation[]): readonly AgentId[] {
    const counts = new Map<string, number>();
    return puts.map((put) => {
      const count = (counts.get(nameOf(put)) ?? 0) + 1;
      counts.set(nameOf(put), count);
      const author = (count === 1 ? unnamed : `${unnamed} ${String(count)}`) as AgentId;
      this.#store.get(author, put);
      return author;
    });
  }

  #put({ namespace, key, value, index }: PutOperation, author: AgentId, done: (outcome: PutOutcome) => void): void {
    const item = { namespace, key };
    this.#touch(item);
    if (index === undefined) this.#indexing.delete(nameOf(item));
    else this.#indexing.set(nameOf(item), index);
    if (value === null) this.#store.delete(author, item, {}, done);
    else this.#store.put(author, item, value as JsonObject, {}, done);
  }

  async #stored(what: string, start: (done: (outcome: PutOutcome) => void) => void): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    let waiting: (error: Error) => void = () => undefined;
    const outcome = await new Promise<PutOutcome>((resolve, reject) => {
      waiting = reject;
      this.#waiting.add(reject);
      start(resolve);
    }).finally(() => this.#waiting.delete(waiting));
    if (outcome.kind === 'refused') throw new Error(`${what} was refused: ${outcome.reason}`);
  }

  #touch(item: ItemId): void {
    this.#changed.set(nameOf(item), item);
  }

  /** A strategy may need time: what it changes later is copied when it is done. */
  async #afterCopying(changes: readonly Promise<void>[]): Promise<void> {
    await Promise.all([...changes, this.#copyChanged()]);
    await this.#copyChanged();
  }

  /** Brings the index up to date. Without embeddings that is done when this returns. */
  #copyChanged(): Promise<void> {
    const copies = [...this.#changed].map(([name, { namespace, key }]) => {
      const index = this.#indexing.get(name);
      const value = this.#store.peek({ namespace, key })?.value ?? null;
      return { namespace: [...namespace], key, value, ...(index === undefined ? {} : { index }) };
    });
    this.#changed.clear();
    return this.#index.put(copies);
  }
}

function nameOf({ namespace, key }: ItemId): string {
  return JSON.stringify([namespace, key]);
}

/** Callers get values of their own: what they change is not changed in the store. */
function itemFrom({ namespace, key, value, createdAt, updatedAt }: StoreItem): Item {
  return {
    value: structuredClone(value),
    key,
    namespace: [...namespace],
    createdAt: dateOf(createdAt),
    updatedAt: dateOf(updatedAt),
  };
}
