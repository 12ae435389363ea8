/**
 * Three agents plan a launch in one shared item at the same time. What goes together is merged, what contradicts is put to a
 * person, and nobody's work is lost. Run it with `npm run demo:langgraph`.
 */

import { setTimeout as think } from 'node:timers/promises';
import { Annotation, END, START, StateGraph, getStore } from '@langchain/langgraph';
import { SyncedStore, withAgent } from 'lostwrites/langgraph';

interface Task {
  readonly id: number;
  readonly what: string;
  readonly owner?: string;
}

interface Plan {
  readonly date: string;
  readonly budget: number;
  readonly risks: readonly string[];
  readonly tasks: readonly Task[];
  readonly log: string;
}

const place: [string[], string] = [['launch'], 'plan'];
const store = new SyncedStore({
  // Lists are sets and a log grows without being declared; that amounts are spent from the budget must be said.
  schema: { budget: 'counter' },
  onEscalation: ({ place: where, contenders }) => {
    const claims = contenders.map(({ agent, value }) => `${agent} ${value as string}`);
    console.log(`          ! ${where} needs a decision: ${claims.join(', ')}`);
  },
});

/** An agent reads the plan, thinks, and puts its whole plan back. It knows nothing of the others. */
function agent(name: string, thinkMs: number, says: string, change: (plan: Plan) => Partial<Plan>) {
  return withAgent(name, async () => {
    const plan = (await getStore()?.get(...place))?.value as Plan;
    await think(thinkMs);
    console.log(`${name.padEnd(9)} puts  ${says}`);
    await getStore()?.put(...place, { ...plan, ...change(plan), log: `${plan.log}${name}: ${says}\n` });
    return {};
  });
}

const planner = agent('planner', 0, 'date 1 June, risk "holidays"', (plan) => ({
  date: '1 June',
  risks: [...plan.risks, 'holidays'],
}));

const engineer = agent('engineer', 100, 'date 15 July, takes task 1, spends 300', ({ tasks, budget }) => ({
  date: '15 July',
  budget: budget - 300,
  tasks: tasks.map((task) => (task.id === 1 ? { ...task, owner: 'engineer' } : task)),
}));

const marketer = agent('marketer', 200, 'takes task 2, adds task 3, spends 200, risk "rival"', (plan) => ({
  budget: plan.budget - 200,
  risks: [...plan.risks, 'rival'],
  tasks: [
    ...plan.tasks.map((task) => (task.id === 2 ? { ...task, owner: 'marketer' } : task)),
    { id: 3, what: 'write the page', owner: 'marketer' },
  ],
}));

async function show(title: string): Promise<void> {
  const { date, budget, risks, tasks, log } = (await store.get(...place))?.value as Plan;
  const list = tasks.map(({ id, what, owner = 'nobody' }) => `${String(id)} ${what} (${owner})`);
  console.log(`\n${title}
  date    ${date}
  budget  ${String(budget)}
  risks   ${risks.join(', ')}
  tasks   ${list.join(', ')}
  log     ${log.trim().replaceAll('\n', '\n          ')}\n`);
}

await store.put(...place, {
  date: 'open',
  budget: 1_000,
  risks: ['demand'],
  tasks: [
    { id: 1, what: 'move the servers' },
    { id: 2, what: 'tell the press' },
  ],
  log: 'Kicked off.\n',
});
await show('The plan that all three read:');

const graph = new StateGraph(Annotation.Root({}))
  .addNode('plan', planner)
  .addNode('build', engineer)
  .addNode('market', marketer)
  .addEdge(START, 'plan')
  .addEdge(START, 'build')
  .addEdge(START, 'market')
  .addEdge('plan', END)
  .addEdge('build', END)
  .addEdge('market', END)
  .compile({ store });
await graph.invoke({});
await show('The plan that has become of it, with the newest date until somebody decides:');

for (const { id, place: where } of store.escalations()) {
  await store.resolve(id, { keep: 'planner' }, 'the boss');
  console.log(`The boss decides on the ${where}: the planner's.`);
}
console.log(`The date is ${((await store.get(...place))?.value as Plan).date} now.`);
for (const { place: where, by, discarded } of store.resolutions()) {
  const others = discarded.map(({ agent: name, value }) => `${name}'s ${value as string}`);
  console.log(`On record: ${by} discarded ${others.join(', ')} as the ${where}.`);
}
