/** The options of a judge that is not simulated. */

import type { Command } from 'commander';
import { Option } from 'commander';
import { InputError } from '../input-error.ts';
import { amountOf } from './numbers.ts';

/** `replay`: from a recording, offline. `model` null: the one that was recorded. */
export type JudgeChoice =
  | { readonly kind: 'live'; readonly model: string; readonly maxUsd: number | null; readonly record: string | null }
  | { readonly kind: 'replay'; readonly file: string; readonly model: string | null };

export interface JudgeFlags {
  readonly judge?: 'simulated' | 'openai';
  readonly judgeModel?: string;
  readonly maxUsd?: number;
  readonly record?: string;
  readonly replay?: string;
}

const defaultModel = 'gpt-5-mini';

export function addJudgeOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--judge <who>', 'simulated, or openai: a server of that protocol (default: simulated)').choices([
        'simulated',
        'openai',
      ]),
    )
    .option(
      '--judge-model <name>',
      `the model that judges, with prices as name:in=0.25:out=2; default: ${defaultModel}`,
    )
    .option('--max-usd <dollars>', 'stops before this run spends more', amountOf('US dollars'))
    .option('--record <file>', 'keeps what the model answers, and asks only what is not there yet')
    .option('--replay <file>', 'answers from a recording, offline');
}

/** Null: the simulated one. */
export function judgeChoice({ judge, judgeModel, maxUsd, record, replay }: JudgeFlags): JudgeChoice | null {
  if (replay !== undefined) {
    refuse(
      { '--record': record, '--max-usd': maxUsd },
      (option) => `${option} makes no sense with --replay: it asks nobody`,
    );
    if (judge === 'simulated') throw new InputError('--replay takes the place of --judge openai, not of simulated');
    return { kind: 'replay', file: replay, model: judgeModel ?? null };
  }
  if (judge === 'openai') {
    return { kind: 'live', model: judgeModel ?? defaultModel, maxUsd: maxUsd ?? null, record: record ?? null };
  }
  const live = { '--judge-model': judgeModel, '--max-usd': maxUsd, '--record': record };
  refuse(live, (option) => `${option} is for a model that is really asked: add --judge openai`);
  return null;
}

function refuse(options: Readonly<Record<string, unknown>>, problem: (option: string) => string): void {
  const given = Object.keys(options).find((option) => options[option] !== undefined);
  if (given !== undefined) throw new InputError(problem(given));
}
