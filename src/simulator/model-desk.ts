/** Where replicas put their conflicts to the judge: the answer comes when the judge would have given it. */

import type { Conflict, Judge, Judgement, Micros, Plan, RandomStreams, ReplicaId } from '../contract/index.ts';
import { firstContender } from './model.ts';
import type { Recorder } from './recorder.ts';
import type { Clock } from './residence.ts';

export interface ModelDeskParts {
  readonly judge: Judge;
  readonly plan: Plan;
  readonly streams: RandomStreams;
  readonly recorder: Recorder;
  readonly loop: Pick<Clock, 'now'>;
}

/** The machine whose replica asks. */
export interface Asker {
  readonly id: ReplicaId;
  schedule(delay: Micros, cause: { readonly kind: 'judge' }, task: () => void): void;
}

export type AskModel = (asker: Asker, conflict: Conflict, done: (judgement: Judgement) => void) => void;

export function modelDesk({ judge, plan, streams, recorder, loop }: ModelDeskParts): AskModel {
  const rightChoice = plan.rightChoice?.bind(plan) ?? firstContender;
  return (asker, conflict, done) => {
    const random = streams.stream(`model/${String(recorder.modelCalls.length)}`);
    const call = judge({ conflict, at: loop.now, random, rightChoice });
    recorder.modelCalls.push(call);
    recorder.mark('judge', asker.id, conflict.field, JSON.stringify(call.judgement));
    asker.schedule(call.latencyMicros, { kind: 'judge' }, () => {
      recorder.mark('judged', asker.id);
      recorder.tell({ kind: 'judge', machine: asker.id, call, field: conflict.field });
      done(call.judgement);
    });
  };
}
