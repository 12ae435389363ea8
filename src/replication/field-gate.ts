/** First come, first served per field: who needs fields that an earlier one needs too waits until that one has left. */

import type { FieldName } from '../contract/index.ts';

interface Passage {
  readonly fields: ReadonlySet<FieldName>;
  readonly task: (leave: () => void) => void;
  entered: boolean;
}

export class FieldGate {
  #passages: readonly Passage[] = [];

  /** Runs the task once nobody before it needs any of its fields; it calls `leave` exactly once, when it is through. */
  enter(fields: readonly FieldName[], task: (leave: () => void) => void): void {
    const passage: Passage = { fields: new Set(fields), task, entered: false };
    this.#passages = [...this.#passages, passage];
    this.#letIn();
  }

  #letIn(): void {
    for (const passage of this.#passages) {
      if (passage.entered || this.#mustWait(passage)) continue;
      passage.entered = true;
      passage.task(() => {
        this.#passages = this.#passages.filter((other) => other !== passage);
        this.#letIn();
      });
    }
  }

  #mustWait(passage: Passage): boolean {
    for (const earlier of this.#passages) {
      if (earlier === passage) return false;
      for (const name of passage.fields) if (earlier.fields.has(name)) return true;
    }
    return false;
  }
}
