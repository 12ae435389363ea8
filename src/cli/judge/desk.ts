/** Where the questions of all trials arrive. It stands in the main thread: the key and the recording never leave it. */

import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { JudgeInput, JudgeUse, Prices, Write } from '../../contract/index.ts';
import { InputError, messageOf } from '../input-error.ts';
import type { JudgeChoice } from '../options/judge-options.ts';
import { takeEndpoint } from './endpoint.ts';
import { Exchanges, type Sources } from './exchanges.ts';
import { Halt } from './halt.ts';
import type { JudgeLine } from '../workers/tasks.ts';
import type { Asking } from './judge-line.ts';
import { parseJudgeModel, type JudgeModel } from './judge-model.ts';
import { frameHash, Missing, ModelJudge } from './model-judge.ts';
import { otherInstructions, Recording, type Header } from './recording.ts';

const callsAtOnce = 8;
/** Beyond the 99th percentile of a slow model (92.5 s in the logs of RaceBench). */
const timeoutMs = 120_000;

export interface OpenLine {
  readonly line: JudgeLine;
  close(): void;
}

export class JudgeDesk {
  readonly #sources: Sources;
  readonly #exchanges: Exchanges;
  readonly #judge: ModelJudge;
  #problem: Error | null = null;
  /** Called once, when a question can't be answered. */
  onHalt: () => void = () => undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#exchanges = new Exchanges(sources);
    this.#judge = new ModelJudge(sources, this.#exchanges);
  }

  /** What the user should know before the run. */
  get notice(): string | null {
    return this.#sources.recording?.notice ?? null;
  }

  /** What results depend on. */
  get input(): JudgeInput {
    const { name, prices } = this.#sources.model;
    return { simulated: false, client: 'openai', model: name, prices };
  }

  /** What this run did for it. */
  get use(): JudgeUse {
    const { recording, model } = this.#sources;
    const { asked, recorded, spentUsd } = this.#exchanges;
    return {
      source: this.#source,
      file: recording?.file ?? null,
      asked,
      recorded,
      spentUsd: model.prices === null ? null : spentUsd,
    };
  }

  /** A sentence if the spending limit has stopped the run. Throws whatever else has. */
  get limit(): string | null {
    if (this.#problem === null) return null;
    if (!(this.#problem instanceof Halt)) throw this.#problem;
    if (this.#problem.kind === 'input') throw new InputError(this.#problem.message);
    return this.#problem.message;
  }

  get #source(): JudgeUse['source'] {
    return this.#sources.live === null ? 'recorded' : 'live';
  }

  open(): OpenLine {
    const { port1, port2 } = new MessageChannel();
    const bell = new SharedArrayBuffer(4);
    const { model, recording } = this.#sources;
    const [prices, file] = [model.prices, recording?.file ?? null];
    port1.on('message', (question: string) => {
      void this.#answer(JSON.parse(question) as Asking, port1, new Int32Array(bell));
    });
    return { line: { port: port2, bell, source: this.#source, prices, recording: file }, close: () => port1.close() };
  }

  /** What was asked for makes sense: from now on there is a recording. */
  begin(): void {
    this.#sources.recording?.start();
  }

  /** Waits for the calls that are under way: they are paid for. */
  async close(): Promise<void> {
    await this.#exchanges.close();
  }

  /** A question that can't be answered stays open: its worker sleeps until the run is stopped. */
  async #answer({ conflict, repetition, trial }: Asking, port: MessagePort, bell: Int32Array): Promise<void> {
    try {
      port.postMessage(JSON.stringify(await this.#judge.judge(conflict, repetition)));
      Atomics.add(bell, 0, 1);
      Atomics.notify(bell, 0);
    } catch (error) {
      if (this.#problem !== null) return;
      if (error instanceof Missing) this.#problem = this.#missing({ conflict, repetition, trial });
      else this.#problem = error instanceof Error ? error : new Error(messageOf(error));
      this.onHalt();
    }
  }

  #missing({ conflict: { field, contenders }, repetition, trial }: Asking): Halt {
    const file = this.#sources.recording?.file ?? '';
    const times = repetition === 0 ? '' : `, asked for the ${String(repetition + 1)}. time`;
    const place = `strategy ${trial.strategy}, workload ${trial.workload}, faults ${trial.faults}, seed ${String(trial.seed)}`;
    return new Halt(
      'input',
      `the recording ${file} has no answer to the conflict on "${field}" between ${contenders.map(said).join(' and ')} ` +
        `(${place}${times}): record it by the same command with --judge openai --record ${file} instead of --replay ${file}`,
    );
  }
}

function said({ id, value }: Write): string {
  const text = JSON.stringify(value);
  return `${id} = ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
}

/** Throws {@link InputError} for whatever is wrong with the choice, the environment or the file. */
export function openDesk(choice: JudgeChoice, environment: Record<string, string | undefined>): JudgeDesk {
  return new JudgeDesk(choice.kind === 'replay' ? recorded(choice) : live(choice, environment));
}

function recorded({ file, model: text }: Extract<JudgeChoice, { kind: 'replay' }>): Sources {
  const recording = Recording.open(file);
  const { model: name, usdPerMillionIn, usdPerMillionOut, instructions } = recording.header;
  if (instructions !== frameHash) throw otherInstructions(file);
  const wanted = text === null ? null : parseJudgeModel(text).name;
  if (wanted !== null && wanted !== name) {
    throw new InputError(`--replay ${file}: its answers are from ${name}, not from ${wanted}`);
  }
  const prices = usdPerMillionIn === null || usdPerMillionOut === null ? null : { usdPerMillionIn, usdPerMillionOut };
  return { model: { name, prices }, recording, live: null };
}

function live(
  choice: Extract<JudgeChoice, { kind: 'live' }>,
  environment: Record<string, string | undefined>,
): Sources {
  const { maxUsd, record } = choice;
  const model = parseJudgeModel(choice.model);
  if (maxUsd !== null && model.prices === null) {
    throw new InputError(
      `--max-usd cannot be kept: the prices of ${model.name} are not known; ` +
        `name them in USD per million tokens, as --judge-model ${model.name}:in=0.25:out=2`,
    );
  }
  const endpoint = takeEndpoint(environment);
  const recording = record === null ? null : Recording.append(record, headerOf(model));
  return { model, recording, live: { endpoint, callsAtOnce, timeoutMs, maxUsd } };
}

function headerOf({ name, prices }: JudgeModel): Header {
  return { model: name, ...pricesOrNull(prices), instructions: frameHash };
}

function pricesOrNull(prices: Prices | null): Pick<Header, 'usdPerMillionIn' | 'usdPerMillionOut'> {
  return prices ?? { usdPerMillionIn: null, usdPerMillionOut: null };
}
