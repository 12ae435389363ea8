/**
 * The script of a replica's process whose strategy goes wrong at its first commit, in the way that its own word says:
 * `node odd-replica.mjs throws`. It hangs when its first turn begins, so that however slow the machine is it does so before
 * the trial has to end. The rest of it is lww.
 */

import { serveReplica } from '../../dist/src/conductor/serve-replica.js';
import { lww } from '../../dist/strategies/lww.js';

const ways = {
  throws: () => {
    throw new Error('nothing works today');
  },
  exits: () => process.exit(7),
  hangs: () => {
    for (;;);
  },
  'answers-twice': (host, tx) => {
    host.settle(tx, { kind: 'committed' });
    host.settle(tx, { kind: 'committed' });
  },
};

const [way] = process.argv.slice(2);

await serveReplica(() => {
  if (!(way in ways)) throw new Error(`nothing goes wrong by the name of ${way}`);
  return Promise.resolve({
    ...lww,
    open: (host) => {
      const replica = lww.open(host);
      replica[way === 'hangs' ? 'begin' : 'commit'] = (tx) => ways[way](host, tx);
      return replica;
    },
  });
});
