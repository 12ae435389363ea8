/** What each agent has last seen or put of each item. Bounded: who looked at an item longest ago is forgotten first. */

import type { AgentId } from '../contract/index.ts';
import type { JsonObject } from './node.ts';

/** Undefined: the agent has seen that there is no such item. */
type Seen = JsonObject | undefined;

export class Sightings {
  readonly #limit: number;
  readonly #items = new Map<string, Map<AgentId, Seen>>();
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Null if the agent has never looked, or too long ago. */
  of(item: string, agent: AgentId): { readonly value: Seen } | null {
    const agents = this.#items.get(item);
    return agents?.has(agent) === true ? { value: agents.get(agent) } : null;
  }

  has(item: string): boolean {
    return this.#items.has(item);
  }

  note(item: string, agent: AgentId, value: Seen): void {
    const agents = this.#items.get(item) ?? new Map<AgentId, Seen>();
    this.#items.delete(item);
    this.#items.set(item, agents);
    if (!agents.has(agent)) this.#count += 1;
    agents.set(agent, value);
    if (this.#count > this.#limit) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#items;
    if (oldest === undefined) return;
    this.#count -= oldest[1].size;
    this.#items.delete(oldest[0]);
  }
}
