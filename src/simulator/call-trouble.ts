/**
 * A bad day of the model: calls time out, are refused, come back broken, wrong or late. Agents wait and call again, and their
 * time and tokens count; a judge's failures are answers, which whoever asked must deal with.
 */

import {
  addUse,
  seconds,
  type CallFaults,
  type Judge,
  type Judgement,
  type Micros,
  type ModelCall,
  type ModelFailure,
  type Question,
  type RandomStream,
  type RandomStreams,
  type ThinkingModel,
} from '../contract/index.ts';
import { drawCall, longestCall, type DrawnCall, type Thinking } from '../random/model-calls.ts';

interface Failed extends DrawnCall {
  readonly failure: ModelFailure;
  readonly retryAfterMicros: Micros | null;
}

/** Whoever calls gives up after that: a time in use, not a published one. */
const timeoutMicros = seconds(60);
const refusedAfterMicros = seconds(0.2);
const shortestBurstSeconds = 1;
const longestBurstSeconds = 60;
/** Far more than any burst and any row of failures: the bound of the loop. */
const triesPerCall = 50;

export class CallTrouble {
  readonly #faults: CallFaults;
  readonly #streams: RandomStreams;
  readonly #model: ThinkingModel;
  #judged = 0;
  #failed = 0;

  /** The streams belong to the seed, the workload and the fault profile, as those of a tape do. */
  constructor(faults: CallFaults, streams: RandomStreams, model: ThinkingModel) {
    this.#faults = faults;
    this.#streams = streams;
    this.#model = model;
  }

  /** Calls of agents that failed so far. */
  get failed(): number {
    return this.#failed;
  }

  /** Thinking that begins at this time, with all the calls that are made again. The name is that of its stream. */
  prolong(name: string, at: Micros, thinking: Thinking): Thinking {
    const { calls } = thinking.uses;
    if (calls === 0) return thinking;
    const random = this.#streams.stream(name);
    const eachMicros = thinking.thinkMicros / calls;
    let addedMicros = 0;
    let { uses } = thinking;
    for (let call = 0; call < calls; call += 1) {
      for (let again = 0; again < triesPerCall; again += 1) {
        const now = (at + call * eachMicros + addedMicros) as Micros;
        const failed = this.#failure(random, now, drawCall(random, this.#model));
        if (failed === null) break;
        this.#failed += 1;
        addedMicros += failed.latencyMicros + (failed.retryAfterMicros ?? seconds(2 ** Math.min(again, 5)));
        uses = addUse(uses, { ...failed, calls: 1 });
      }
      addedMicros += eachMicros * (this.#slowness(random) - 1);
    }
    return { thinkMicros: Math.round(thinking.thinkMicros + addedMicros) as Micros, uses };
  }

  /** The same judge, on a bad day. It is asked all the same, so that its other answers stay what they are. */
  judge(judge: Judge): Judge {
    return (question) => {
      this.#judged += 1;
      const random = this.#streams.stream(`judge/${String(this.#judged)}`);
      const call = judge(question);
      const failed = this.#failure(random, question.at, call);
      if (failed === null) return this.#distorted(random, call, question);
      const { failure, retryAfterMicros, latencyMicros, promptTokens, outputTokens } = failed;
      const judgement = { kind: 'failed', failure, retryAfterMicros } as const;
      return { at: question.at, latencyMicros, promptTokens, outputTokens, judgement, right: null };
    };
  }

  #distorted(random: RandomStream, call: ModelCall, { conflict, rightChoice }: Question): ModelCall {
    const late = { ...call, latencyMicros: Math.round(call.latencyMicros * this.#slowness(random)) as Micros };
    const { invented, wrong } = this.#faults;
    const draw = random.next();
    if (draw < invented) return { ...late, judgement: inventedAnswer, right: null };
    const best = rightChoice(conflict);
    const others = conflict.contenders.map(({ id }) => id).filter((id) => id !== best);
    if (draw >= invented + wrong || others.length === 0) return late;
    return { ...late, judgement: { kind: 'keep', write: random.pick(others) }, right: false };
  }

  /** Null: the call is answered. A call that is refused or times out says nothing; one that comes back broken costs as much. */
  #failure(random: RandomStream, now: Micros, call: DrawnCall): Failed | null {
    const { timeout, serverError, malformed, cut } = this.#faults;
    const draw = random.next();
    const refused = { latencyMicros: refusedAfterMicros, promptTokens: 0, outputTokens: 0, retryAfterMicros: null };
    const untilMicros = this.#refusedUntil(now);
    if (untilMicros > now) {
      const retryAfterMicros = Math.max(untilMicros - now, seconds(shortestBurstSeconds)) as Micros;
      return { ...refused, failure: 'rate-limit', retryAfterMicros };
    }
    if (draw < timeout) {
      const { promptTokens } = call;
      return { ...refused, failure: 'timeout', latencyMicros: timeoutMicros, promptTokens };
    }
    if (draw < timeout + serverError) return { ...refused, failure: 'server-error' };
    if (draw < timeout + serverError + malformed) return { ...call, failure: 'malformed', retryAfterMicros: null };
    if (draw >= timeout + serverError + malformed + cut) return null;
    return { ...longestCall(this.#model, call.promptTokens), failure: 'malformed', retryAfterMicros: null };
  }

  /** The end of the burst that goes on at this time, or a time that has passed. Each has a stretch of time and a stream of its own. */
  #refusedUntil(now: Micros): Micros {
    const every = this.#faults.burstEveryMicros;
    const stretch = Math.floor(now / every);
    const random = this.#streams.stream(`burst/${String(stretch)}`);
    const lengthSeconds = shortestBurstSeconds * (longestBurstSeconds / shortestBurstSeconds) ** random.next();
    const begins = stretch * every + random.next() * (every - seconds(longestBurstSeconds));
    return now < begins ? (0 as Micros) : (Math.round(begins + lengthSeconds * 1_000_000) as Micros);
  }

  /** So many times as long as usual. */
  #slowness(random: RandomStream): number {
    const isSlow = random.chance(this.#faults.slow);
    return isSlow ? 3 + 7 * random.next() : 1;
  }
}

/** No contender, and no combination of contenders that anybody allows. */
const inventedAnswer: Judgement = { kind: 'combine', value: 'as agreed' };
