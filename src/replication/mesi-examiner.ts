/** Whether what a turn has worked with is still so: a turn for which it isn't must not write, and is told why. */

import type { AgentId, FieldName, Outcome, RefusalCause } from '../contract/index.ts';
import type { MesiContents } from './mesi-contents.ts';
import type { CopyClaim, MesiDirectory } from './mesi-directory.ts';
import type { MesiAsk, TurnClaim } from './mesi-messages.ts';
import { fieldsOf, rejectedMisfit } from './versioned-document.ts';

/** What makes the protocol safe. Each can be left out, to show what it is good for. */
export interface MesiRules {
  /** `preempt`: whoever asks last is granted the field, though another turn has reserved it. */
  readonly acquire: 'wait' | 'preempt';
  /** Whoever doesn't hold the grant must have worked with the newest version. */
  readonly checksVersions: boolean;
  /** What somebody had or knew before a reclaim counts for nothing. */
  readonly fence: boolean;
  /** Whoever was reclaimed is granted the field again only after another look at it. */
  readonly readsAgain: boolean;
}

export class MesiExaminer {
  readonly #rules: MesiRules;
  readonly #directory: MesiDirectory;
  readonly #contents: MesiContents;

  constructor(rules: MesiRules, directory: MesiDirectory, contents: MesiContents) {
    this.#rules = rules;
    this.#directory = directory;
    this.#contents = contents;
  }

  /** Why the turn can't have what it asks for, or null. */
  refusal(agent: AgentId, ask: MesiAsk): Outcome | null {
    const doubtful = this.#doubtful(agent, ask);
    return (
      this.#misfit(ask) ??
      this.#fenced(agent, ask, doubtful) ??
      this.#stale(doubtful) ??
      conflict('unread-overwrite', this.#unread(agent, ask))
    );
  }

  /** Whoever holds the field can't have missed a version of it. Without a fence, nobody notices that a grant was reclaimed. */
  holds(agent: AgentId, claim: CopyClaim): boolean {
    if (claim.token === null) return false;
    const isLive = this.#directory.token(agent, claim.field) === claim.token;
    return isLive || (!this.#rules.fence && this.#directory.fence(agent, claim) !== null);
  }

  #misfit(ask: MesiAsk): Outcome | null {
    const misfit = ask.kind === 'commit' ? ask.writes.find((write) => !this.#contents.accepts(write)) : undefined;
    return misfit === undefined ? null : rejectedMisfit(misfit);
  }

  /** What is only read can't do any harm. */
  #fenced(agent: AgentId, ask: MesiAsk, doubtful: readonly TurnClaim[]): Outcome | null {
    if (!this.#rules.fence || ask.kind === 'read' || doubtful.length === 0) return null;
    const written = ask.kind === 'commit' ? fieldsOf(ask.writes) : ask.fields;
    for (const claim of doubtful) {
      const fence = written.includes(claim.field) ? this.#directory.fence(agent, claim) : null;
      if (fence !== null) return conflict(fence.cause, [claim.field]);
    }
    return null;
  }

  #stale(doubtful: readonly TurnClaim[]): Outcome | null {
    if (!this.#rules.checksVersions) return null;
    const stale = doubtful.filter(({ field, version }) => version !== this.#directory.version(field));
    return conflict(
      'version-mismatch',
      stale.map(({ field }) => field),
    );
  }

  /** What the turn has worked with without holding it. */
  #doubtful(agent: AgentId, { kind, claims }: MesiAsk): readonly TurnClaim[] {
    const isExempt = (field: FieldName): boolean =>
      !this.#rules.readsAgain && kind === 'write' && this.#directory.slot(agent, field) !== null;
    return claims.filter((claim) => !this.holds(agent, claim) && !isExempt(claim.field));
  }

  /** A value that the agent has neither seen nor written itself would be lost without anybody knowing. */
  #unread(agent: AgentId, ask: MesiAsk): readonly FieldName[] {
    return overwritten(ask).filter((field) => {
      const { author } = this.#contents.newest(field);
      return author !== null && author !== agent;
    });
  }
}

/** Scalars that the turn replaces though its agent wasn't shown them. */
function overwritten(ask: MesiAsk): readonly FieldName[] {
  switch (ask.kind) {
    case 'read':
      return [];
    case 'write':
      return ask.overwrites;
    case 'commit': {
      const shown = new Set(ask.claims.filter((claim) => claim.shown).map(({ field }) => field));
      return fieldsOf(ask.writes.filter(({ kind, field }) => kind === 'scalar' && !shown.has(field)));
    }
  }
}

function conflict(cause: RefusalCause, fields: readonly FieldName[]): Outcome | null {
  return fields.length === 0 ? null : { kind: 'conflict', cause, fields };
}
