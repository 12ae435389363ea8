/**
 * How much of the time of a CRDT strategy is spent inside its library, sampled by the profiler of V8: of the strategy's own
 * time (its code, its building blocks and the library), and of whole trials, with simulator and oracle.
 */

import { Session, type Profiler } from 'node:inspector/promises';
import type { MergeStrategy } from '../contract/index.ts';
import type { Figure } from './figure.ts';
import { fortyWrites, trialRunner } from './trial-runner.ts';
import { strategies } from './strategies.ts';

const trials = 200;
const samplingMicros = 200;
const library = /node_modules\/(loro-crdt|yjs|lib0)\/|^wasm:/;
const strategyCode = /\/dist\/(strategies|src\/replication)\//;

type Owner = 'library' | 'strategy' | 'harness';
type Times = Readonly<Record<Owner, number>>;

export async function measureLibraryShares(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const strategy of strategies) {
    const { library: inside, strategy: own, harness } = await timesOf(strategy);
    if (inside === 0) continue;
    const percentOf = (all: number): number => (100 * inside) / all;
    figures.push({
      what: strategy.name,
      value: percentOf(inside + own),
      unit: "% of the strategy's own time",
      better: 'neither',
    });
    figures.push({
      what: strategy.name,
      value: percentOf(inside + own + harness),
      unit: '% of a whole trial',
      better: 'neither',
    });
  }
  return figures;
}

async function timesOf(strategy: MergeStrategy): Promise<Times> {
  const run = trialRunner(strategy, fortyWrites());
  for (let trial = 0; trial < trials / 4; trial += 1) run();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: samplingMicros });
  await session.post('Profiler.start');
  for (let trial = 0; trial < trials; trial += 1) run();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return timesByOwner(profile);
}

/** In microseconds. A native function, a JSON parser for example, counts for whoever called it. */
function timesByOwner({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Times {
  const owners = new Map<number, Owner>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (id: number, caller: Owner): void => {
    const node = byId.get(id);
    if (node === undefined) return;
    const owner = ownerOf(node.callFrame.url, caller);
    owners.set(id, owner);
    for (const child of node.children ?? []) visit(child, owner);
  };
  const root = nodes[0];
  if (root !== undefined) visit(root.id, 'harness');
  const times = { library: 0, strategy: 0, harness: 0 };
  for (const [index, sample] of samples.entries()) {
    times[owners.get(sample) ?? 'harness'] += timeDeltas[index] ?? 0;
  }
  return times;
}

function ownerOf(url: string, caller: Owner): Owner {
  if (url === '' || url.startsWith('node:')) return caller;
  if (library.test(url)) return 'library';
  return strategyCode.test(url) ? 'strategy' : 'harness';
}
