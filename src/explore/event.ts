/** What can happen to a machine, packed into one number, so that what it does then is found quickly. */

import { moveKinds, type MoveKind } from '../contract/index.ts';

/** As long as there are no more than 2^15 different messages, these are the engine's small integers. */
export type EventCode = number;

export interface Event {
  readonly kind: MoveKind;
  /** Of the unsynced changes of the disk, what a crash leaves. */
  readonly kept: number;
  /** A crash in the middle, just before this effect; null: none. */
  readonly cutBefore: number | null;
  /** Of a receipt: the position of the sender among the machines, and of the message among all that were sent. */
  readonly from: number;
  readonly message: number;
}

const perKind = 16;
const perKept = 16;
const perCut = 32;
const perSender = 8;

/** No crash can leave more unsynced changes, and none happens later among the effects of one event, than can be packed. */
export const mostKept = perKept - 1;
export const mostCuts = perCut - 1;

export function eventCode(kind: MoveKind): EventCode {
  return moveKinds.indexOf(kind);
}

export function receiveCode(from: number, message: number): EventCode {
  return eventCode('receive') + perKind * perKept * perCut * (from + perSender * message);
}

export function crashCode(kept: number): EventCode {
  return eventCode('crash') + perKind * kept;
}

/** The same event with a crash in its middle. */
export function cutCode(code: EventCode, before: number, kept: number): EventCode {
  return code + perKind * (kept + perKept * (before + 1));
}

export function eventOf(code: EventCode): Event {
  const kept = Math.floor(code / perKind);
  const cut = Math.floor(kept / perKept);
  const from = Math.floor(cut / perCut);
  return {
    kind: moveKinds[code % perKind] ?? 'boot',
    kept: kept % perKept,
    cutBefore: cut % perCut === 0 ? null : (cut % perCut) - 1,
    from: from % perSender,
    message: Math.floor(from / perSender),
  };
}
