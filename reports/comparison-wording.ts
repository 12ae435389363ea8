/** What every output of a comparison says of a change, in the same words. */

import type { Comparison, ComparedCell, Excess, Gap, MetricChange, TrialSpec } from '../src/contract/index.ts';
import { plural, replayCommand, whole } from './format.ts';

/** A change or a cell above a limit, as the row of a table. */
export interface Finding {
  readonly metric: string;
  readonly cell: ComparedCell;
  readonly from: string;
  readonly to: string;
  readonly difference: string;
  readonly rules: readonly string[];
  readonly spec: TrialSpec;
  /** What became of the trial to replay. */
  readonly trial: string;
}

/** What breaks a rule. */
export function broken({ changes, excesses }: Comparison): readonly Finding[] {
  return [...changes.filter(({ breaks }) => breaks.length > 0).map(ofChange), ...excesses.map(ofExcess)];
}

/** What breaks no rule. */
export function tolerated({ changes }: Comparison, direction: 'worse' | 'better'): readonly Finding[] {
  return changes.filter((change) => change.breaks.length === 0 && change.direction === direction).map(ofChange);
}

function ofChange({ metric, cell, from, to, breaks, largest }: MetricChange): Finding {
  return {
    metric,
    cell,
    from: exact(from),
    to: exact(to),
    difference: difference(from, to),
    rules: breaks,
    spec: largest.spec,
    trial: `${exact(largest.from)} to ${exact(largest.to)}`,
  };
}

function ofExcess({ metric, cell, value, rule, largest }: Excess): Finding {
  const trial = exact(largest.value);
  return { metric, cell, from: '', to: exact(value), difference: '', rules: [rule], spec: largest.spec, trial };
}

/** Units stand in the names of metrics. What differs must look different: microseconds and millionths of a dollar are shown. */
function exact(value: number): string {
  const [integer = '', fraction] = String(Number(value.toFixed(Math.abs(value) < 1 ? 6 : 3))).split('.');
  const sign = value < 0 ? '-' : '';
  return `${sign}${whole(Math.abs(Number(integer)))}${fraction === undefined ? '' : `.${fraction}`}`;
}

function difference(from: number, to: number): string {
  const amount = `${to > from ? '+' : '-'}${exact(Math.abs(to - from))}`;
  if (from === 0) return amount;
  const percent = (100 * (to - from)) / Math.abs(from);
  const digits = Math.abs(percent) < 9.95 ? 1 : 0;
  return `${amount} (${percent > 0 ? '+' : ''}${percent.toFixed(digits)}%)`;
}

export function replayOf({ after }: Comparison, spec: TrialSpec): string {
  return replayCommand(spec, after.trace?.file ?? null, after.recording);
}

/** The trials to replay, each once, with what changed there. */
export function replays(comparison: Comparison, findings: readonly Finding[]): readonly string[] {
  const byTrial = new Map<string, string[]>();
  for (const { spec, metric, trial } of findings) {
    const command = replayOf(comparison, spec);
    byTrial.set(command, [...(byTrial.get(command) ?? []), `${metric} ${trial}`]);
  }
  return [...byTrial].map(([command, changes]) => `${command}  # ${changes.join(', ')}`);
}

/** One line: what it comes to. */
export function verdictOf(comparison: Comparison): string {
  const { verdict, pairs, cells, excesses, brokenGapRules, uncheckedRules, after } = comparison;
  const where = `${plural(pairs, 'trial')} of ${plural(cells, 'cell')} compared`;
  switch (verdict) {
    case 'broken': {
      const changes = broken(comparison).length - excesses.length;
      const parts = [
        ...(changes > 0 ? [`${plural(changes, 'change')} ${changes === 1 ? 'breaks' : 'break'} a rule`] : []),
        ...(excesses.length > 0 ? [`${plural(excesses.length, 'cell')} above a limit`] : []),
        ...brokenGapRules.map((rule) => `${rule} trials`),
      ];
      return `worse: ${parts.join(', ')} (${where})`;
    }
    case 'undecided': {
      const why = after.partial ? 'the run was stopped before its end' : `not checked: ${uncheckedRules.join(', ')}`;
      return `undecided: ${why} (${where})`;
    }
    case 'kept': {
      const [worse, better] = [tolerated(comparison, 'worse').length, tolerated(comparison, 'better').length];
      if (worse + better === 0) return `as good as before (${where})`;
      return `no rule is broken: ${plural(worse, 'change')} for the worse, ${whole(better)} for the better (${where})`;
    }
  }
}

/** Changes that say neither better nor worse are counted only. */
export function neutralLine({ changes }: Comparison): string | null {
  const neutral = changes.filter(({ direction, breaks }) => direction === 'neither' && breaks.length === 0);
  if (neutral.length === 0) return null;
  const metrics = [...new Set(neutral.map(({ metric }) => metric))];
  return `${plural(neutral.length, 'more change')}, neither better nor worse: ${metrics.join(', ')}`;
}

/** The cells that only one of the runs has: a line for all strategies that lack the same. */
export function gapLines(gaps: readonly Gap[]): readonly string[] {
  const byStrategy = new Map<string, Gap[]>();
  for (const gap of gaps) byStrategy.set(gap.cell.strategy, [...(byStrategy.get(gap.cell.strategy) ?? []), gap]);
  const strategies = new Map<string, string[]>();
  for (const [strategy, own] of byStrategy) {
    const text = gapText(own);
    strategies.set(text, [...(strategies.get(text) ?? []), strategy]);
  }
  return [...strategies].map(([text, names]) => `${names.join(', ')}: ${text}${names.length > 1 ? ' each' : ''}`);
}

function gapText(gaps: readonly Gap[]): string {
  const cut = gaps.filter(({ whole: isWhole }) => !isWhole);
  const trials = cut.reduce((sum, gap) => sum + gap.trials, 0);
  const rest = cut.length === 0 ? [] : [`${plural(trials, 'trial')} of ${plural(cut.length, 'cell')} that both have`];
  return [...namesOf(gaps.filter(({ whole: isWhole }) => isWhole)), ...rest].join('; ');
}

const maxNames = 4;

/** `tally (none, crash)`, by workload. */
function namesOf(gaps: readonly Gap[]): readonly string[] {
  const byWorkload = new Map<string, string[]>();
  for (const { cell } of gaps) byWorkload.set(cell.workload, [...(byWorkload.get(cell.workload) ?? []), cell.faults]);
  if (byWorkload.size > maxNames) return [`${plural(gaps.length, 'cell')} of ${plural(byWorkload.size, 'workload')}`];
  return [...byWorkload].map(([workload, faults]) => `${workload} (${faults.join(', ')})`);
}
