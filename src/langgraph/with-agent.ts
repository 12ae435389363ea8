/**
 * Nodes, tools and tasks that put as themselves. A compiled graph queues what its nodes ask of the store and hands it over
 * later, from a timer, without a word about who asked. So each of them is given a view of the store that knows its agent.
 */

import { Runnable, type RunnableConfig } from '@langchain/core/runnables';
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';
import type { BaseStore } from '@langchain/langgraph-checkpoint';
import { AgentStore } from './agent-store.ts';
import { SyncedStore } from './synced-store.ts';

/** As much of the configuration of a run as is needed here. */
interface RunConfig extends RunnableConfig {
  readonly store?: BaseStore;
}

/** Agents of runs that go on at the same time need names of their own: `({ configurable }) => configurable.thread_id`. */
export type AgentName<Config> = string | ((config: Config) => string);

type Work<Input, Config, Output> = (input: Input, config: Config) => Output | Promise<Output>;

/**
 * What `work` puts, itself or through `getStore()` in the tools that it calls, is put by this agent. `work` is a function as
 * LangGraph takes it for nodes, tools and tasks, or a runnable, such as a subgraph. Throws when it runs on another store.
 */
export function withAgent<Input, Config extends RunConfig, Output>(
  agent: AgentName<Config>,
  work: Work<Input, Config, Output> | Runnable<Input, Output>,
): (input: Input, config: Config) => Promise<Output> {
  return (input, given) => {
    // A task is called without its configuration.
    const config = (given as Config | undefined) ?? (AsyncLocalStorageProviderSingleton.getRunnableConfig() as Config);
    const name = typeof agent === 'string' ? agent : agent(config);
    const attributed = { ...config, store: storeBehind(config.store, name).as(name) };
    return AsyncLocalStorageProviderSingleton.runWithConfig(attributed, async () => {
      const output = await (Runnable.isRunnable(work) ? work.invoke(input, attributed) : work(input, attributed));
      // LangGraph invokes what a node returns if it can be.
      return (await (Runnable.isRunnable(output) ? output.invoke(input, attributed) : output)) as Output;
    });
  };
}

/** The queue of a compiled graph, which holds the store that the graph was compiled with. */
interface Queue {
  readonly lg_name: 'AsyncBatchedStore';
  readonly store: BaseStore;
}

function storeBehind(store: BaseStore | undefined, agent: string): SyncedStore | AgentStore {
  const inner = isQueue(store) ? store.store : store;
  if (inner instanceof SyncedStore || inner instanceof AgentStore) return inner;
  const found = inner === undefined ? 'no store' : `a ${inner.constructor.name}`;
  throw new Error(`agent ${agent} works on ${found}: compile the graph with { store: new SyncedStore() }`);
}

function isQueue(store: unknown): store is Queue {
  return typeof store === 'object' && store !== null && 'lg_name' in store && store.lg_name === 'AsyncBatchedStore';
}
