/**
 * When a call may go out: not too many at a time, not before a server that is overrun wants to hear of us again, and never one
 * that could pass the spending limit.
 */

export interface AdmissionRules {
  readonly callsAtOnce: number;
  /** Null: no limit. */
  readonly maxUsd: number | null;
}

/** `limit`: what is left doesn't pay for the dearest answer. `stopped`: nobody waits for an answer any more. */
export type Admitted = 'go' | 'limit' | 'stopped';

interface Waiting {
  readonly dearestUsd: number;
  readonly admit: (admitted: Admitted) => void;
}

/** A server may ask for longer; then it is told again that we wait. */
const longestHoldOffMs = 60_000;

export class Admission {
  readonly #rules: AdmissionRules;
  readonly #waiting: Waiting[] = [];
  #underWay = 0;
  #reservedUsd = 0;
  #spentUsd = 0;
  #notBeforeMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(rules: AdmissionRules) {
    this.#rules = rules;
  }

  get spentUsd(): number {
    return this.#spentUsd;
  }

  /** In the order of asking. Whoever may go calls `leave` afterwards. */
  enter(dearestUsd: number): Promise<Admitted> {
    return new Promise((admit) => {
      this.#waiting.push({ dearestUsd, admit });
      this.#admitNext();
    });
  }

  /** `holdOffMs`: the server doesn't want to hear of anybody for so long. */
  leave(dearestUsd: number, spentUsd: number, holdOffMs: number): void {
    this.#underWay -= 1;
    this.#reservedUsd -= dearestUsd;
    this.#spentUsd += spentUsd;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, performance.now() + Math.min(holdOffMs, longestHoldOffMs));
    this.#admitNext();
  }

  /** Calls under way go on: they are paid for. */
  stop(): void {
    this.#isStopped = true;
    this.#admitNext();
  }

  #admitNext(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const admitted = this.#decide(next.dearestUsd);
      if (admitted === null) return;
      this.#waiting.shift();
      if (admitted === 'go') {
        this.#underWay += 1;
        this.#reservedUsd += next.dearestUsd;
      }
      next.admit(admitted);
    }
  }

  /** Null: not yet. What calls under way turn out to have cost may leave enough for one more. */
  #decide(dearestUsd: number): Admitted | null {
    if (this.#isStopped) return 'stopped';
    if (this.#underWay >= this.#rules.callsAtOnce) return null;
    const isPaidFor =
      this.#rules.maxUsd === null || this.#spentUsd + this.#reservedUsd + dearestUsd <= this.#rules.maxUsd;
    if (!isPaidFor) return this.#underWay === 0 ? 'limit' : null;
    const waitMs = this.#notBeforeMs - performance.now();
    if (waitMs <= 0) return 'go';
    this.#timer = setTimeout(() => this.#admitNext(), waitMs);
    return null;
  }
}
