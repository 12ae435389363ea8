// Puts the command line, its workers and the replicas of live trials into a few files each, with the packages that they are
// made of: some hundred modules take longer to load than a short run takes.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';

const folder = 'dist/program';

// These stay where they are: they bring files of their own (loro-crdt, tinypool), are the very modules that somebody else's
// code loads (yjs), are seldom needed (openai), may be missing (@langchain), or have no licence file to bring along.
const external = /^(node:|loro-crdt|tinypool|yjs|openai|@langchain\/|seedrandom)/;

const { output } = await build({
  input: {
    main: 'src/cli/main.ts',
    worker: 'src/cli/workers/worker.ts',
    replica: 'src/cli/workers/replica.ts',
  },
  platform: 'node',
  external,
  // An index names many modules: what nobody uses of them isn't loaded.
  treeshake: { moduleSideEffects: false },
  // Each file finds the others beside itself.
  output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
  write: false,
});

const files = new Map(output.map((file) => [file.fileName, file.code]));
files.set('licences.txt', licences(output.flatMap(({ moduleIds }) => moduleIds)));

// Every run builds first, and others may be under way: what is the same already stays untouched.
mkdirSync(folder, { recursive: true });
for (const [name, text] of files) {
  const path = join(folder, name);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name), { recursive: true });

/** Of the packages whose modules these are. */
function licences(modules) {
  const roots = new Set(modules.map((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id)?.[0]));
  roots.delete(undefined);
  return [...roots].sort().map(licence).join('\n');
}

function licence(root) {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const file = readdirSync(root).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} has no licence file: add it to those that stay where they are`);
  return `${name} ${version}\n\n${readFileSync(join(root, file), 'utf8').trim()}\n`;
}
