/**
 * Two agents work on one plan, each in a loop of its own: its model asks for tools, the tools read and write the shared state,
 * and what they answer goes back to the model. Put a real model in the place of the scripted one and the rest stays as it is.
 * Run it with `npm run demo:shared-state`.
 */

import { openSharedState, type AgentState, type JsonObject } from 'lostwrites/shared-state';

/** What a model wants done next; the same shape as the tool calls of most providers. */
interface ToolCall {
  readonly tool: 'read' | 'write';
  readonly input: { readonly key: string; readonly value?: JsonObject };
}

/** A model: it sees what its last call came to, and answers with the next one, or with null when it is done. */
type Model = (seen: string) => Promise<ToolCall | null>;

/** The tools of one agent. What the model has read is what its next write is merged by. */
function toolsOf(state: AgentState): Record<ToolCall['tool'], (input: ToolCall['input']) => Promise<string>> {
  return {
    read: ({ key }) => Promise.resolve(JSON.stringify(state.get(key))),
    write: async ({ key, value = {} }) => {
      const outcome = await state.put(key, value);
      if (outcome.kind === 'refused') return `not written: ${outcome.reason}`;
      return outcome.escalations.length > 0 ? 'written; a person will settle a conflict' : 'written';
    },
  };
}

async function runAgent(state: AgentState, model: Model): Promise<void> {
  const tools = toolsOf(state);
  let seen = '';
  for (let call = await model(seen); call !== null; call = await model(seen)) {
    seen = await tools[call.tool](call.input);
    console.log(`${state.agent.padEnd(10)} ${call.tool.padEnd(5)} -> ${seen}`);
  }
}

/** A model that reads the plan, thinks, changes it and puts it back. */
function scripted(thinkMs: number, change: (plan: JsonObject) => JsonObject): Model {
  let step = 0;
  return async (seen) => {
    step += 1;
    if (step === 1) return { tool: 'read', input: { key: 'plan' } };
    if (step > 2) return null;
    await new Promise((resolve) => setTimeout(resolve, thinkMs));
    return { tool: 'write', input: { key: 'plan', value: change(JSON.parse(seen) as JsonObject) } };
  };
}

const state = await openSharedState({
  onEscalation: ({ path, contenders }) => {
    const values = contenders.map(({ agent, value }) => `${agent} wants ${JSON.stringify(value)}`);
    console.log(`conflict at ${path.map(String).join('.')}: ${values.join(', ')}`);
  },
});
await state.as('planner').put('plan', { status: 'open', tasks: ['design'], notes: 'Plan for the release.\n' });

const researcher = scripted(20, (plan) => ({
  ...plan,
  status: 'blocked',
  tasks: [...(plan['tasks'] as string[]), 'ask for data'],
  notes: `${plan['notes'] as string}researcher: two sources are missing.\n`,
}));
const writer = scripted(40, (plan) => ({
  ...plan,
  status: 'ready',
  tasks: [...(plan['tasks'] as string[]), 'write summary'],
  notes: `${plan['notes'] as string}writer: the summary has a title.\n`,
}));
await Promise.all([runAgent(state.as('researcher'), researcher), runAgent(state.as('writer'), writer)]);

console.log('shown meanwhile:', JSON.stringify(state.as('planner').get('plan')));
for (const { id } of state.escalations()) await state.resolve(id, { keep: 0 }, 'planner');
console.log('after the planner has kept the first:', JSON.stringify(state.as('planner').get('plan')));
await state.close();
