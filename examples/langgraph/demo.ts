/**
 * Three agents plan a launch in one shared item, at the same time. What merges is merged, what contradicts is escalated to a
 * person, and nobody's write is lost. Run it with `npm run demo:langgraph`.
 */

import { Annotation, END, START, StateGraph, getStore, type LangGraphRunnableConfig } from '@langchain/langgraph';
import { SyncedStore, withAgent, type StoreEscalation } from 'lostwrites/langgraph';
