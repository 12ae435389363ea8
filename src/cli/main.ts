#!/usr/bin/env node
/** The entry: arguments in, exit code out. */

import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { availableParallelism } from 'node:os';
import { paintWith, shellWord } from '../../reports/index.ts';
import { parseArguments, type CliCommand } from './arguments.ts';
import { compareResults } from './compare.ts';
import { compareFigures } from './compare-measured.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { explore } from './explore.ts';
import { InputError, messageOf } from './input-error.ts';
import { live } from './live.ts';
import { merge } from './merge.ts';
import { packageVersion } from './package-facts.ts';
import { replay } from './replay.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import type { Terminal } from './terminal.ts';
import { sweep } from './sweep.ts';

const terminal: Terminal = {
  paint: paintWith(wantsColours()),
  print: (text) => writeAll(process.stdout.fd, text),
  complain: (text) => writeAll(process.stderr.fd, `${text}\n`),
  progress: process.stderr,
  onInterrupt: (stop, abandon) => {
    let isAsked = false;
    const interrupt = (): void => {
      if (isAsked) {
        abandon();
        process.exit(exitCodes.undecided);
      }
      isAsked = true;
      stop();
    };
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    return () => process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  },
};

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<ExitCode> {
  try {
    const around = { version: packageVersion(), cores: availableParallelism(), print: terminal.print };
    return await perform(parseArguments(words, around), words);
  } catch (error) {
    if (error instanceof InputError) {
      terminal.complain(`error: ${error.message}`);
      return exitCodes.badInput;
    }
    terminal.complain(`error: lostwrites itself failed: ${messageOf(error)}`);
    return exitCodes.undecided;
  }
}

async function perform(command: CliCommand, words: readonly string[]): Promise<ExitCode> {
  switch (command.kind) {
    case 'run':
      return run(command, typedCommand(words), terminal);
    case 'sweep':
      return sweep(command, typedCommand(words), terminal);
    case 'live':
      return live(command, typedCommand(words), terminal);
    case 'merge':
      return merge(command, typedCommand(words), terminal);
    case 'report':
      return report(command, terminal);
    case 'compare':
      return compareResults(command, terminal);
    case 'compare-measured':
      return compareFigures(command, terminal);
    case 'explore':
      return explore(command, terminal);
    case 'replay':
      return replay(command, terminal);
    case 'calibrate': {
      // Loads every strategy, as below.
      const { calibrate } = await import('./calibrate.ts');
      return calibrate(command, typedCommand(words), terminal);
    }
    case 'list': {
      // Loads every strategy with its library, which no other command needs in this thread.
      const { list } = await import('./list.ts');
      return list(command, terminal);
    }
    case 'shown':
      return exitCodes.kept;
  }
}

function typedCommand(words: readonly string[]): string {
  return words.length === 0 ? 'npm run bench' : `npm run bench -- ${words.map(shellWord).join(' ')}`;
}

/** No colour codes into a pipe, unless they are asked for (no-color.org, force-color.org). */
function wantsColours(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return isatty(process.stdout.fd);
}

/** A pipe may take less than all at a time. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') continue;
      // Whoever read the output has closed it: there is nobody left to tell.
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(exitCodes.undecided);
      throw error;
    }
  }
}
