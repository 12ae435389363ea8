/** How far a run is, on the standard error: one line that is rewritten on a terminal, a line now and then in a pipe. */

export interface Progress {
  advance(): void;
  end(): void;
}

const terminalEveryMs = 100;
const pipeEveryMs = 3_000;

/** `what` is planned, in the plural. */
export function showProgress(what: string, planned: number, stream: NodeJS.WriteStream, quiet: boolean): Progress {
  const isTerminal = stream.isTTY;
  const startedAt = performance.now();
  let done = 0;
  let shownAt = startedAt;
  return {
    advance: () => {
      done += 1;
      const now = performance.now();
      if (quiet || now - shownAt < (isTerminal ? terminalEveryMs : pipeEveryMs)) return;
      shownAt = now;
      const line = progressLine(what, done, planned, (now - startedAt) / 1_000);
      stream.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    },
    end: () => {
      if (!quiet && isTerminal) stream.write('\r\u001b[K');
    },
  };
}

function progressLine(what: string, done: number, planned: number, seconds: number): string {
  const rate = done / Math.max(seconds, 0.001);
  const left = (planned - done) / rate;
  const percent = Math.floor((100 * done) / planned);
  return `${String(done)} of ${String(planned)} ${what} (${String(percent)} %), ${rate.toFixed(rate < 10 ? 1 : 0)}/s, about ${left.toFixed(0)} s left`;
}
