/** What a store stands on. */

import type { MergeStrategy, Micros, Timer } from '../contract/index.ts';
import type { StoreHost } from '../store/index.ts';
import { loro } from '../../strategies/loro.ts';

export interface Ground {
  readonly host: StoreHost;
  readonly strategy: MergeStrategy;
}

export function inMemory(): Ground {
  return {
    strategy: loro,
    host: {
      disk: { append: (_r, done) => done(), records: () => [], replace: (_r, done) => done() },
      now: () => (Date.now() * 1_000) as Micros,
      random: () => Math.random(),
      after: (delay, task): Timer => {
        const timer = setTimeout(task, delay / 1_000);
        return { cancel: () => clearTimeout(timer) };
      },
    },
  };
}
