/** `lostwrites/langgraph`: a store for LangGraph.js in which no write of an agent is lost. */

export { AgentStore } from './agent-store.ts';
export type { Authorship } from './authorship.ts';
export type { Choice, Contender, Escalation, Resolution } from './conflict.ts';
export { SyncedStore, type SyncedStoreOptions } from './synced-store.ts';
export { withAgent, type AgentName } from './with-agent.ts';
