/** The user's mistake, said in a sentence that also says what would be right. Exit code 2, and never a stack trace. */
export class InputError extends Error {}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
