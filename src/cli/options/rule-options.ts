/** `--fail-on`: what fails a comparison. */

import type { Command } from 'commander';
import { defaultRules, parseRule, type Rule } from '../../comparison/index.ts';
import { gauges } from '../../metrics/index.ts';
import { InputError } from '../input-error.ts';
import { unknownName } from './nearest.ts';
import { collect } from './suite-options.ts';

export interface RuleFlags {
  readonly failOn?: string[];
}

const option = '--fail-on';

export function addRuleOption(command: Command): Command {
  return command.option(
    `${option} <rule>`,
    'METRIC:+N or METRIC:+P% (worse by more, in a cell), METRIC>N, missing, new; repeatable; default: ' +
      'whatever is lost, doubled, broken or asked of people more than before; latencyMs.p99:+5% blockedMs:+5%',
    collect,
  );
}

/** Rules about metrics take the place of the default ones, which `default` adds again. Throws {@link InputError}. */
export function rulesOf({ failOn = [] }: RuleFlags): readonly Rule[] {
  const given = failOn.flatMap((text): readonly Rule[] => (text === 'default' ? defaultRules : [ruleOf(text)]));
  return given.some((rule) => 'metric' in rule) ? given : [...defaultRules, ...given];
}

function ruleOf(text: string): Rule {
  const parsed = parseRule(text);
  if ('rule' in parsed) return parsed.rule;
  switch (parsed.wrong) {
    case 'metric':
      throw unknownName(
        `metric in ${option} ${text}`,
        parsed.metric,
        gauges.map(({ name }) => name),
      );
    case 'direction':
      throw new InputError(
        `${option} ${text}: ${parsed.metric} is neither better nor worse; a limit would be ${parsed.metric}>N`,
      );
    case 'form':
      throw new InputError(
        `${option} ${text}: expected METRIC:+N, METRIC:+P%, METRIC>N, missing, new or default, as in lost:+0 or blockedMs:+5%`,
      );
  }
}
