/** Asks the model about one conflict, checks what it answers, and knows when to leave the conflict to a person. */

import {
  canonicalJson,
  equalJson,
  seconds,
  type Conflict,
  type Host,
  type Json,
  type Judgement,
  type Micros,
  type Write,
} from '../contract/index.ts';

export type Ruling =
  | { readonly kind: 'keep'; readonly write: Write }
  | { readonly kind: 'combine'; readonly value: Json }
  | { readonly kind: 'leave-to-person' };

/** Whether a value is an allowed combination of the contending values. */
export type AllowsCombination = (value: Json, contenders: readonly Json[]) => boolean;

const callsAllowed = 3;
/** An answer that was not allowed is given a second chance only once. */
const inventionsAllowed = 1;

interface Tally {
  readonly calls: number;
  readonly inventions: number;
}

/** `done` is called once, after at most three calls. */
export function askJudge(
  host: Host,
  conflict: Conflict,
  allows: AllowsCombination,
  done: (ruling: Ruling) => void,
): void {
  const ask = (tally: Tally): void => {
    host.judge(conflict, (judgement) => {
      const calls = tally.calls + 1;
      const next = check(judgement, conflict, allows);
      switch (next.kind) {
        case 'ruling':
          done(next.ruling);
          break;
        case 'failed':
          if (calls >= callsAllowed) done({ kind: 'leave-to-person' });
          else host.after(next.retryAfter ?? seconds(2 ** tally.calls), () => ask({ ...tally, calls }));
          break;
        case 'invented': {
          const inventions = tally.inventions + 1;
          if (calls >= callsAllowed || inventions > inventionsAllowed) done({ kind: 'leave-to-person' });
          else ask({ calls, inventions });
          break;
        }
      }
    });
  };
  ask({ calls: 0, inventions: 0 });
}

type Checked =
  | { readonly kind: 'ruling'; readonly ruling: Ruling }
  | { readonly kind: 'failed'; readonly retryAfter: Micros | null }
  | { readonly kind: 'invented' };

function check(judgement: Judgement, { contenders }: Conflict, allows: AllowsCombination): Checked {
  switch (judgement.kind) {
    case 'keep': {
      const write = contenders.find((contender) => contender.id === judgement.write);
      return write === undefined ? { kind: 'invented' } : { kind: 'ruling', ruling: { kind: 'keep', write } };
    }
    case 'combine': {
      const { value } = judgement;
      const allowed = allows(value, contenders.flatMap(scalarValue));
      return allowed ? { kind: 'ruling', ruling: { kind: 'combine', value } } : { kind: 'invented' };
    }
    case 'abstain':
      return { kind: 'ruling', ruling: { kind: 'leave-to-person' } };
    case 'failed':
      return { kind: 'failed', retryAfter: judgement.retryAfterMicros };
  }
}

function scalarValue(write: Write): Json[] {
  return write.kind === 'scalar' ? [write.value] : [];
}

/**
 * Objects may be combined key by key: every key of any contender is there, with a value that some contender gives it. All
 * other values can only be chosen, not combined.
 */
export function combinesObjects(value: Json, contenders: readonly Json[]): boolean {
  const objects = contenders.map(entriesOf);
  const combined = entriesOf(value);
  if (combined === null || objects.includes(null)) return false;
  const offered = objects.flatMap((entries) => [...(entries ?? [])]);
  if (offered.some(([key]) => !combined.has(key))) return false;
  return [...combined].every(([key, part]) => offered.some(([name, other]) => name === key && equalJson(part, other)));
}

/** Null when the value is not an object. */
function entriesOf(value: Json): Map<string, Json> | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

/** The contenders whose value is not the given one. */
export function otherValues(contenders: readonly Write[], value: Json): Write[] {
  const kept = canonicalJson(value);
  return contenders.filter((write) => write.kind !== 'scalar' || canonicalJson(write.value) !== kept);
}
