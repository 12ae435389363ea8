/**
 * Two agents react to each other: one sets x to half of y, the other y to half of x. An agent that thinks again whenever
 * what it has read changes makes the other one think again, and so on for ever, unless something puts them in an order.
 */

import {
  agentAt,
  field,
  type AgentId,
  type FieldName,
  type InvariantEvidence,
  type Workload,
  type WorkloadInvariant,
  type Write,
} from '../src/contract/index.ts';
import { firstViolation } from '../src/document/invariants.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { scalarIn } from '../src/document/scalar-value.ts';
import { draftScripts, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const x = field('x');
const y = field('y');
const start = 4096;
const turns = 3;

/** Half of the other field: exact, since halving is all that ever happens. */
function halve({ seat }: TurnPlace): Intent {
  const [own, other] = seat === 0 ? [x, y] : [y, x];
  return {
    reads: [x, y],
    write: (view) => [{ field: own, kind: 'scalar', value: Number(scalarIn(view.fields, other) ?? start) / 2 }],
  };
}

interface Position {
  readonly x: number;
  readonly y: number;
}

/** A turn's write; one whose agent was told nothing may have been made or not. */
interface Move {
  readonly write: Write;
  readonly isSure: boolean;
}

/** Where serial orders lead in which every move halves what it finds: from one position, over all that is left of both agents' moves. */
function serialEnds(at: Position, ofFirst: readonly Move[], ofSecond: readonly Move[]): readonly Position[] {
  const [first, ...afterFirst] = ofFirst;
  const [second, ...afterSecond] = ofSecond;
  if (first === undefined && second === undefined) return [at];
  const ends: Position[] = [];
  if (first !== undefined) {
    if (first.write.value === at.y / 2) ends.push(...serialEnds({ x: at.y / 2, y: at.y }, afterFirst, ofSecond));
    if (!first.isSure) ends.push(...serialEnds(at, afterFirst, ofSecond));
  }
  if (second !== undefined) {
    if (second.write.value === at.x / 2) ends.push(...serialEnds({ x: at.x, y: at.x / 2 }, ofFirst, afterSecond));
    if (!second.isSure) ends.push(...serialEnds(at, ofFirst, afterSecond));
  }
  return ends;
}

function movesOf(agent: AgentId, { committed, unknown }: InvariantEvidence): readonly Move[] {
  const moves = [
    ...committed.map((write): Move => ({ write, isSure: true })),
    ...unknown.map((write): Move => ({ write, isSure: false })),
  ];
  return moves.filter(({ write }) => write.agent === agent).sort((one, other) => one.write.number - other.write.number);
}

const asInSomeOrder: WorkloadInvariant = {
  name: 'x and y are as in some serial order',
  violation: (evidence) => {
    const ends = serialEnds({ x: start, y: start }, movesOf(agentAt(0), evidence), movesOf(agentAt(1), evidence));
    return firstViolation(evidence.finals, ({ fields }) => {
      const valueOf = (name: FieldName): number => Number(scalarIn(fields, name) ?? start);
      const final: Position = { x: valueOf(x), y: valueOf(y) };
      if (ends.some((end) => end.x === final.x && end.y === final.y)) return null;
      return `x is ${String(final.x)} and y is ${String(final.y)}: no serial order of what was committed leads there`;
    });
  },
};

export const pingPong: Workload = {
  name: 'ping-pong',
  summary: 'two agents react to each other: x becomes half of y, y becomes half of x',
  conflict: 'each agent reads what the other one is about to write',
  contended: false,
  agents: { default: 2, min: 2, max: 2 },
  plan: (setting) => ({
    schema: {
      fields: [
        { field: x, kind: 'scalar', initial: start, meaning: 'half of y, whenever y changes' },
        { field: y, kind: 'scalar', initial: start, meaning: 'half of x, whenever x changes' },
      ],
    },
    agents: draftScripts(setting, turns, (place) => [halve(place)]),
    rightChoice: latestWrite,
  }),
  exercised: ({ overlappingTurns }) => overlappingTurns > 0,
  invariants: [asInSomeOrder],
};
