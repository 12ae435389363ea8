/** A trial's writes done with the bare library: 4 documents, 40 changes, each carried to the other three and read there. */

import { LoroDoc } from 'loro-crdt';
import { Bench } from 'tinybench';
import * as Y from 'yjs';
import { findNamed } from '../cli/workers/find-named.ts';
import { throughputOf, type Figure } from './figure.ts';
import { fortyWrites, trialRunner } from './trial-runner.ts';
import { strategies } from './strategies.ts';

const documents = 4;
const writes = 40;

/** A strategy and the same work done by its library alone. */
const pairs = [
  { name: 'loro', raw: rawLoro },
  { name: 'yjs', raw: rawYjs },
] as const;

export async function measureAgainstLibrary(): Promise<readonly Figure[]> {
  const bench = new Bench({ name: 'raw library', time: 1_500, warmupTime: 500 });
  for (const { name, raw } of pairs) {
    const run = trialRunner(findNamed('strategy', name, strategies), fortyWrites());
    bench.add(`${name} raw`, raw).add(name, () => {
      run();
    });
  }
  await bench.run();
  return pairs.flatMap(({ name }) => {
    const raw = 1_000 / throughputOf(bench, `${name} raw`);
    const trial = 1_000 / throughputOf(bench, name);
    return [
      { what: `${name}, the bare library`, value: raw, unit: 'ms', better: 'neither' },
      {
        what: `${name}, a trial`,
        value: trial,
        unit: 'ms',
        better: 'less',
        ratio: { value: trial / raw, to: 'times the bare library', better: 'less' },
      },
    ];
  });
}

function rawLoro(): void {
  const all = Array.from({ length: documents }, (_document, index) => {
    const document = new LoroDoc();
    document.setPeerId(BigInt(index + 1));
    return document;
  });
  for (let write = 0; write < writes; write += 1) {
    const author = all[write % documents] as LoroDoc;
    const before = author.version();
    author.getMap('fields').set(`field ${String(write % 8)}`, `value ${String(write)}`);
    author.commit();
    const update = author.export({ mode: 'update', from: before });
    before.free();
    for (const other of all) {
      if (other === author) continue;
      other.import(update);
      other.getMap('fields').toJSON();
    }
  }
  for (const document of all) document.free();
}

function rawYjs(): void {
  const all = Array.from({ length: documents }, (_document, index) => {
    const document = new Y.Doc();
    document.clientID = index + 1;
    return document;
  });
  for (let write = 0; write < writes; write += 1) {
    const author = all[write % documents] as Y.Doc;
    const before = Y.encodeStateVector(author);
    author.getMap('fields').set(`field ${String(write % 8)}`, `value ${String(write)}`);
    const update = Y.encodeStateAsUpdate(author, before);
    for (const other of all) {
      if (other === author) continue;
      Y.applyUpdate(other, update);
      other.getMap('fields').toJSON();
    }
  }
  for (const document of all) document.destroy();
}
