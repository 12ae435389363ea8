/**
 * The line from a trial in a worker to the judge in the main thread. A trial is one synchronous function, so it stands still
 * while it waits: it sleeps on a number that is raised after each answer was sent. What goes over the line is JSON text: a
 * key named `__proto__` arrives as what it is.
 */

import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import {
  equalJson,
  type Conflict,
  type Json,
  type Judge,
  type Judgement,
  type TrialSpec,
} from '../../contract/index.ts';
import { reportAsking, type JudgeLine } from '../workers/tasks.ts';
import { questionText } from './question.ts';
import type { Verdict } from './model-judge.ts';

export interface Asking {
  readonly conflict: Conflict;
  /** How often this trial had asked the same before. */
  readonly repetition: number;
  readonly trial: TrialSpec;
}

/** For one trial: whether a question is a repetition is counted in each for itself, so that no other trial matters. */
export function judgeOver({ port, bell }: JudgeLine, trial: TrialSpec, progress: SharedArrayBuffer): Judge {
  const asked = new Map<string, number>();
  return ({ conflict, at, rightChoice }) => {
    const text = questionText(conflict);
    const repetition = asked.get(text) ?? 0;
    asked.set(text, repetition + 1);
    const asking: Asking = { conflict, repetition, trial };
    reportAsking(progress, true);
    const answer = JSON.parse(ask(port, new Int32Array(bell), JSON.stringify(asking))) as Verdict;
    reportAsking(progress, false);
    return { at, ...answer, right: isRight(answer.judgement, conflict, rightChoice(conflict)) };
  };
}

function ask(port: MessagePort, bell: Int32Array, question: string): string {
  const before = Atomics.load(bell, 0);
  port.postMessage(question);
  for (;;) {
    Atomics.wait(bell, 0, before);
    const received = receiveMessageOnPort(port) as { readonly message: string } | undefined;
    if (received !== undefined) return received.message;
  }
}

/** A contender with the value of the right one is as right. */
function isRight(judgement: Judgement, { contenders }: Conflict, best: string): boolean | null {
  if (judgement.kind !== 'keep') return null;
  const [kept, right] = [judgement.write, best].map((id) => contenders.find((write) => write.id === id)?.value);
  return kept !== undefined && right !== undefined && equalJson(kept as Json, right as Json);
}
