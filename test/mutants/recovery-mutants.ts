/** Bugs of session checkpoints, each as a small change of the right store, and where they are looked for. */

import { seconds, type TapeEntry } from '../../src/contract/index.ts';
import { countRecovered } from '../../src/metrics/recovered.ts';
import { checkpoint, type RecoveryPolicy } from '../../src/simulator/index.ts';
import {
  checkpointFile,
  checkpointing,
  checkpointStore,
  entryText,
  type CheckpointStore,
} from '../../src/simulator/recovery/checkpoint.ts';
import type { Session } from '../../src/simulator/recovery/policy.ts';
import { serial } from '../../strategies/serial.ts';
import { atTime, planOf, run, turn } from '../support/plans.ts';
import { probe } from '../support/probe-strategy.ts';
import { runOf } from '../support/trials.ts';
import type { Look, Mutant } from './mutant.ts';
import { witnessesOf, type Witness } from './witness.ts';

function altered(
  name: string,
  change: (right: CheckpointStore, session: Session) => Partial<CheckpointStore>,
): RecoveryPolicy {
  const open = (session: Session): CheckpointStore => {
    const right = checkpointStore(session);
    return { ...right, ...change(right, session) };
  };
  return checkpointing(open, { name, summary: 'a small change of the right checkpoint' });
}

const clearsNewerWork = altered('clears-newer-work', (right, { agent, files, report }) => ({
  clear: (own, done) => {
    const standing = right.read();
    if (standing.kind === 'entry') {
      const { transaction, generation } = standing.entry;
      report({ kind: 'checkpoint', agent, action: 'cleared', transaction, generation, by: own.generation });
    }
    files.remove(checkpointFile, done);
  },
}));

/** A crash may leave half of an entry. It is set aside then, and no turn is forgotten by this alone. */
export const writesInPlace = altered('writes-in-place', (_right, { files }) => ({
  write: (entry, durable) => {
    files.write(checkpointFile, entryText(entry), durable);
  },
}));

const readsCorruptAsEmpty = altered('reads-corrupt-as-empty', (right, { files }) => ({
  write: (entry, durable) => {
    files.write(checkpointFile, entryText(entry), durable);
  },
  read: () => {
    const reading = right.read();
    return reading.kind === 'unreadable' ? { kind: 'none' } : reading;
  },
}));

/** An agent with one turn: it crashes while it thinks, and again while it writes down that it starts again. */
export function tornWhileWriting(policy: RecoveryPolicy, seed: number): ReturnType<typeof countRecovered> {
  const down: TapeEntry['fault'] = { kind: 'crash', downMicros: seconds(5) };
  const tape = [atTime('a1', 5, down), atTime('a1', 10.001, down)];
  return countRecovered(
    run(
      probe(() => ({})),
      planOf([turn()]),
      tape,
      String(seed),
      policy,
    ),
  );
}

function* looks(seeds: number, look: (seed: number) => Look): Generator<Look> {
  for (let seed = 1; seed <= seeds; seed += 1) yield look(seed);
}

function forgotten(policy: RecoveryPolicy, seed: number): readonly Witness[] {
  return tornWhileWriting(policy, seed).turnsForgotten > 0 ? ['turn forgotten'] : [];
}

export const recoveryMutants: readonly Mutant[] = [
  {
    name: clearsNewerWork.name,
    bug: 'when a turn is completed, whatever entry stands in the checkpoint is taken for its own',
    caughtBy: 'turn forgotten',
    looks: () =>
      looks(20, (seed) => {
        const place = { workload: 'mixed', faults: 'crash', seed };
        return {
          trial: `--workload mixed --faults crash --seed ${String(seed)}`,
          wrong: witnessesOf(runOf(serial, place, clearsNewerWork)),
          right: witnessesOf(runOf(serial, place, checkpoint)),
        };
      }),
  },
  {
    name: readsCorruptAsEmpty.name,
    bug: 'a checkpoint that a crash has torn is read as one without an entry',
    caughtBy: 'turn forgotten',
    looks: () =>
      looks(8, (seed) => ({
        trial: `two crashes, one while it writes, seed ${String(seed)}`,
        wrong: forgotten(readsCorruptAsEmpty, seed),
        right: [...forgotten(writesInPlace, seed), ...forgotten(checkpoint, seed)],
      })),
  },
];
