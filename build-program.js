// Puts the command line, its workers and the replicas of live trials into a few files each: some hundred modules take longer to
// load than a short run takes.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';

const folder = 'dist/program';

const { output } = await build({
  input: {
    main: 'src/cli/main.ts',
    worker: 'src/cli/workers/worker.ts',
    replica: 'src/cli/workers/replica.ts',
  },
  platform: 'node',
  // Packages stay what they are, and where they are.
  external: /^[^./]/,
  // Each file finds the others beside itself.
  output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
  write: false,
});

// Every run builds first, and others may be under way: what is the same already stays untouched.
const code = new Map(output.map((file) => [file.fileName, file.code]));
mkdirSync(folder, { recursive: true });
for (const [name, text] of code) {
  const path = join(folder, name);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}
for (const name of readdirSync(folder)) if (!code.has(name)) rmSync(join(folder, name), { recursive: true });
