/** Strategies and workloads that live outside the package: the default export of a JavaScript module. */

import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { MergeStrategy, Workload } from '../../contract/index.ts';
import { InputError, messageOf } from '../input-error.ts';
import { problemsIn } from '../problems.ts';

const someFunction = z.custom<(...parameters: never[]) => unknown>(
  (value) => typeof value === 'function',
  'expected a function',
);
const someText = z.string('expected a text').min(1, 'expected a text that is not empty');
const name = someText.regex(/^[\w-]+$/, 'expected letters, digits, - and _');
const faultScope = z.union([z.literal('survivable'), z.array(z.string())]);
const scope = z.union(
  [z.literal(false), faultScope, z.object({ faults: faultScope, given: z.literal('right-judgements') })],
  "expected false, 'survivable', a list of fault profiles, or one of these as faults with given: 'right-judgements'",
);
const wholeNumber = z.int('expected a whole number').min(1, 'expected 1 or more');
const finite = z.number('expected a number');

const knob = z.discriminatedUnion(
  'kind',
  [
    z.object({ kind: z.literal('choice'), summary: someText, default: z.string(), values: z.array(z.string()) }),
    z.object({
      kind: z.literal('number'),
      summary: someText,
      default: finite,
      min: finite,
      max: finite,
      whole: z.boolean('expected true or false'),
    }),
    z.object({ kind: z.literal('switch'), summary: someText, default: z.boolean('expected true or false') }),
  ],
  "expected a knob of kind 'choice', 'number' or 'switch'",
);

const configurable = { knobs: z.record(z.string(), knob).optional(), configure: someFunction.optional() };

const strategySchema = z.object({
  name,
  summary: someText,
  layout: z.enum(['peers', 'hub'], "expected 'peers' or 'hub'"),
  promises: z.object(
    {
      converges: scope,
      keepsCommittedWrites: scope,
      keepsRefusedOut: scope,
      exactlyOnce: scope,
      allOrNothing: scope,
      escalatesTruly: scope,
      serializable: scope,
      serialInRankOrder: scope,
      neverWaits: scope,
    },
    'expected a scope for each promise',
  ),
  canary: z.boolean('expected true or false').optional(),
  reclaims: z.boolean('expected true or false').optional(),
  ...configurable,
  open: someFunction,
});

const workloadSchema = z.object({
  name,
  summary: someText,
  conflict: someText,
  contended: z.boolean('expected true or false'),
  agents: z
    .object({ default: wholeNumber, min: wholeNumber, max: wholeNumber }, 'expected default, min and max')
    .refine((range) => range.min <= range.default && range.default <= range.max, 'expected min <= default <= max'),
  ...configurable,
  plan: someFunction,
  exercised: someFunction,
  invariants: z.array(
    z.object({ name: someText, violation: someFunction }, 'expected an invariant'),
    'expected a list of invariants',
  ),
});

export async function importStrategy(source: string): Promise<MergeStrategy> {
  return checked(source, 'strategy', strategySchema, await importDefault(source, 'strategy')) as MergeStrategy;
}

export async function importWorkload(source: string): Promise<Workload> {
  return checked(source, 'workload', workloadSchema, await importDefault(source, 'workload')) as Workload;
}

/** The exported value itself is kept, not a copy: it may be an object with a prototype. */
function checked(source: string, what: string, schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return value;
  throw new InputError(`the default export of ${source} is not a ${what}: ${problemsIn(parsed.error).join('; ')}`);
}

async function importDefault(source: string, what: string): Promise<unknown> {
  const url = urlOf(source);
  const path = fileURLToPath(url);
  if (!existsSync(path)) throw new InputError(`${what} ${source}: there is no such file`);
  if (!statSync(path).isFile()) throw new InputError(`${what} ${source}: this is not a file`);
  if (/\.[cm]?tsx?$/.test(path)) {
    throw new InputError(`${what} ${source}: this is TypeScript; compile it and name the JavaScript file`);
  }
  const module = await importModule(url, source, what);
  if (!('default' in module)) {
    const exported = Object.keys(module).sort().join(', ');
    const found = exported === '' ? 'it exports nothing' : `it exports ${exported}`;
    throw new InputError(`${what} ${source}: there is no default export (${found})`);
  }
  return module['default'];
}

async function importModule(url: URL, source: string, what: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(url.href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const message = `${nameOf(error)}${messageOf(error)}`.replaceAll(/\s+/g, ' ');
    throw new InputError(`${what} ${source} cannot be loaded: ${message}${placeOf(error, fileURLToPath(url))}`);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ` : '';
}

/** A syntax error doesn't say where it is; Node's own check of the file does: `file:///dir/mine.js:3`. */
function placeOf(error: unknown, path: string): string {
  if (!(error instanceof SyntaxError)) return '';
  const { stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' });
  const place = /^\S+:\d+$/m.exec(stderr);
  return place === null ? '' : ` (${place[0]})`;
}

function urlOf(source: string): URL {
  if (!source.startsWith('file:')) return pathToFileURL(resolve(source));
  try {
    return new URL(source);
  } catch {
    throw new InputError(`'${source}' is not a file URL`);
  }
}
