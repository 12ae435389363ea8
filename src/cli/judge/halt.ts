/** Why the judge can't go on. The run stops: whatever it would print would not be what was asked for. */

export class Halt extends Error {
  /** `limit`: the spending limit; what is done counts. `input`: something to be put right first. */
  readonly kind: 'limit' | 'input';

  constructor(kind: Halt['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}
