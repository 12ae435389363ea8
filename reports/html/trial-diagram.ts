/** A trial as a diagram shows it: small enough that a page carries hundreds of them. */

import type { Fate, Told } from '../../src/contract/index.ts';

/** Times are whole tenths of a millisecond of virtual time; lanes and writes are named by their positions. */
export interface TrialDiagram {
  /** The machines. */
  readonly lanes: readonly string[];
  readonly end: number;
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
  readonly messages: readonly DrawnMessage[];
  /** There were so many more. */
  readonly messagesLeftOut: number;
  readonly marksLeftOut: number;
  readonly writes: readonly DrawnWrite[];
  /** How it ended, in sentences. */
  readonly ending: readonly string[];
}

export type DrawnMessage = readonly [from: number, sentAt: number, to: number, at: number];

/** What goes on for a while. A grant stands on the lane of its holder. */
export interface Bar {
  readonly kind: 'turn' | 'thinking' | 'waiting' | 'grant' | 'crash' | 'busy' | 'restore';
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What happens at an instant. */
export interface Mark {
  readonly kind: 'view' | 'write' | 'told' | 'refused' | 'trouble' | 'judge' | 'note';
  readonly lane: number;
  readonly at: number;
  /** In a word or two. */
  readonly label: string;
  readonly text: string;
  /** The write that is made here in its last attempt. */
  readonly write: number | null;
}

export interface DrawnWrite {
  readonly text: string;
  readonly told: Told;
  readonly fate: Fate;
  readonly torn: boolean;
  readonly reason: string;
}
