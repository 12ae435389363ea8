/** What a walk over all states of a small world has found. */

import type { StoryEvent } from './history.ts';
import type { Micros, ReplicaId } from './ids.ts';

/** How much of what could go on for ever is walked: of each, on all machines together. */
export interface WalkBounds {
  /** Timers that fire. */
  readonly timers: number;
  /** Rounds of anti-entropy before the end. */
  readonly rounds: number;
  /** After so many states the walk stops. */
  readonly states: number;
}

export const walkedFaults = ['none', 'crash', 'busy'] as const;
/** `crash`: one, of any machine at any point, and its restart at any later one. `busy`: machines are late with their timers. */
export type WalkedFaults = (typeof walkedFaults)[number];

export const moveKinds = [
  'boot',
  'receive',
  'synced',
  'agent',
  'judged',
  'timer',
  'gossip',
  'crash',
  'restart',
] as const;
/**
 * What can happen to a machine: it is switched on, it receives a message, its oldest unsynced change becomes durable, its
 * agent takes its next step, the model answers, its first timer fires, it is asked for a round of anti-entropy, it crashes,
 * it comes back.
 */
export type MoveKind = (typeof moveKinds)[number];

/** One move, and what the machine did at it. */
export interface ToldMove {
  readonly at: Micros;
  readonly machine: ReplicaId;
  readonly kind: MoveKind;
  readonly received: { readonly from: ReplicaId; readonly message: Uint8Array } | null;
  /** The machine crashed in the middle of it. */
  readonly isCut: boolean;
  readonly events: readonly StoryEvent[];
}

export interface WalkViolation {
  /** Invariants and promises, and what is wrong in one sentence each. */
  readonly broken: readonly { readonly name: string; readonly violation: string }[];
  /** A shortest way there, unless a dive has found it. */
  readonly path: readonly ToldMove[];
  /** It shows when everything has come to rest after that. */
  readonly atRest: boolean;
}

export interface WalkResult {
  /** Different states that were reached. */
  readonly states: number;
  /** Moves from one state to another, however often they lead to the same. */
  readonly transitions: number;
  /** Every state that is fewer moves away from the start was walked on. */
  readonly depth: number;
  /** States in which nothing is under way any more, and those of them that look different: these were judged at rest. */
  readonly endings: number;
  readonly judged: number;
  /** States that were reached but not walked on from, since a bound was hit; 0: the walk is complete. */
  readonly frontier: number;
  /** States of single machines, and how often one of these was run through its history again. */
  readonly localStates: number;
  readonly reruns: number;
  /** The first place where each invariant or promise broke; those that broke at the same place together. */
  readonly violations: readonly WalkViolation[];
}

/** A row of the report. */
export interface WalkRow extends WalkResult {
  readonly strategy: string;
  readonly scenario: string;
  readonly faults: WalkedFaults;
  readonly wallSeconds: number;
}
