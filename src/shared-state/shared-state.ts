/**
 * State that the agents of a program share. Each agent has a view of its own, which knows what it has read: what it puts is
 * merged with what others have done since, and where that can't be, a conflict is open until somebody resolves it.
 */

import type { AgentId, Json, MergeStrategy } from '../contract/index.ts';
import type { Damage } from '../live/index.ts';
import {
  Store,
  type ItemId,
  type JsonObject,
  type KindSchema,
  type Leaf,
  type PutOutcome,
  type Settlement,
  type StoreChange,
  type StoreEscalation,
  type StoreResolution,
} from '../store/index.ts';
import { loro } from '../../strategies/loro.ts';
import { inFolder, inMemory, type Ground } from './ground.ts';

export interface SharedStateOptions {
  /** Loro unless given. */
  readonly strategy?: MergeStrategy;
  /** What kind a field is, by its name or its path; what is not named is taken by its shape. */
  readonly schema?: KindSchema;
  /** Where the state is kept; without it, it is gone with the process. */
  readonly folder?: string;
  /** Called once for each conflict. */
  readonly onEscalation?: (escalation: StoreEscalation) => void;
}

export type ChangeListener = (value: JsonObject | null, by: string) => void;

/** The state as one agent sees it. */
export interface AgentState {
  readonly agent: string;
  /** A copy of the value, which the agent knows from now on; null if there is none. */
  get(key: string): JsonObject | null;
  /** Resolves when the put is durable, or refused. Rejects with a TypeError for what isn't an object of JSON. */
  put(key: string, value: JsonObject, options?: { readonly tag?: Json }): Promise<PutOutcome>;
  delete(key: string): Promise<PutOutcome>;
  /** Calls back when others have changed the value. It doesn't count as read: whoever builds on it gets it. */
  watch(key: string, listener: ChangeListener): () => void;
}

/** @throws FolderInUseError if another process has the folder; TypeError if the strategy can't run in one process. */
export async function openSharedState(options: SharedStateOptions = {}): Promise<SharedState> {
  const ground = options.folder === undefined ? inMemory() : await inFolder(options.folder);
  try {
    return new SharedState(ground, options);
  } catch (error) {
    await ground.close();
    throw error;
  }
}

export class SharedState {
  readonly #ground: Ground;
  readonly #store: Store;
  readonly #watchers = new Set<(change: StoreChange) => void>();
  /** Rejects what waits for a disk that has broken. */
  readonly #waiting = new Set<(error: Error) => void>();
  #failure: Error | null = null;

  constructor(ground: Ground, { strategy = loro, schema = {}, onEscalation }: SharedStateOptions) {
    this.#ground = ground;
    ground.onFailure((error) => {
      this.#fail(error);
    });
    this.#store = new Store(ground.host, {
      strategy,
      kinds: schema,
      onEscalation: (escalation) => {
        if (onEscalation !== undefined) queueMicrotask(() => onEscalation(structuredClone(escalation)));
      },
      onChange: (change) => {
        for (const watcher of this.#watchers) watcher(change);
      },
    });
  }

  /** What could not be read when the folder was opened: it was set aside. Null if there was nothing. */
  get damage(): Damage | null {
    return this.#ground.damage;
  }

  as(agent: string): AgentState {
    const name = agent as AgentId;
    const store = this.#store;
    return {
      agent,
      get: (key) => structuredClone(store.get(name, itemAt(key))?.value ?? null),
      put: (key, value, options = {}) => this.#answered((done) => store.put(name, itemAt(key), value, options, done)),
      delete: (key) => this.#answered((done) => store.delete(name, itemAt(key), {}, done)),
      watch: (key, listener) => this.#watch(name, key, listener),
    };
  }

  keys(): string[] {
    return [...this.#store.items()].map(({ key }) => key);
  }

  /** Who brought what stands in a value, place by place; what is contested stands in the escalations. */
  authors(key: string): readonly Leaf[] {
    return structuredClone(this.#store.leaves(itemAt(key)));
  }

  /** The open conflicts, the oldest first. */
  escalations(): readonly StoreEscalation[] {
    return structuredClone(this.#store.escalations());
  }

  /** What was settled, with what was discarded. */
  resolutions(): readonly StoreResolution[] {
    return structuredClone(this.#store.resolutions());
  }

  /** Settles a conflict: nothing else does. Rejects with a TypeError for a settlement that can't be. */
  resolve(id: string, settlement: Settlement, by = 'person'): Promise<PutOutcome> {
    return this.#answered((done) => this.#store.resolve(id, settlement, by as AgentId, done));
  }

  /** Waits until everything is durable, and gives the folder free. */
  async close(): Promise<void> {
    this.#store.close();
    await this.#ground.close();
    this.#fail(new Error('the shared state is closed'));
  }

  #watch(agent: AgentId, key: string, listener: ChangeListener): () => void {
    const watcher = (change: StoreChange): void => {
      if (change.key !== key || change.agent === agent) return;
      const value = structuredClone(change.item?.value ?? null);
      queueMicrotask(() => {
        if (this.#watchers.has(watcher)) listener(value, change.agent);
      });
    };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #answered(ask: (done: (outcome: PutOutcome) => void) => void): Promise<PutOutcome> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const answered = (settle: () => void): void => {
        this.#waiting.delete(reject);
        settle();
      };
      try {
        ask((outcome) => answered(() => resolve(outcome)));
      } catch (error) {
        answered(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }
}

/** Keys have no name spaces here. */
function itemAt(key: string): ItemId {
  return { namespace: [], key };
}
