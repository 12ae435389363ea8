// Puts the command line, its workers and the replicas of live trials into a few files each: some hundred modules take longer to
// load than a short run takes.
import { build } from 'rolldown';

await build({
  input: {
    main: 'src/cli/main.ts',
    worker: 'src/cli/workers/worker.ts',
    replica: 'src/cli/workers/replica.ts',
  },
  platform: 'node',
  // Packages stay what they are, and where they are.
  external: /^[^./]/,
  // Each file finds the others beside itself.
  output: { dir: 'dist/program', cleanDir: true, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
});
