/** What a schema finds wrong with a value, in words. */

import type { z } from 'zod';

/** By field, or the sentence alone where it is about the whole value. */
export function problemsIn({ issues }: z.ZodError): readonly string[] {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
}
