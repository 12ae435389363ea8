import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/mutants/print-kill-matrix.ts'],
    pool: 'threads',
    // Tests of the program wait for its processes.
    maxWorkers: '150%',
    isolate: false,
    watch: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'results/tests.json' },
  },
});
