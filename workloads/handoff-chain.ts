/**
 * The writing of one manuscript moves from agent to agent, round by round: each begins as soon as the one before it was told
 * that its part is safe, and continues what it finds. Nobody writes at the same time as anybody else, so whatever goes wrong
 * goes wrong at a seam: a part that the next one didn't see.
 */

import {
  agentAt,
  field,
  transactionId,
  type AgentScript,
  type FieldState,
  type Setting,
  type TransactionId,
  type Workload,
  type WorkloadInvariant,
} from '../src/contract/index.ts';
import { everyLineOnce, firstViolation, scalarsWereWritten } from '../src/document/invariants.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { scalarIn } from '../src/document/scalar-value.ts';
import { draftScripts, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const manuscript = field('manuscript');
const lastHand = field('last-hand');
const rounds = 3;
const nothingYet = 'nothing';

/** Each line says what it is and what it continues. */
const separator = ' continues ';

function linesIn(fields: readonly FieldState[]): readonly string[] {
  const state = fields.find((candidate) => candidate.field === manuscript);
  return state?.kind === 'append_text' ? state.lines.map(({ value }) => value) : [];
}

const partOf = (line: string | undefined): string => line?.split(separator)[0] ?? nothingYet;
const continuedBy = (line: string): string | undefined => line.split(separator)[1];

function carryOn({ agent, turn }: TurnPlace): Intent {
  const part = `${agent}, part ${String(turn + 1)}`;
  return {
    reads: [manuscript, lastHand],
    write: (view) => {
      const line = part + separator + partOf(linesIn(view.fields).at(-1));
      return [
        { field: manuscript, kind: 'append_text', value: [line] },
        { field: lastHand, kind: 'scalar', value: part },
      ];
    },
  };
}

/** The agent before this one in the round; before the first, the last one in the round before. */
function turnBefore(seat: number, round: number, agents: number): readonly TransactionId[] {
  if (seat > 0) return [transactionId(agentAt(seat - 1), round)];
  return round > 0 ? [transactionId(agentAt(agents - 1), round - 1)] : [];
}

function scripts(setting: Setting): readonly AgentScript[] {
  return draftScripts(setting, rounds, (place) => [carryOn(place)]).map(({ agent, turns }, seat) => ({
    agent,
    turns: turns.map((turn, round) => ({ ...turn, after: turnBefore(seat, round, setting.agents) })),
  }));
}

const unbroken: WorkloadInvariant = {
  name: 'each part continues the one before it',
  violation: ({ finals }) =>
    firstViolation(finals, ({ fields }) => {
      const lines = linesIn(fields);
      const torn = lines.find((line, index) => continuedBy(line) !== partOf(lines[index - 1]));
      return torn === undefined ? null : `"${torn}" stands after ${partOf(lines[lines.indexOf(torn) - 1])}`;
    }),
};

const signedByTheLast: WorkloadInvariant = {
  name: 'the last hand wrote the last part',
  violation: ({ finals }) =>
    firstViolation(finals, ({ fields, escalations }) => {
      if (escalations.length > 0) return null;
      const [signed, written] = [scalarIn(fields, lastHand) ?? nothingYet, partOf(linesIn(fields).at(-1))];
      return signed === written ? null : `signed is "${JSON.stringify(signed)}", but the last part is "${written}"`;
    }),
};

export const handoffChain: Workload = {
  name: 'handoff-chain',
  summary: 'the writing of one manuscript moves from agent to agent: each continues what the last one left',
  conflict: 'an agent takes over the moment another one was told that its part is safe',
  contended: false,
  agents: { default: 4, min: 2, max: 64 },
  plan: (setting) => ({
    schema: {
      fields: [
        {
          field: manuscript,
          kind: 'append_text',
          meaning: 'the parts, in the order in which they continue each other',
        },
        { field: lastHand, kind: 'scalar', meaning: 'the part that was written last' },
      ],
    },
    agents: scripts(setting),
    rightChoice: latestWrite,
  }),
  exercised: ({ handovers }) => (handovers.get(manuscript) ?? 0) > 0,
  invariants: [scalarsWereWritten, everyLineOnce, unbroken, signedByTheLast],
};
