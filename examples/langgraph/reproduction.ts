/**
 * Two nodes of one graph work on the same item at the same time: first on the store that LangGraph.js comes with, then on
 * SyncedStore. Run it with `npm run repro:langgraph`.
 */

import { createRequire } from 'node:module';
import { Annotation, END, InMemoryStore, START, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph';
import type { BaseStore } from '@langchain/langgraph-checkpoint';
import { SyncedStore, withAgent } from 'lostwrites/langgraph';

interface Report {
  readonly status: string;
  readonly tags: readonly string[];
  readonly notes: string;
}

const State = Annotation.Root({});
type Node = (state: object, config: LangGraphRunnableConfig) => Promise<object>;

/** What a node does: it reads the report, changes it and puts it back. */
function changing(change: (report: Report) => Report): Node {
  return async (_state, { store }) => {
    const item = await store!.get(['reports'], 'october');
    await store!.put(['reports'], 'october', change(item!.value as Report));
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

/** One graph, two nodes that run at the same time. */
async function runGraph(store: BaseStore, research: Node, review: Node): Promise<Report> {
  await store.put(['reports'], 'october', { status: 'draft', tags: ['finance'], notes: 'First version.' });
  const graph = new StateGraph(State)
    .addNode('researcher', research)
    .addNode('reviewer', review)
    .addEdge(START, 'researcher')
    .addEdge(START, 'reviewer')
    .addEdge('researcher', END)
    .addEdge('reviewer', END)
    .compile({ store });
  await graph.invoke({});
  return (await store.get(['reports'], 'october'))!.value as Report;
}

function show(report: Report): void {
  console.log(`  status: ${report.status}`);
  console.log(`  tags:   ${report.tags.join(', ')}`);
  console.log(`  notes:  ${report.notes.replaceAll('\n', '\n          ')}`);
}

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => `${name} ${(require(`${name}/package.json`) as { version: string }).version}`;
console.log([...['@langchain/langgraph', '@langchain/langgraph-checkpoint'].map(versionOf), process.version].join(', '));

console.log(`
Both nodes read   status draft, tags finance, notes "First version."
the researcher puts   status blocked, tag needs-data, a note
the reviewer puts     status approved, tag reviewed, a note`);

console.log('\nInMemoryStore');
show(await runGraph(new InMemoryStore(), researcher, reviewer));
console.log('  Nothing of what the researcher put is there, and nobody was told.');

console.log('\nSyncedStore, each node with withAgent');
const store = new SyncedStore();
show(await runGraph(store, withAgent('researcher', researcher), withAgent('reviewer', reviewer)));
for (const { path, contenders } of store.escalations()) {
  const opinions = contenders.map(({ agent, value }) => `${agent} says ${JSON.stringify(value)}`);
  console.log(`  escalated: ${path.join('.')}: ${opinions.join(', ')}`);
}
