/** How much of the time of a CRDT strategy's trials is spent inside the library: sampled by the profiler of V8. */

import { Session, type Profiler } from 'node:inspector/promises';
import type { MergeStrategy } from '../contract/index.ts';
import { strategies } from '../../strategies/index.ts';
import type { Figure } from './figure.ts';
import { fortyWrites, trialRunner } from './trials.ts';

const trials = 200;
const samplingMicros = 200;
const library = /node_modules\/(loro-crdt|yjs|lib0)\/|^wasm:/;

export async function measureLibraryShares(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const strategy of strategies) {
    const share = await shareOf(strategy);
    if (share > 0) figures.push({ what: strategy.name, value: 100 * share, unit: '% of the time' });
  }
  return figures;
}

async function shareOf(strategy: MergeStrategy): Promise<number> {
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
  return libraryShare(profile);
}

/** A native function, a JSON parser for example, counts for whoever called it. */
function libraryShare({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): number {
  const owners = new Map<number, boolean>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (id: number, caller: boolean): void => {
    const node = byId.get(id);
    if (node === undefined) return;
    const { url } = node.callFrame;
    const owner = url === '' || url.startsWith('node:') ? caller : library.test(url);
    owners.set(id, owner);
    for (const child of node.children ?? []) visit(child, owner);
  };
  const root = nodes[0];
  if (root !== undefined) visit(root.id, false);
  let [inside, all] = [0, 0];
  for (const [index, sample] of samples.entries()) {
    const micros = timeDeltas[index] ?? 0;
    all += micros;
    if (owners.get(sample) === true) inside += micros;
  }
  return all === 0 ? 0 : inside / all;
}
