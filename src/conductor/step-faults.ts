/** Faults that strike at a step of the protocol: the process does them to itself, exactly there. */

import type { ProtocolStep } from '../contract/index.ts';
import type { Perform } from '../live/index.ts';
import type { Reported, StepCounts, StepFault } from './messages.ts';

export class StepFaults {
  readonly #report: (report: Reported) => void;
  readonly #counts: Record<ProtocolStep, number>;
  #faults: readonly StepFault[];

  constructor(faults: readonly StepFault[], counts: StepCounts, report: (report: Reported) => void) {
    this.#faults = faults;
    this.#counts = { ...counts };
    this.#report = report;
  }

  /** Nothing strikes any more. */
  heal(): void {
    this.#faults = [];
  }

  readonly perform: Perform = (step, effect) => {
    this.#counts[step] += 1;
    const nth = this.#counts[step];
    if (this.#faults.length > 0) this.#report({ kind: 'step', step });
    this.#strike(step, 'before', nth);
    effect(() => {
      this.#strike(step, 'after', nth);
    });
  };

  #strike(step: ProtocolStep, moment: 'before' | 'after', nth: number): void {
    for (const { place, entry } of this.#faults) {
      const { trigger, fault } = entry;
      if (trigger.kind !== 'step' || trigger.step !== step || trigger.moment !== moment || trigger.nth !== nth)
        continue;
      this.#report({ kind: 'fault', place });
      process.kill(process.pid, fault.kind === 'busy' ? 'SIGSTOP' : 'SIGKILL');
      this.#report({ kind: 'resumed' });
    }
  }
}
