/** Where real systems have gone wrong. The right rules are the only ones that a strategy uses; tests break one at a time. */

export interface AuthorityRules {
  /** What a source does about a move that was sent and not confirmed. */
  readonly ambiguous: 'halt' | 'try-next';
  /** Whether a replica that may have lost the authority asks for evidence before it takes it back, or takes what it sent. */
  readonly recovery: 'by-evidence' | 'unasked';
  /** Where a replica that opens begins. */
  readonly opening: 'from-disk' | 'from-zero';
}

export const rightRules: AuthorityRules = { ambiguous: 'halt', recovery: 'by-evidence', opening: 'from-disk' };
