/** The store as one agent sees it: what is got here is what the agent knows, and what is put here is put by it. */

import { BaseStore, type Operation, type OperationResults } from '@langchain/langgraph-checkpoint';

type Batch = <Operations extends Operation[]>(operations: Operations) => Promise<OperationResults<Operations>>;

export class AgentStore extends BaseStore {
  readonly agent: string;
  /** The same store as another agent sees it. */
  readonly as: (agent: string) => AgentStore;
  readonly #batch: Batch;

  constructor(agent: string, as: (agent: string) => AgentStore, batch: Batch) {
    super();
    this.agent = agent;
    this.as = as;
    this.#batch = batch;
  }

  override batch<Operations extends Operation[]>(operations: Operations): Promise<OperationResults<Operations>> {
    return this.#batch(operations);
  }
}
