/** The journal of a MESI hub: one record for all that was decided at once, a line of the state log per transition in it. */

import type { FieldName, Transaction, Write } from '../contract/index.ts';
import { decodeShared, encodeShared } from './shared-codec.ts';
import type { Transition } from './mesi-directory.ts';

export interface FieldPut {
  readonly field: FieldName;
  /** The version that the writes were made from. */
  readonly base: number;
  readonly writes: readonly Write[];
}

export interface Decision {
  readonly transitions: readonly Transition[];
  /** The turn that was accepted with it, if one was. */
  readonly turn: { readonly tx: Transaction; readonly puts: readonly FieldPut[] } | null;
}

/** A transition without the names of its parts: most of what a hub writes down are transitions. */
type Line = readonly [
  Transition['sequence'],
  Transition['at'],
  Transition['field'],
  Transition['agent'],
  Transition['from'],
  Transition['to'],
  Transition['trigger'],
  Transition['version'],
  Transition['contentHash'],
];

interface DecisionRecord {
  readonly lines: readonly Line[];
  readonly turn: Decision['turn'];
}

export function encodeDecision({ transitions, turn }: Decision): Uint8Array {
  const record: DecisionRecord = { lines: transitions.map(lineOf), turn };
  return encodeShared(record);
}

export function decodeDecision(bytes: Uint8Array): Decision {
  const { lines, turn } = decodeShared(bytes) as DecisionRecord;
  return { transitions: lines.map(transitionOf), turn };
}

function lineOf({ sequence, at, field, agent, from, to, trigger, version, contentHash }: Transition): Line {
  return [sequence, at, field, agent, from, to, trigger, version, contentHash];
}

function transitionOf([sequence, at, field, agent, from, to, trigger, version, contentHash]: Line): Transition {
  return { sequence, at, field, agent, from, to, trigger, version, contentHash };
}
