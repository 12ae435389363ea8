/** Whether a turn wrote to a field after it had been shown the field without another write: only where that is certain. */

import type { Plan } from '../../contract/index.ts';
import { contains } from '../coverage.ts';
import { UnsetReads } from '../dependencies.ts';
import type { Issued } from '../issued.ts';
import type { JudgedField } from '../judged.ts';

export function wroteUnseen(writer: Issued, unseen: Issued, field: JudgedField, plan: Plan | null): boolean {
  const { write } = writer;
  if (write.kind !== unseen.write.kind) return false;
  switch (write.kind) {
    case 'text':
      return (write.value.basis[unseen.write.agent] ?? 0) < unseen.write.number;
    case 'counter':
      return amountsShown(writer, field).some((shown) => !canContain(shown, unseen, field));
    // Had it known the other one, it would have replaced it knowingly, and nothing would be lost.
    case 'scalar':
      return hasRead(writer, field, plan);
    // What only grows was seen by whoever was shown it, and by nobody else.
    case 'grow_set':
    case 'append_text':
      return hasRead(writer, field, plan) && !wasShown(writer, unseen);
  }
}

function wasShown({ attempt }: Issued, { versions }: Issued): boolean {
  return attempt.views.some(({ fields }) =>
    fields.some((state) => versions.some((version) => state.field === version.field && contains(state, version))),
  );
}

/** It was shown the field as it was before its own write, or that the field was not set. */
function hasRead({ write, attempt }: Issued, { fieldCase }: JudgedField, plan: Plan | null): boolean {
  const shown = attempt.views.flatMap(({ fields }) => fields.filter(({ field }) => field === write.field));
  if (shown.length > 0) return shown.some((state) => !contains(state, write));
  return new UnsetReads(plan, [fieldCase]).fieldsOf(attempt).length > 0;
}

/** What its turn was shown of the counter, less what the counter started with. */
function amountsShown({ write, attempt }: Issued, { fieldCase: { declaration } }: JudgedField): readonly number[] {
  const start = declaration?.kind === 'counter' ? (declaration.initial ?? 0) : 0;
  const shown = attempt.views.flatMap(({ fields }) => fields.filter(({ field }) => field === write.field));
  return shown.flatMap((state) => (state.kind === 'counter' ? [state.value - start] : []));
}

/** With more different sums than this, any value may contain anything. */
const mostSums = 4_096;

/** Whether the amount may be one of those that add up to the value. Only whole amounts that all add tell anything. */
function canContain(value: number, { write }: Issued, { fieldCase: { writes } }: JudgedField): boolean {
  if (write.kind !== 'counter') return true;
  const target = value - write.value;
  let sums = new Set([0]);
  for (const other of writes) {
    for (const version of other.versions) {
      if (version.kind !== 'counter' || version.value < 0 || !Number.isSafeInteger(version.value)) return true;
      if (version.id === write.id) continue;
      const reached = [...sums].map((sum) => sum + version.value).filter((sum) => sum <= target);
      sums = new Set([...sums, ...reached]);
      if (sums.size > mostSums) return true;
    }
  }
  return target >= 0 && sums.has(target);
}
