import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { compare, defaultRules, fromBaseline, toBaseline, TrialTable, type Rule } from '../../src/comparison/index.ts';
import type { ComparedRun, Comparison, TrialResult } from '../../src/contract/index.ts';
import {
  baselineJson,
  baselineJsonSchema,
  baselineOf,
  baselineSchema,
  comparisonAnnotations,
  comparisonJson,
  comparisonJsonSchema,
  comparisonMarkdown,
  comparisonSchema,
  comparisonText,
  flawOf,
  paintWith,
} from '../../reports/index.ts';
import { comparedRun, losing } from '../support/hand-made.ts';
import { hostileTexts } from '../support/hostile.ts';

function runOf(rows: readonly TrialResult[], differs: Partial<ComparedRun> = {}): Parameters<typeof compare>[0] {
  const trials = new TrialTable();
  for (const row of rows) trials.add(row);
  return { run: comparedRun(differs), trials };
}

const lost = (count: number, seed: number, differs: Partial<TrialResult> = {}): TrialResult =>
  losing(count, 9, { seed, ...differs }).result;

const before = [lost(1, 1, { blockedMs: 1_200 }), lost(0, 2), lost(2, 1, { faults: 'crash', usd: 0.5 }), lost(0, 9)];
const after = [
  lost(1, 1, { blockedMs: 1_200.5, grants: 2 }),
  lost(3, 2),
  lost(2, 1, { faults: 'crash', usd: 0.25 }),
  lost(0, 1, { workload: 'new' }),
];

function compared(rules: readonly Rule[] = defaultRules, differs: Partial<ComparedRun> = {}): Comparison {
  return compare(runOf(before, { source: 'old.json' }), runOf(after, { source: 'new.json', ...differs }), rules);
}

const valid = (schema: string, text: string): boolean => {
  const validate = new Ajv2020({ strictTypes: false, strictTuples: false }).compile(JSON.parse(schema) as object);
  const isValid = validate(JSON.parse(text));
  expect(validate.errors).toBeNull();
  return isValid;
};
const published = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../reports/${name}.schema.json`, import.meta.url), 'utf8'));

describe('a comparison in the terminal', () => {
  const text = comparisonText(compared(), paintWith(false));
  const line = (start: string): readonly string[] =>
    text
      .split('\n')
      .find((each) => each.startsWith(start))
      ?.split(/ {2,}/) ?? [];

  it('names cell, metric, numbers, trial, rule and command of what got worse', () => {
    expect(line('lost ')).toEqual(['lost', 'plain', 'talk', 'none', '1', '4', '+3 (+300%)', '2', '0 to 3', 'lost:+0']);
    const replay = 'npm run bench -- replay --strategy plain --workload talk --faults none --seed 2  # lost 0 to 3';
    expect(text).toContain(replay);
  });

  it('puts worse before better before new and missing, and ends with the verdict', () => {
    const order = ['Breaks a rule', 'Worse, within the rules', 'Better', 'Only in the earlier', 'Only in the later'];
    const places = [...order, 'worse: 1 change breaks a rule (3 trials of 2 cells compared)'].map((part) =>
      text.indexOf(part),
    );
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    expect(places).not.toContain(-1);
    expect(line('plain: ')).toEqual(['plain: 1 trial of 1 cell that both have']);
    expect(text).toContain('plain: new (none)');
  });

  it('shows differences that are smaller than what one reads', () => {
    expect(line('blockedMs').slice(4)).toEqual(['1,200', '1,200.5', '+0.5 (+0.0%)', '1', '1,200 to 1,200.5']);
    expect(line('usd').slice(4, 7)).toEqual(['0.5', '0.25', '-0.25 (-50%)']);
  });

  it('counts what is neither better nor worse', () => {
    expect(text).toContain('neither better nor worse: survived, grants');
  });

  it('is one verdict where nothing has changed', () => {
    const same = compare(runOf(before), runOf(before), []);
    expect(comparisonText(same, paintWith(false)).split('\n').at(-1)).toBe(
      'as good as before (4 trials of 2 cells compared)',
    );
  });
});

describe('a comparison in files', () => {
  it('gives programs every change with its command', () => {
    const text = comparisonJson(compared());
    expect(valid(comparisonJsonSchema(), text)).toBe(true);
    const { verdict, changes, new: added } = comparisonSchema.parse(JSON.parse(text));
    expect([verdict, added.length]).toEqual(['broken', 1]);
    expect(changes[0]).toMatchObject({
      metric: 'lost',
      from: 1,
      to: 4,
      breaks: ['lost:+0'],
      largest: { seed: 2, from: 0 },
    });
    expect(changes.every(({ largest }) => largest.replay.startsWith('npm run bench -- replay '))).toBe(true);
  });

  it('gives a job a table, and a line per change that breaks a rule', () => {
    expect(comparisonMarkdown(compared())).toContain('| `lost` | `plain` | `talk` | `none` | 1 | 4 | ');
    const lines = comparisonAnnotations(compared()).trimEnd().split('\n');
    expect(lines).toEqual([
      '::error title=lostwrites%3A lost%3A plain on talk under none::1 to 4 (lost:+0), seed 2: 0 to 3%0A' +
        'npm run bench -- replay --strategy plain --workload talk --faults none --seed 2',
    ]);
  });

  it('says of missing trials and of rules that could not be checked that they are', () => {
    const rules: readonly Rule[] = [{ kind: 'missing', text: 'missing' }];
    expect(comparisonAnnotations(compared(rules))).toContain('title=lostwrites%3A missing trials::plain: 1 trial');
    const stopped = compare(runOf(before), runOf(before, { partial: true }), defaultRules);
    expect(comparisonAnnotations(stopped)).toContain('::warning title=lostwrites%3A comparison::undecided');
  });

  it.each(hostileTexts)('shows hostile names as text: %j', (text) => {
    const named = (name: string): Comparison => {
      const names = { strategy: name, workload: name, faults: name };
      const source = { source: name, version: name };
      return compare(runOf([lost(0, 1, names)]), runOf([lost(1, 1, names)], source), defaultRules);
    };
    const elements = (comparison: Comparison): readonly string[] =>
      [...marked.parse(comparisonMarkdown(comparison), { async: false }).matchAll(/<[^>]*>/g)].map(([tag]) => tag);
    expect(elements(named(text))).toEqual(elements(named('plain')));
    expect(comparisonAnnotations(named(text)).split('\n')).toHaveLength(2);
  });

  it('has published schemas that are up to date', () => {
    expect(published('comparison')).toEqual(JSON.parse(comparisonJsonSchema()));
    expect(published('baseline')).toEqual(JSON.parse(baselineJsonSchema()));
  });
});

describe('the baseline file', () => {
  const baseline = toBaseline(runOf(before, { canaries: ['plain'] }));
  const text = baselineJson(baseline);

  it('holds what it was made from, a line per cell', () => {
    expect(valid(baselineJsonSchema(), text)).toBe(true);
    expect(baselineOf(baselineSchema.parse(JSON.parse(text)))).toEqual(baseline);
    expect(text.trimEnd().split('\n')).toHaveLength(1 + baseline.cells.length + 1);
    const read = fromBaseline(baselineOf(baselineSchema.parse(JSON.parse(text))), 'b.json');
    expect(compare(read, runOf(before), defaultRules)).toMatchObject({ changes: [], pairs: 4, verdict: 'kept' });
  });

  it('is refused where its columns are not those of its metrics and seeds', () => {
    const file = baselineSchema.parse(JSON.parse(text));
    expect(flawOf(file)).toBeNull();
    expect(flawOf({ ...file, metrics: ['lost'] })).toBe('cells.0.columns: there are 1 metrics');
    const [first] = file.cells;
    const short = { ...first!, columns: first!.columns.with(3, [1, 2]) };
    expect(flawOf({ ...file, cells: [short] })).toBe('cells.0.columns.3: there are 3 seeds');
  });
});
