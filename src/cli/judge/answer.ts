/** What a model may answer, and the judgement that it comes to. Not every server keeps its answers to the schema. */

import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import type { Conflict, Json, Judgement, Write } from '../../contract/index.ts';

const answerSchema = z.strictObject({
  decision: z.enum(['keep', 'combine', 'abstain']),
  contender: z.number().nullable().describe('keep: the number of the contender'),
  parts: z
    .array(z.strictObject({ key: z.string(), contender: z.number() }))
    .nullable()
    .describe('combine: for each key, the number of the contender whose value it takes'),
});

type Answer = z.infer<typeof answerSchema>;
type Objects = readonly ReadonlyMap<string, Json>[];

export const answerFormat = zodResponseFormat(answerSchema, 'judgement');

const refused: Judgement = { kind: 'failed', failure: 'malformed', retryAfterMicros: null };

/** An answer that names no contender, or a combination that is none, counts as malformed: it is refused. */
export function judgementIn(content: unknown, { contenders }: Conflict): Judgement {
  const checked = answerSchema.safeParse(content);
  return checked.success ? judgementOf(checked.data, contenders) : refused;
}

function judgementOf({ decision, contender, parts }: Answer, contenders: readonly Write[]): Judgement {
  switch (decision) {
    case 'keep': {
      const kept = contenders[(contender ?? 0) - 1];
      return kept === undefined ? refused : { kind: 'keep', write: kept.id };
    }
    case 'combine':
      return combined(parts ?? [], contenders);
    case 'abstain':
      return { kind: 'abstain' };
  }
}

function combined(parts: NonNullable<Answer['parts']>, contenders: readonly Write[]): Judgement {
  const objects = objectsOf(contenders);
  const keys = new Set(objects?.flatMap((entries) => [...entries.keys()]));
  const named = new Set(parts.map(({ key }) => key));
  if (objects === null || parts.length !== keys.size || [...keys].some((key) => !named.has(key))) return refused;
  const entries: [string, Json][] = [];
  for (const { key, contender } of parts) {
    const value = objects[contender - 1]?.get(key);
    if (value === undefined) return refused;
    entries.push([key, value]);
  }
  return { kind: 'combine', value: Object.fromEntries(entries) };
}

/** Null unless every contender sets the field to an object: nothing else can be combined. */
function objectsOf(contenders: readonly Write[]): Objects | null {
  const objects = contenders.flatMap(({ kind, value }) =>
    kind !== 'scalar' || value === null || typeof value !== 'object' || Array.isArray(value)
      ? []
      : [new Map(Object.entries(value as { readonly [key: string]: Json }))],
  );
  return objects.length === contenders.length ? objects : null;
}
