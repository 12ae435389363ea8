/**
 * A machine whose replica runs in a process of its own, and whose agent lives here, outside. A crash is SIGKILL, a stall is
 * SIGSTOP, a restore puts older files back. What the process has reported counts, also if it is read after its end; but an
 * answer that the agent had not heard when its machine stopped it never hears.
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { AgentEars, Fault, Judgement, Micros, ProtocolStep, ReplicaId, TapeEntry } from '../contract/index.ts';
import type { CauseKind, Requests, Residence, Resident } from '../simulator/residence.ts';
import { WorkloadError } from '../simulator/workload-error.ts';
import type { Backups } from './backups.ts';
import type { Command, Report, ReportOf, StepCounts } from './messages.ts';
import { deliver } from './deliver.ts';
import { messageOf } from './message-of.ts';
import { noteReport, type ReportingMachine } from './note-report.ts';
import { described, type Ending, type ReplicaProcess } from './replica-process.ts';
import { restore } from './restore.ts';
import type { TrialSurroundings } from './trial-surroundings.ts';

export interface LiveMachineParts extends TrialSurroundings {
  readonly id: ReplicaId;
  readonly backups: Backups;
  /** A process that has loaded its strategy, or is about to. */
  readonly process: () => ReplicaProcess;
  /** What the life with this number, counted from 1, is told when it joins its peers. */
  readonly join: (life: number, counts: StepCounts, patienceMs: number) => Command;
}

interface Deferred {
  readonly cause: { readonly kind: CauseKind };
  readonly task: () => void;
}

/** How long a process that comes back waits for connections to its peers: some of them may be down. */
const rejoinPatienceMs = 20;
/** A process that stops itself may be told to go on just before it stops: it is told again. */
const wakeEveryMs = 20;
const closingPatienceMs = 2_000;

export class LiveMachine implements Residence, ReportingMachine {
  readonly id: ReplicaId;
  readonly disk: Backups;
  /** Null where nobody works, and when the trial no longer waits for the agent. */
  resident: (AgentEars & Resident) | null = null;
  life = 1;
  cause: { readonly kind: CauseKind } = { kind: 'boot' };
  readonly #parts: LiveMachineParts;
  readonly counts: Record<ProtocolStep, number> = { append: 0, send: 0, receive: 0, settle: 0 };
  #state: 'down' | 'opening' | 'up' | 'stalled' = 'down';
  /** Null between the end of a process and the start of the next one. */
  #process: ReplicaProcess | null = null;
  #backUntil = 0;
  #backlog: Deferred[] = [];
  /** It has stopped itself, and has not said yet that it goes on. */
  #stoppedItself = false;
  #isHealed = false;
  #isClosing = false;
  #endDownTime: () => void = () => undefined;

  constructor(parts: LiveMachineParts) {
    this.id = parts.id;
    this.disk = parts.backups;
    this.#parts = parts;
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** And nothing has come in between. */
  get isOpening(): boolean {
    return this.#state === 'opening' && this.#backUntil === 0;
  }

  /** What its agent asks goes to the process. */
  get replica(): Requests | null {
    return this.#state === 'down' || this.#state === 'opening' ? null : this.#requests;
  }

  readonly #requests: Requests = {
    begin: (tx) => this.tell({ kind: 'begin', tx }),
    read: (tx, fields) => this.tell({ kind: 'read', tx, fields }),
    write: (tx, writes) => this.tell({ kind: 'write', tx, writes }),
    commit: (tx) => this.tell({ kind: 'commit', tx }),
  };

  /** Gets its first process; true when the strategy is loaded. */
  prepare(): Promise<boolean> {
    return this.#take().ready;
  }

  /** True when its peers can reach it. */
  join(patienceMs: number): Promise<boolean> {
    const joined = happened(this.#process?.next('joined'));
    this.tell(this.#parts.join(this.life, this.counts, patienceMs));
    return joined;
  }

  /** True when the replica is open; false if a fault came in between. */
  async open(): Promise<boolean> {
    const { life } = this;
    const { originNanos, scale } = this.#parts.clock;
    const opened = happened(this.#process?.next('opened'));
    this.#state = 'opening';
    this.tell({ kind: 'open', time: { originNanos, scale } });
    if (this.#isHealed) this.tell({ kind: 'heal' });
    return (await opened) && life === this.life;
  }

  tell(command: Command): void {
    this.#process?.tell(command);
  }

  /** The next report of this kind; null if the process ends before, or there is none. */
  next<Kind extends Report['kind']>(kind: Kind): Promise<ReportOf<Kind> | null> {
    return this.#process?.next(kind) ?? Promise.resolve(null);
  }

  run(cause: { readonly kind: CauseKind }, task: () => void): void {
    if (this.#state === 'down' || this.#state === 'opening') return;
    if (this.#state === 'stalled') {
      this.#backlog.push({ cause, task });
      return;
    }
    const { life } = this;
    this.cause = cause;
    try {
      task();
    } catch (error) {
      if (life === this.life) this.#blame(cause, error);
    }
    this.#parts.changes.announce();
  }

  schedule(delay: Micros, cause: { readonly kind: CauseKind }, task: () => void): void {
    const { life } = this;
    this.#parts.clock.schedule(delay, () => {
      if (life === this.life) this.run(cause, task);
    });
  }

  /** A fault strikes, unless the machine is down already. */
  strike(entry: TapeEntry): void {
    if (this.#state === 'down') return;
    const { recorder, clock, tally, changes } = this.#parts;
    const struck = { at: clock.now, entry, recordsLost: 0 };
    recorder.faults.push(struck);
    recorder.mark('fault', this.id, entry.fault.kind);
    tally.struck(entry.fault.kind);
    const { fault } = entry;
    const step = entry.trigger.kind === 'step' ? entry.trigger : null;
    const nanos = clock.nextSequence();
    const tell = (): void => {
      clock.at(nanos, () => {
        recorder.tell({ kind: 'fault', machine: this.id, fault, step, recordsLost: struck.recordsLost });
      });
    };
    if (fault.kind === 'busy') {
      this.#stall(fault.stallMicros);
      tell();
      return;
    }
    this.#comeBack(this.#fall(), fault, struck)
      .finally(tell)
      .catch((error: unknown) => {
        recorder.fail('harness', `machine ${this.id} did not come back: ${messageOf(error)}`);
        changes.announce();
      });
  }

  /** The faults are over: whatever is stalled or down comes back now. */
  heal(): void {
    this.#isHealed = true;
    this.tell({ kind: 'heal' });
    this.#endDownTime();
    if (this.#state === 'stalled') this.#resume();
  }

  /** The end of the trial: the replica frees what it has, and the process ends in any case. */
  async close(): Promise<void> {
    this.tell({ kind: 'close' });
    await Promise.race([this.next('closed'), pause(closingPatienceMs, null, { ref: false })]);
  }

  /** Whatever it is doing. */
  async end(): Promise<void> {
    this.#isClosing = true;
    this.#endDownTime();
    this.#process?.signal('SIGKILL');
    await this.#process?.ended;
  }

  #take(): ReplicaProcess {
    const process = this.#parts.process();
    this.#process = process;
    void process.ended.then((ending) => {
      if (this.#process === process && !this.#isClosing) this.#died(ending);
      this.#parts.changes.announce();
    });
    process.attach((report) => {
      const isCurrent = this.#process === process;
      this.#parts.clock.at(report.at, () => {
        this.#hear(report, isCurrent);
      });
      this.#parts.changes.announce();
    });
    return process;
  }

  #hear(report: Report, isCurrent: boolean): void {
    switch (report.kind) {
      case 'answer':
        if (isCurrent) this.#answered(report);
        break;
      case 'fault':
        if (isCurrent) this.#struckItself(report.place);
        break;
      case 'resumed':
        this.#stoppedItself = false;
        break;
      case 'question':
        if (isCurrent) this.#ask(report);
        break;
      case 'opened':
        if (isCurrent) this.#state = this.#backUntil > 0 ? 'stalled' : 'up';
        break;
      case 'ready':
      case 'joined':
      case 'synced':
      case 'shown':
      case 'closed':
        // Somebody waits for it.
        break;
      case 'trace':
      case 'committing':
      case 'durable':
      case 'stored':
      case 'sent':
      case 'received':
      case 'step':
      case 'failed':
        noteReport(report, this, this.#parts);
        break;
    }
  }

  #answered({ cause, answer }: ReportOf<'answer'>): void {
    this.run({ kind: cause }, () => {
      if (this.resident !== null) deliver(answer, this.resident);
    });
  }

  #ask({ question, conflict }: ReportOf<'question'>): void {
    this.#parts.askModel(this, conflict, (judgement: Judgement) => {
      this.tell({ kind: 'judged', question, judgement });
    });
  }

  #struckItself(place: number): void {
    const entry = this.#parts.tape[place];
    if (entry === undefined) throw new Error(`the tape has no fault ${String(place)}`);
    this.#stoppedItself = entry.fault.kind === 'busy';
    this.strike(entry);
  }

  #stall(stallMicros: Micros): void {
    const { clock } = this.#parts;
    this.#process?.signal('SIGSTOP');
    if (this.#state === 'up') this.#state = 'stalled';
    const until = clock.now + (this.#isHealed ? 0 : stallMicros);
    if (until <= this.#backUntil) return;
    this.#backUntil = until;
    const { life } = this;
    clock.schedule((until - clock.now) as Micros, () => {
      if (life === this.life && this.#backUntil === until) this.#resume();
    });
  }

  #resume(): void {
    this.#backUntil = 0;
    this.#wake(this.life);
    if (this.#state !== 'stalled') return;
    this.#state = 'up';
    this.#parts.recorder.tell({ kind: 'back', machine: this.id, from: 'busy' });
    const waiting = this.#backlog.splice(0);
    const { life } = this;
    // A task may stall the machine again: `run` then puts the rest aside in the same order.
    for (const { cause, task } of waiting) if (life === this.life) this.run(cause, task);
  }

  #wake(life: number): void {
    if (life !== this.life || this.#isClosing) return;
    this.#process?.signal('SIGCONT');
    if (this.#stoppedItself) setTimeout(() => this.#wake(life), wakeEveryMs).unref();
  }

  /** What was reported until now has been heard; of what comes, answers are not. */
  #fall(): ReplicaProcess | null {
    const dead = this.#process;
    dead?.signal('SIGKILL');
    this.#process = null;
    this.#state = 'down';
    this.life += 1;
    this.#backUntil = 0;
    this.#backlog = [];
    this.#stoppedItself = false;
    this.resident?.died();
    return dead;
  }

  async #comeBack(
    dead: ReplicaProcess | null,
    fault: Exclude<Fault, { readonly kind: 'busy' }>,
    struck: { recordsLost: number },
  ): Promise<void> {
    const { custody, recorder, clock } = this.#parts;
    const { life } = this;
    const downTime = this.#downTime(fault.downMicros);
    await dead?.ended;
    custody.crashed(this.id, clock.nextSequence());
    recorder.observe({ kind: 'stopped', replica: this.id, by: fault.kind });
    this.disk.ended();
    if (this.#isOver()) return;
    const isReady = await this.#take().ready;
    await downTime;
    if (!isReady || this.#isOver()) return;
    if (fault.kind === 'restore') struck.recordsLost = restore(this, fault.backupsBack, this.#parts);
    custody.returned(this.id, clock.nextSequence());
    if (!(await this.join(rejoinPatienceMs))) return;
    recorder.observe({ kind: 'returned', replica: this.id });
    recorder.tell({ kind: 'back', machine: this.id, from: fault.kind });
    if ((await this.open()) && life === this.life) this.run({ kind: 'agent' }, () => this.resident?.revived());
  }

  /** Asked again after every wait. */
  #isOver(): boolean {
    return this.#isClosing;
  }

  #downTime(downMicros: Micros): Promise<void> {
    return new Promise((resolve) => {
      this.#endDownTime = resolve;
      this.#parts.clock.schedule(this.#isHealed ? (0 as Micros) : downMicros, resolve);
    });
  }

  /** The process has ended, and nobody had told it to. */
  #died(ending: Ending): void {
    const culprit = this.#state === 'down' ? 'harness' : 'strategy';
    this.#parts.recorder.fail(culprit, `the process of replica ${this.id} ended by itself ${described(ending)}`);
  }

  #blame({ kind }: { readonly kind: CauseKind }, error: unknown): void {
    const culprit = error instanceof WorkloadError ? 'workload' : 'strategy';
    const where = culprit === 'workload' ? '' : `replica ${this.id} erred while handling: ${kind}: `;
    this.#parts.recorder.fail(culprit, `${where}${messageOf(error)}`);
  }
}

/** False where there is no process, or none any more. */
async function happened(report: Promise<Report | null> | undefined): Promise<boolean> {
  return report !== undefined && (await report) !== null;
}
