/** Nodes of real graphs that put as themselves. */

import { tool } from '@langchain/core/tools';
import {
  Annotation,
  END,
  InMemoryStore,
  START,
  StateGraph,
  getStore,
  type LangGraphRunnableConfig,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { AIMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { SyncedStore, withAgent } from '../../src/langgraph/index.ts';

const State = Annotation.Root({ topic: Annotation<string>, messages: Annotation<AIMessage[]> });
type Config = LangGraphRunnableConfig;
const place: [string[], string] = [['shared'], 'report'];

/** Reads the item, sets its state and adds a tag of its own. */
function changing(state: string) {
  return async (_state: typeof State.State, { store }: Config) => {
    const item = await store!.get(...place);
    const tags = item!.value['tags'] as string[];
    await store!.put(...place, { state, tags: [...tags, state] });
    return {};
  };
}

type Node = ReturnType<typeof changing>;

function parallel(store: SyncedStore | InMemoryStore, one: Node, other: Node) {
  return new StateGraph(State)
    .addNode('one', one)
    .addNode('other', other)
    .addEdge(START, 'one')
    .addEdge(START, 'other')
    .addEdge('one', END)
    .addEdge('other', END)
    .compile({ store });
}

const claims = (store: SyncedStore): readonly string[] =>
  store
    .escalations()
    .flatMap(({ place: at, contenders }) =>
      contenders.map(({ agent, value }) => `${at}: ${agent} ${JSON.stringify(value)}`),
    );

const authors = (store: SyncedStore): readonly string[] =>
  store.authors(...place).flatMap((found) => ('parts' in found ? found.parts.map(({ agent }) => agent) : []));

async function prepared(): Promise<SyncedStore> {
  const store = new SyncedStore();
  await store.put(...place, { state: 'draft', tags: [] });
  return store;
}

describe('nodes with an agent each', () => {
  it('are merged and escalated under their names, though they run at the same time', async () => {
    const store = await prepared();
    const graph = parallel(store, withAgent('ada', changing('blocked')), withAgent('bob', changing('approved')));
    await graph.invoke({ topic: 'x' });
    expect((await store.get(...place))?.value).toEqual({ state: 'approved', tags: ['blocked', 'approved'] });
    expect(claims(store)).toEqual(['state: ada "blocked"', 'state: bob "approved"']);
    expect(authors(store)).toEqual(['ada', 'bob']);
  });

  it('have not seen each other even if one puts long before the other', async () => {
    const store = await prepared();
    let reviewed: () => void = () => undefined;
    const review = new Promise<void>((resolve) => (reviewed = resolve));
    const slow = async (_state: object, { store: mine }: Config) => {
      const item = await mine!.get(...place);
      await review;
      await mine!.put(...place, { ...item!.value, state: 'blocked' });
      return {};
    };
    const quick = async (state: typeof State.State, config: Config) => {
      await changing('approved')(state, config);
      reviewed();
      return {};
    };
    await parallel(store, withAgent('ada', slow), withAgent('bob', quick)).invoke({ topic: 'x' });
    expect(claims(store)).toEqual(['state: bob "approved"', 'state: ada "blocked"']);
    expect((await store.get(...place))?.value['tags']).toEqual(['approved']);
  });

  it('take their names from the run where several runs go on at once', async () => {
    const store = await prepared();
    const thread = ({ configurable }: Config) => String(configurable?.['thread_id']);
    const adding = (state: typeof State.State, config: Config) => changing(thread(config))(state, config);
    const graph = parallel(
      store,
      withAgent((config: Config) => `ada in ${thread(config)}`, adding),
      () => Promise.resolve({}),
    );
    await Promise.all(['t1', 't2'].map((id) => graph.invoke({ topic: 'x' }, { configurable: { thread_id: id } })));
    expect(authors(store)).toEqual(['ada in t1', 'ada in t2']);
  });

  it('put as themselves in the tools that they call, by getStore', async () => {
    const store = await prepared();
    const note = tool(
      async ({ text }: { text: string }) => {
        const item = await getStore()!.get(...place);
        await getStore()!.put(...place, { ...item!.value, note: text });
        return 'noted';
      },
      {
        name: 'note',
        description: 'notes something',
        schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      },
    );
    const noting = (text: string): Promise<string> =>
      (note as { invoke: (input: object) => Promise<string> }).invoke({ text });
    const calling = async () => ({ topic: await noting('by hand') });
    const call = new AIMessage({ content: '', tool_calls: [{ name: 'note', args: { text: 'by node' }, id: '1' }] });
    const graph = new StateGraph(State)
      .addNode('hand', withAgent('ada', calling))
      .addNode('tools', withAgent('bob', new ToolNode([note])))
      .addEdge(START, 'hand')
      .addEdge('hand', 'tools')
      .addEdge('tools', END)
      .compile({ store });
    await graph.invoke({ topic: 'x', messages: [call] });
    expect(store.authors(...place)).toMatchObject([
      { place: 'state', agent: 'unnamed' },
      { place: 'tags' },
      { place: 'note', agent: 'bob', value: 'by node' },
    ]);
    expect(store.escalations()).toEqual([]);
  });

  it('may be whole graphs, whose nodes then put as that agent', async () => {
    const store = await prepared();
    const inner = new StateGraph(State)
      .addNode('inside', changing('inside'))
      .addEdge(START, 'inside')
      .addEdge('inside', END)
      .compile();
    const graph = new StateGraph(State)
      .addNode('team', withAgent('the team', inner))
      .addEdge(START, 'team')
      .addEdge('team', END)
      .compile({ store });
    await graph.invoke({ topic: 'x' });
    expect(authors(store)).toEqual(['the team']);
  });

  it('are refused on another store, with what would be right', async () => {
    const store = new InMemoryStore();
    await store.put(...place, { tags: [] });
    const graph = parallel(store, withAgent('ada', changing('blocked')), () => Promise.resolve({}));
    await expect(graph.invoke({ topic: 'x' })).rejects.toThrow(
      'agent ada works on a InMemoryStore: compile the graph with { store: new SyncedStore() }',
    );
  });
});

describe('nodes without an agent', () => {
  it('that put in one batch are told apart, and those that do not overwrite each other as ever', async () => {
    const store = await prepared();
    await parallel(store, changing('blocked'), changing('approved')).invoke({ topic: 'x' });
    expect((await store.get(...place))?.value).toEqual({ state: 'approved', tags: ['blocked', 'approved'] });
    expect(claims(store)).toEqual(['state: unnamed "blocked"', 'state: unnamed 2 "approved"']);
  });
});
