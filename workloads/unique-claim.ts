/**
 * Many agents claim tasks from one board: each looks at the board, takes the first task that nobody has, and writes its
 * name to it. A task that two claims contend for is nobody's to take.
 */

import {
  canonicalJson,
  field,
  type FieldName,
  type KnobValues,
  type Knobs,
  type View,
  type Workload,
  type WorkloadInvariant,
  type Write,
  type WriteDraft,
} from '../src/contract/index.ts';
import { firstViolation, scalarsWereWritten } from '../src/document/invariants.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { scalarIn } from '../src/document/scalar-value.ts';
import { draftScripts, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const knobs: Knobs = {
  tasks: { kind: 'number', summary: 'tasks on the board', default: 12, min: 1, max: 1000, whole: true },
  claims: { kind: 'number', summary: 'tasks that each agent claims', default: 2, min: 1, max: 1000, whole: true },
};

function boardOf(tasks: number): readonly FieldName[] {
  return Array.from({ length: tasks }, (_task, index) => field(`task-${String(index + 1)}`));
}

/** Whoever finds its own claim on the board, from an attempt of which it never heard, stays with that task. */
function claim({ agent, turn }: TurnPlace, board: readonly FieldName[]): Intent {
  const mine = `${agent}, claim ${String(turn + 1)}`;
  return {
    reads: board,
    write: (view): readonly WriteDraft[] => {
      const task =
        board.find((name) => scalarIn(view.fields, name) === mine) ?? board.find((name) => isFree(view, name));
      return task === undefined ? [] : [{ field: task, kind: 'scalar', value: mine }];
    },
  };
}

function isFree({ fields, escalations }: View, task: FieldName): boolean {
  return ![...fields, ...escalations].some((part) => part.field === task);
}

/** Since nobody takes a task that it sees taken, whoever was told that a task is its own keeps it. */
const oneOwner: WorkloadInvariant = {
  name: 'one owner per task',
  violation: ({ finals, committed }) => {
    const owners = new Map<FieldName, Write>();
    for (const write of committed) {
      const other = owners.get(write.field);
      if (other !== undefined) return `${other.agent} and ${write.agent} were both told that ${write.field} is theirs`;
      owners.set(write.field, write);
    }
    return firstViolation(finals, ({ fields }) => {
      const robbed = [...owners.values()].find(
        (write) => canonicalJson(scalarIn(fields, write.field) ?? null) !== canonicalJson(write.value as string),
      );
      if (robbed === undefined) return null;
      const shown = JSON.stringify(scalarIn(fields, robbed.field) ?? null);
      return `${robbed.agent} was told that ${robbed.field} is its own, but there stands ${shown}`;
    });
  },
};

function boardWith(tasks: number, claims: number): Workload {
  const board = boardOf(tasks);
  return {
    name: 'unique-claim',
    summary: 'many agents claim tasks from one board: each takes the first task that nobody has',
    conflict: 'agents look at the board at the same time and see the same task free',
    contended: true,
    agents: { default: 4, min: 2, max: 64 },
    knobs,
    configure: (values: KnobValues) => boardWith(Number(values['tasks']), Number(values['claims'])),
    plan: (setting) => ({
      schema: { fields: board.map((task) => ({ field: task, kind: 'scalar', meaning: 'who works on this task' })) },
      agents: draftScripts(setting, claims, (place) => [claim(place, board)]),
      rightChoice: latestWrite,
    }),
    exercised: ({ overlappingTurns }) => overlappingTurns > 0,
    invariants: [scalarsWereWritten, oneOwner],
  };
}

export const uniqueClaim: Workload = boardWith(12, 2);
