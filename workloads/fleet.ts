/**
 * A fleet of efforts that go through phases: each phase works on two fields of its own effort and sometimes on a shared
 * one. Refusals should come from others alone: whoever is refused because of what it holds itself is blocked by its own lease.
 */

import {
  agentAt,
  field,
  type AgentId,
  type FieldDeclaration,
  type FieldName,
  type KnobValues,
  type Knobs,
  type Workload,
  type WriteDraft,
} from '../src/contract/index.ts';
import { everyLineOnce, scalarsWereWritten } from '../src/document/invariants.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { draftScripts, readThenWrite, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const knobs: Knobs = {
  phases: { kind: 'number', summary: 'phases of each effort', default: 4, min: 1, max: 1000, whole: true },
  sharedRatio: {
    kind: 'number',
    summary: 'share of phases that work on a shared field as well',
    default: 0.25,
    min: 0,
    max: 1,
    whole: false,
  },
};

const stateOf = (agent: AgentId): FieldName => field(`${agent}-state`);
const logOf = (agent: AgentId): FieldName => field(`${agent}-log`);
const sharedCount = (agents: number): number => Math.max(2, Math.floor(agents / 2));
const sharedField = (index: number): FieldName => field(`shared-${String(index + 1)}`);

function declare(agents: number): readonly FieldDeclaration[] {
  const own = Array.from({ length: agents }, (_agent, seat): readonly FieldDeclaration[] => [
    { field: stateOf(agentAt(seat)), kind: 'scalar', meaning: 'how far one effort is' },
    { field: logOf(agentAt(seat)), kind: 'append_text', meaning: 'what one effort has done' },
  ]);
  const shared = Array.from({ length: sharedCount(agents) }, (_field, index): FieldDeclaration => ({
    field: sharedField(index),
    kind: 'scalar',
    meaning: 'what several efforts need',
  }));
  return [...own.flat(), ...shared];
}

function workOn({ agent, turn, random }: TurnPlace, sharedRatio: number, agents: number): Intent {
  const name = `${agent}, phase ${String(turn + 1)}`;
  const own: readonly WriteDraft[] = [
    { field: stateOf(agent), kind: 'scalar', value: name },
    { field: logOf(agent), kind: 'append_text', value: [name] },
  ];
  const needsShared = random.chance(sharedRatio);
  const shared = sharedField(random.below(sharedCount(agents)));
  return readThenWrite(needsShared ? [...own, { field: shared, kind: 'scalar', value: name }] : own);
}

function fleetWith(phases: number, sharedRatio: number): Workload {
  return {
    name: 'fleet',
    summary: 'efforts go through phases: two fields of their own in each, and now and then a shared one',
    conflict: 'two efforts work on the same shared field at the same time',
    contended: true,
    agents: { default: 8, min: 2, max: 64 },
    knobs,
    configure: (values: KnobValues) => fleetWith(Number(values['phases']), Number(values['sharedRatio'])),
    plan: (setting) => ({
      schema: { fields: declare(setting.agents) },
      agents: draftScripts(setting, phases, (place) => [workOn(place, sharedRatio, setting.agents)]),
      rightChoice: latestWrite,
    }),
    exercised: ({ byField }) => [...byField.values()].some((pairs) => pairs > 0),
    invariants: [scalarsWereWritten, everyLineOnce],
  };
}

export const fleet: Workload = fleetWith(4, 0.25);
