import { describe, expect, it } from 'vitest';
import {
  seconds,
  type AgentEars,
  type Fault,
  type ReplicaId,
  type TapeEntry,
  type Transaction,
} from '../../src/contract/index.ts';
import { Backups } from '../../src/conductor/backups.ts';
import { Changes } from '../../src/conductor/changes.ts';
import { LiveMachine } from '../../src/conductor/live-machine.ts';
import { monotonicNanos, type Command, type Report, type Reported } from '../../src/conductor/messages.ts';
import type { Ending, ReplicaProcess } from '../../src/conductor/replica-process.ts';
import { TrialClock } from '../../src/conductor/trial-clock.ts';
import { Tally } from '../../src/conductor/trial-surroundings.ts';
import { Custody } from '../../src/simulator/custody.ts';
import { environment } from '../../src/simulator/environment.ts';
import { Recorder } from '../../src/simulator/recorder.ts';
import type { Resident } from '../../src/simulator/residence.ts';

const id = 'a1' as ReplicaId;
const tx = { id: 'a1.1', agent: 'a1', turn: 0, attempt: 1 } as unknown as Transaction;
const settled: Reported = {
  kind: 'answer',
  cause: 'disk',
  answer: { kind: 'settle', tx, outcome: { kind: 'committed' } },
};
const accepted: Reported = { kind: 'trace', event: { kind: 'settled', owner: id, by: 'person' } };

/** A process that does nothing but what a test says. */
class FakeProcess implements Pick<ReplicaProcess, 'attach' | 'tell' | 'next' | 'signal'> {
  readonly signals: string[] = [];
  readonly ready = Promise.resolve(true);
  readonly ended: Promise<Ending>;
  end: () => void = () => undefined;
  #hear: (report: Report) => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.end = () => resolve({ code: null, signal: 'SIGKILL', lastWords: '' });
    });
  }

  attach(hear: (report: Report) => void): void {
    this.#hear = hear;
  }

  tell(_command: Command): void {
    // Whatever it is told.
  }

  next(): Promise<null> {
    return new Promise(() => undefined);
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.signals.push(signal);
  }

  report(reported: Reported): void {
    this.#hear({ at: monotonicNanos(), ...reported });
  }
}

/** A machine that is up, on which an agent keeps a list of what befell it. */
function machineThatIsUp() {
  const befell: string[] = [];
  const agent: AgentEars & Resident = {
    view: () => befell.push('view'),
    written: () => befell.push('written'),
    settle: (_tx, outcome) => befell.push(outcome.kind),
    notify: () => befell.push('notify'),
    died: () => befell.push('died'),
    revived: () => befell.push('revived'),
  };
  const processes: FakeProcess[] = [];
  const clock = new TrialClock(1_000);
  const recorder = new Recorder(() => clock.now, false);
  const machine = new LiveMachine({
    id,
    clock,
    recorder,
    custody: new Custody(),
    environment,
    changes: new Changes(),
    tally: new Tally(),
    tape: [],
    askModel: () => undefined,
    backups: new Backups('/nowhere/a1.log'),
    process: () => {
      const process = new FakeProcess();
      processes.push(process);
      return process as unknown as ReplicaProcess;
    },
    join: () => ({ kind: 'sync' }),
  });
  machine.resident = agent;
  void machine.prepare();
  clock.begin();
  void machine.open();
  const process = processes[0]!;
  process.report({ kind: 'opened' });
  return { machine, process, processes, recorder, clock, befell };
}

function now(fault: Fault): TapeEntry {
  return { machine: id, trigger: { kind: 'time', atMicros: seconds(0) }, fault };
}

describe('a live machine', () => {
  it('that was killed says nothing to its agent any more; what its process has done counts all the same', async () => {
    const { machine, process, processes, recorder, clock, befell } = machineThatIsUp();
    process.report(accepted);
    machine.strike(now({ kind: 'crash', downMicros: seconds(1e6) }));
    expect(process.signals).toEqual(['SIGKILL']);
    process.report(settled);
    process.report(accepted);
    expect(befell).toEqual(['died']);
    expect(recorder.failure).toBeNull();
    process.end();
    while (processes.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(recorder.observations.map(({ kind }) => kind)).toEqual(['reported', 'reported', 'stopped']);
    clock.stop();
  });

  it('that is stopped stalls its agent, which hears what was answered when the machine goes on', async () => {
    const { machine, process, recorder, befell } = machineThatIsUp();
    machine.strike(now({ kind: 'busy', stallMicros: seconds(20) }));
    expect(process.signals).toEqual(['SIGSTOP']);
    process.report(settled);
    process.report(accepted);
    expect(befell).toEqual([]);
    expect(recorder.observations).toHaveLength(1);
    while (befell.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(befell).toEqual(['committed']);
    expect(process.signals).toEqual(['SIGSTOP', 'SIGCONT']);
  });

  it('whose process ends by itself has a strategy that failed', async () => {
    const { process, recorder } = machineThatIsUp();
    process.end();
    await process.ended;
    await new Promise((resolve) => setImmediate(resolve));
    expect(recorder.failure).toMatchObject({ culprit: 'strategy', message: /ended by itself by SIGKILL/ });
  });
});
