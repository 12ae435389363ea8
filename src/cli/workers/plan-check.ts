/**
 * Whether a workload's script keeps to its schema, as far as that can be seen before the first trial: every step is tried
 * once on the initial document. What only shows in the course of a trial is that trial's failure.
 */

import { z } from 'zod';
import {
  hubId,
  maxWritesPerTurn,
  type AgentScript,
  type FieldDeclaration,
  type FieldName,
  type Kind,
  type Plan,
  type Step,
  type View,
  type WriteDraft,
} from '../../contract/index.ts';
import { initialField } from '../../document/put.ts';
import { problemsIn } from '../problems.ts';

const kinds = ['scalar', 'grow_set', 'append_text', 'counter', 'text'] as const satisfies readonly Kind[];
const time = z.number('expected microseconds').min(0, 'expected no less than 0');
const fieldName = z.string('expected the name of a field');

const declaration = z.discriminatedUnion(
  'kind',
  [
    z.object({ kind: z.literal('scalar') }),
    z.object({ kind: z.literal('grow_set'), initial: z.array(z.unknown(), 'expected a list').optional() }),
    z.object({ kind: z.literal('append_text'), initial: z.array(z.string(), 'expected a list of lines').optional() }),
    z.object({ kind: z.literal('counter'), initial: z.number('expected a number').optional() }),
    z.object({ kind: z.literal('text') }),
  ],
  `expected one of the kinds ${kinds.join(', ')}`,
);

const step = z.object({
  reads: z.array(fieldName, 'expected a list of fields'),
  thinkMicros: time,
  write: z.custom<Step['write']>((value) => typeof value === 'function', 'expected a function'),
});

const planSchema = z.object(
  {
    schema: z.object({ fields: z.array(z.object({ field: fieldName, meaning: z.string() }).and(declaration)) }),
    agents: z
      .array(
        z.object({
          agent: z.string('expected an agent').min(1, 'expected an agent'),
          turns: z.array(
            z.object({
              pauseMicros: time,
              steps: z.array(step, 'expected a list of steps'),
              after: z.array(z.string()).optional(),
            }),
            'expected a list of turns',
          ),
        }),
        'expected a list of agents',
      )
      .min(1, 'expected an agent at least'),
  },
  'expected a plan',
);

/** Sentences; none if the plan is sound. */
export function contradictionsIn(plan: Plan): readonly string[] {
  const parsed = planSchema.safeParse(plan);
  if (!parsed.success) return problemsIn(parsed.error);
  const fields = plan.schema.fields.map(({ field }) => field);
  const agents = plan.agents.map(({ agent }) => agent);
  return [
    ...twice(fields).map((field) => `the schema declares the field "${field}" twice`),
    ...twice(agents).map((agent) => `two scripts are for the agent ${agent}`),
    ...agents.filter((agent) => (agent as string) === hubId).map(() => `an agent cannot be called ${hubId}`),
    ...new Set(plan.agents.flatMap((script) => scriptContradictions(script, plan.schema.fields))),
  ];
}

function twice(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function scriptContradictions(script: AgentScript, fields: readonly FieldDeclaration[]): readonly string[] {
  return script.turns.flatMap((turn, index) => {
    const drafts = turn.steps.flatMap((tried) => tryStep(tried, fields));
    const place = `turn ${String(index + 1)} of agent ${script.agent}`;
    const wrong = drafts.flatMap((draft) => draftContradiction(draft, fields));
    const tooMany = drafts.length > maxWritesPerTurn ? [`issues more than ${String(maxWritesPerTurn)} writes`] : [];
    return [...wrong, ...tooMany].map((problem) => `${place} ${problem}`);
  });
}

function tryStep(tried: Step, fields: readonly FieldDeclaration[]): readonly WriteDraft[] {
  try {
    return tried.write(initialView(tried.reads, fields));
  } catch {
    // It may rightly expect what only an earlier turn puts there.
    return [];
  }
}

function initialView(reads: readonly FieldName[], fields: readonly FieldDeclaration[]): View {
  const read = fields.filter(({ field }) => reads.includes(field)).map(initialField);
  return { fields: read.filter((state) => state !== undefined), escalations: [] };
}

function draftContradiction(draft: WriteDraft, fields: readonly FieldDeclaration[]): readonly string[] {
  const declared = fields.find(({ field }) => field === draft.field);
  if (!kinds.includes(draft.kind)) return [`writes to the field "${draft.field}" with no known kind`];
  if (declared === undefined || declared.kind === draft.kind) return [];
  return [`writes a ${draft.kind} to the field "${draft.field}", which the schema declares as ${declared.kind}`];
}
