/** What was read is what it should be, or the message says where it isn't. */

import type { z } from 'zod';
import { InputError } from '../input-error.ts';
import { problemsIn } from '../problems.ts';

/** The value itself and not a copy of what is known of it: written again, it has the same bytes. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, place: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return value as z.output<Schema>;
  throw new InputError(`${place}: ${problemsIn(parsed.error).slice(0, 3).join('; ')}`);
}

/** Says of another file, or another version, what it is instead of which fields it lacks. */
export function requireSchema(wanted: string, value: unknown, place: string): void {
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema === wanted) return;
  const known = `this version of lostwrites reads ${wanted}`;
  if (typeof schema !== 'string' || !schema.startsWith('lostwrites/')) {
    throw new InputError(`${place}: this is no result of lostwrites (${known})`);
  }
  const isOther = schema.startsWith(wanted.slice(0, wanted.indexOf('@') + 1));
  throw new InputError(`${place}: schema: this is ${schema}, and ${known}${isOther ? ': run it again' : ''}`);
}
