/**
 * Two nodes of one graph work on the same item at the same time: first on the store that LangGraph.js comes with, then on
 * SyncedStore. Run it with `npm run repro:langgraph`.
 */

import { createRequire } from 'node:module';
import { Annotation, END, InMemoryStore, START, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph';
import type { BaseStore } from '@langchain/langgraph-checkpoint';
import { SyncedStore, withAgent, type Authorship } from 'lostwrites/langgraph';

interface Report {
  readonly status: string;
  readonly tags: readonly string[];
  readonly notes: string;
}

type Node = (state: object, config: LangGraphRunnableConfig) => Promise<object>;

/** What a node does: it reads the report, changes it and puts it back. */
function changing(change: (report: Report) => Report): Node {
  return async (_state, { store }) => {
    const item = await store?.get(['reports'], 'october');
    await store?.put(['reports'], 'october', change(item?.value as Report));
    return {};
  };
}

const researcher = changing((report) => ({
  status: 'blocked',
  tags: [...report.tags, 'needs-data'],
  notes: `${report.notes}\nThe figures of June are missing.`,
}));

const reviewer = changing((report) => ({
  status: 'approved',
  tags: [...report.tags, 'reviewed'],
  notes: `${report.notes}\nReads well.`,
}));

/** Both nodes run in the same step of the graph. */
async function runGraph(store: BaseStore, research: Node, review: Node): Promise<void> {
  await store.put(['reports'], 'october', { status: 'draft', tags: ['finance'], notes: 'First version.' });
  const graph = new StateGraph(Annotation.Root({}))
    .addNode('researcher', research)
    .addNode('reviewer', review)
    .addEdge(START, 'researcher')
    .addEdge(START, 'reviewer')
    .addEdge('researcher', END)
    .addEdge('reviewer', END)
    .compile({ store });
  await graph.invoke({});
  const { status, tags, notes } = (await store.get(['reports'], 'october'))?.value as Report;
  console.log(`  status  ${status}`);
  console.log(`  tags    ${tags.join(', ')}`);
  console.log(`  notes   ${notes.replaceAll('\n', '\n          ')}`);
}

/** `"finance" (unnamed), "needs-data" (researcher)` */
function credit(place: Authorship): string {
  const parts = 'parts' in place ? place.parts : 'agent' in place ? [place] : [];
  return parts.map(({ value, agent }) => `${JSON.stringify(value)} (${agent})`).join(', ');
}

const require = createRequire(import.meta.url);
const versions = ['@langchain/langgraph', '@langchain/langgraph-checkpoint', 'lostwrites'].map((name) => {
  const { version } = require(`${name}/package.json`) as { readonly version: string };
  return `${name} ${version}`;
});
console.log(`${versions.join(', ')}, Node ${process.version}

Before           status draft     tags finance               notes "First version."
researcher puts  status blocked   tags finance, needs-data   notes + "The figures of June are missing."
reviewer puts    status approved  tags finance, reviewed     notes + "Reads well."

On InMemoryStore, without an error:`);
await runGraph(new InMemoryStore(), researcher, reviewer);
console.log('  Nothing of what the researcher put is there.');

console.log('\nOn SyncedStore, each node with withAgent:');
const store = new SyncedStore();
await runGraph(store, withAgent('researcher', researcher), withAgent('reviewer', reviewer));
for (const { place, contenders } of store.escalations()) {
  const claims = contenders.map(({ agent, value }) => `${agent} wants ${JSON.stringify(value)}`);
  console.log(`  Escalated  ${place}: ${claims.join(', ')}`);
}
for (const place of store.authors(['reports'], 'october')) {
  console.log(`  Authors    ${place.place}: ${credit(place)}`);
}
