/** Workflow commands, which GitHub shows as annotations. Escaped as the runner unescapes them, so that no name can end one or begin another. */

/** GitHub shows no more of one kind per step. */
const maxShown = 10;

interface Message {
  readonly title: string;
  readonly message: string;
}

/** A line each; where there are more than are shown, the last one says so. */
export function errorCommands(errors: readonly Message[], more: (hidden: number) => string): readonly string[] {
  const shown = errors.length > maxShown ? errors.slice(0, maxShown - 1) : errors;
  const hidden = errors.length - shown.length;
  const lines = shown.map(({ title, message }) => workflowCommand('error', title, message));
  return hidden > 0 ? [...lines, workflowCommand('error', 'and more', more(hidden))] : lines;
}

export function workflowCommand(kind: 'error' | 'warning', title: string, message: string): string {
  return `::${kind} title=${escaped(`lostwrites: ${title}`, /[%\r\n:,]/g)}::${escaped(message, /[%\r\n]/g)}`;
}

function escaped(text: string, special: RegExp): string {
  return text.replaceAll(
    special,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
