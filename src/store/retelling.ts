/** How replicas that know nothing are told what stands: as turns that write it all once more. */

import type { AgentId, FieldName, Json } from '../contract/index.ts';
import type { Contender } from './node.ts';
import { speakerOf } from './standing.ts';
import type { TurnWrite } from './turns.ts';

export interface Retelling {
  readonly agent: AgentId;
  readonly writes: readonly TurnWrite[];
}

const writesPerTurn = 256;

/** What is contested comes last, each contender in a turn of its own and unread: so it is contested again. */
export function retellingsOf(fields: readonly (readonly [FieldName, readonly Contender[]])[]): readonly Retelling[] {
  const byAgent = new Map<AgentId, TurnWrite[]>();
  const contested: Retelling[] = [];
  for (const [field, standing] of fields) {
    for (const contender of standing) {
      const value = { ...contender, over: [] } as unknown as Json;
      const write = { field, agent: speakerOf(contender), value, knows: false };
      if (standing.length > 1) contested.push({ agent: contender.agent, writes: [write] });
      else writesOf(byAgent, contender.agent).push(write);
    }
  }
  return [...[...byAgent].flatMap(([agent, writes]) => inTurns(agent, writes)), ...contested];
}

function writesOf(byAgent: Map<AgentId, TurnWrite[]>, agent: AgentId): TurnWrite[] {
  const writes = byAgent.get(agent) ?? [];
  byAgent.set(agent, writes);
  return writes;
}

function inTurns(agent: AgentId, writes: readonly TurnWrite[]): readonly Retelling[] {
  const turns: Retelling[] = [];
  for (let start = 0; start < writes.length; start += writesPerTurn) {
    turns.push({ agent, writes: writes.slice(start, start + writesPerTurn) });
  }
  return turns;
}
