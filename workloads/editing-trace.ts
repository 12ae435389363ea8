/**
 * People typing in one document, recorded: each edit applies to the version that its author saw. The recording is of the
 * kind `concurrent` of the editing-traces collection (github.com/josephg/editing-traces). It tells no times: think times
 * are drawn. Reading the file is the caller's business.
 */

import { z } from 'zod';
import {
  agentAt,
  field,
  seconds,
  transactionId,
  writeNumber,
  type AgentScript,
  type RandomStreams,
  type Turn,
  type VersionVector,
  type Workload,
  type WorkloadInvariant,
} from '../src/contract/index.ts';
import { recordedTurns, type RecordedTurn } from '../src/document/recorded-session.ts';

const wholeNumber = z.custom<number>(
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  'expected a non-negative whole number',
);

const patchSchema = z.tuple(
  [wholeNumber, wholeNumber, z.string('expected the inserted text')],
  'expected [position, deleted, inserted]',
);

const transactionSchema = z.object(
  {
    agent: wholeNumber,
    parents: z.array(wholeNumber, 'expected a list of transactions'),
    patches: z.array(patchSchema, 'expected a list of patches'),
  },
  'expected a transaction',
);

const traceSchema = z.object(
  {
    kind: z.literal('concurrent', 'expected "concurrent"'),
    startContent: z.literal('', 'expected a document that starts empty').optional(),
    endContent: z.string('expected the content in the end'),
    numAgents: z.int('expected a whole number').min(2, 'expected two agents or more'),
    txns: z.array(transactionSchema, 'expected a list of transactions').min(1, 'expected a transaction at least'),
  },
  'expected an object with kind, endContent, numAgents and txns',
);

export type EditingTrace = z.infer<typeof traceSchema>;

/** Checks the decoded JSON of a recording. Throws an error that says where it is wrong, what was expected, what is there. */
export function parseEditingTrace(json: unknown): EditingTrace {
  const parsed = traceSchema.safeParse(json);
  if (parsed.success) return checkCausality(parsed.data);
  const issue = parsed.error.issues[0];
  throw malformed(issue?.path ?? [], issue?.message ?? 'expected a recording', valueAt(json, issue?.path ?? []));
}

function checkCausality(trace: EditingTrace): EditingTrace {
  for (const [index, { agent, parents }] of trace.txns.entries()) {
    if (agent >= trace.numAgents) {
      throw malformed(
        ['txns', index, 'agent'],
        `expected a number below numAgents (${String(trace.numAgents)})`,
        agent,
      );
    }
    if (parents.length === 0 && index > 0) {
      throw malformed(
        ['txns', index, 'parents'],
        'expected a parent, since only the first transaction has none',
        parents,
      );
    }
    const late = parents.findIndex((parent) => parent >= index);
    if (late !== -1) {
      throw malformed(
        ['txns', index, 'parents', late],
        `expected a transaction before ${String(index)}`,
        parents[late],
      );
    }
  }
  if (trace.txns.every(({ patches }) => patches.length === 0)) throw new Error('txns: expected one patch at least');
  return trace;
}

function malformed(path: readonly PropertyKey[], expected: string, got: unknown): Error {
  const place = path
    .map((key, depth) => (typeof key === 'number' ? `[${String(key)}]` : `${depth === 0 ? '' : '.'}${String(key)}`))
    .join('');
  const shown = JSON.stringify(got) as string | undefined;
  const short = shown === undefined ? 'nothing' : shown.length > 60 ? `${shown.slice(0, 60)}...` : shown;
  return new Error(`${place === '' ? 'the recording' : place}: ${expected}, got ${short}`);
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Partial<Record<PropertyKey, unknown>>)[key], json);
}

const document = field('document');

/** Recordings tell no times. The sum of these is about what a fast typist takes. */
const secondsPerEdit = 0.2;
const typingSigma = 0.5;

/** The workload that plays this recording: one agent per author, one turn for what was typed without looking up. */
export function editingTrace(trace: EditingTrace): Workload {
  const turns = recordedTurns(
    trace.txns.map(({ agent, parents, patches }) => ({
      author: agent,
      parents,
      edits: patches.map(([position, deleted, inserted]) => ({ position, deleted, inserted })),
    })),
  );
  const agents = turns.reduce((count, { agent }) => Math.max(count, agent + 1), 0);
  const concurrent = someConcurrent(turns);
  return {
    name: 'editing-trace',
    summary: `${String(trace.numAgents)} people typing in one document, recorded: ${String(turns.length)} turns`,
    conflict: concurrent
      ? 'authors edit the document at the same time, without having seen what the others type'
      : 'none: the recorded authors took turns',
    contended: concurrent,
    agents: { default: agents, min: agents, max: agents },
    plan: (setting) => ({
      schema: { fields: [{ field: document, kind: 'text', meaning: 'the document that everyone types in' }] },
      agents: Array.from({ length: agents }, (_agent, agent) => scriptOf(turns, agent, setting.random)),
    }),
    exercised: ({ byField }) => !concurrent || (byField.get(document) ?? 0) > 0,
    invariants: [endsAsRecorded(trace.endContent, turns.length)],
  };
}

/** Some turn has not seen all that comes before it, other agents' turns included. */
function someConcurrent(turns: readonly RecordedTurn[]): boolean {
  return turns.some(({ seen }, index) => seen.reduce((sum, count) => sum + count, 0) < index);
}

function scriptOf(turns: readonly RecordedTurn[], agent: number, random: RandomStreams): AgentScript {
  const own = turns.filter((turn) => turn.agent === agent);
  return {
    agent: agentAt(agent),
    turns: own.map((turn, index) => playTurn(turn, own[index - 1]?.seen ?? [], random)),
  };
}

/** People type it: they need no model. It waits for the newest turn of each other author that it has seen and its predecessor had not. */
function playTurn(recorded: RecordedTurn, seenBefore: readonly number[], random: RandomStreams): Turn {
  const { agent, turn, seen, edits } = recorded;
  const basis = versionOf(seen);
  const time = random.stream(`agent/${agentAt(agent)}/turn/${String(turn + 1)}/time`);
  const perEdit = time.logNormal(Math.log(secondsPerEdit), typingSigma);
  return {
    pauseMicros: seconds(time.logNormal(Math.log(secondsPerEdit), typingSigma)),
    steps: [
      {
        reads: [],
        thinkMicros: seconds(perEdit * edits.length),
        write: () => [{ field: document, kind: 'text', value: { basis, edits } }],
      },
    ],
    after: seen.flatMap((count, other) =>
      other !== agent && count > (seenBefore[other] ?? 0) ? [transactionId(agentAt(other), count - 1)] : [],
    ),
    sees: basis,
  };
}

/** Every turn issues one write, the first of its turn. */
function versionOf(seen: readonly number[]): VersionVector {
  const entries = seen.flatMap((count, agent) => (count > 0 ? [[agentAt(agent), writeNumber(count - 1, 0)]] : []));
  return Object.fromEntries(entries) as VersionVector;
}

function endsAsRecorded(endContent: string, turns: number): WorkloadInvariant {
  return {
    name: 'ends as recorded',
    violation: ({ finals, committed }) => {
      if (committed.length < turns) return null;
      const contents = finals.map((final) => final.fields.find((state) => state.field === document));
      const wrong = contents.findIndex((state) => state?.kind !== 'text' || state.content !== endContent);
      if (wrong === -1) return null;
      const state = contents[wrong];
      const content = state?.kind === 'text' ? state.content : '';
      const lengths = `${String(content.length)} characters, recorded are ${String(endContent.length)}`;
      return `replica ${String(wrong + 1)} of ${String(finals.length)} ends with another text: ${lengths}`;
    },
  };
}
