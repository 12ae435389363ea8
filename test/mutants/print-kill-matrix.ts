/** Prints the kill matrix when all tests are done, whatever reporter shows them. The tests leave their kills with their tasks. */

import type { TestProject } from 'vitest/node';
import { killMatrix } from './kill-matrix.ts';
import type { Kill } from './mutant.ts';

declare module 'vitest' {
  interface TaskMeta {
    kill?: Kill;
  }
}

export default function setup({ vitest }: TestProject): () => void {
  return () => {
    const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
    const kills = tests.flatMap((test) => test.meta().kill ?? []);
    if (kills.length > 0) process.stdout.write(`\n${killMatrix(kills)}\n\n`);
  };
}
