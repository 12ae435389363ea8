/** How reports write numbers, durations, commands and writes, in a terminal as on a page. Numbers stay numbers until here. */

import {
  defaultModelName,
  defaultRecovery,
  type Json,
  type LiveSetup,
  type RunReport,
  type TrialSpec,
  type Write,
} from '../src/contract/index.ts';

/** 1234567 as `1,234,567`. */
export function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share as percent with what the interval can carry: `0`, `0.04`, `12.3`, `100`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value === 100) return String(value);
  if (value < 0.005) return '<0.01';
  if (value < 0.1) return value.toFixed(2);
  return value.toFixed(1);
}

/** Milliseconds in the unit that leaves three digits. */
export function duration(ms: number | null): string {
  if (ms === null) return '-';
  if (ms === 0) return '0';
  if (ms < 1_000) return `${digits(ms)} ms`;
  if (ms < 120_000) return `${digits(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${digits(ms / 60_000)} min` : `${digits(ms / 3_600_000)} h`;
}

function digits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** Averages below ten keep a decimal. */
export function average(sum: number, count: number): string {
  if (count === 0) return '-';
  const value = sum / count;
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : whole(value);
}

/** Null: the model has no published price. */
export function dollars(usd: number | null): string {
  if (usd === null) return '-';
  if (usd === 0) return '0';
  return usd < 0.01 ? '<0.01' : usd.toFixed(2);
}

export function plural(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** What to type to see a trial of this run: told event by event, or run again where its processes were real. */
export function commandFor({ live, trace, measured }: RunReport, spec: TrialSpec): string {
  if (live !== undefined) return liveCommand(spec, live);
  return replayCommand(spec, trace?.file ?? null, measured.judge?.file ?? null);
}

/** What to type to see this trial told event by event. */
export function replayCommand(spec: TrialSpec, trace: string | null, recording: string | null): string {
  const words = specWords(spec);
  if (trace !== null) words.push('--trace', trace);
  if (recording !== null) words.push('--replay', recording);
  return `npm run bench -- replay ${words.map(shellWord).join(' ')}`;
}

function liveCommand(spec: TrialSpec, { timeScale, transport }: LiveSetup): string {
  const words = [...specWords(spec), '--seeds', '1', '--time-scale', String(timeScale), '--transport', transport];
  return `npm run bench -- live ${words.map(shellWord).join(' ')}`;
}

function specWords({ strategy, workload, faults, seed, agents, recovery, model }: TrialSpec): string[] {
  const words = ['--strategy', strategy, '--workload', workload, '--faults', faults, '--seed', String(seed)];
  if (agents !== null) words.push('--agents', String(agents));
  if (recovery !== defaultRecovery) words.push('--recovery', recovery);
  if (model !== defaultModelName) words.push('--model', model);
  return words;
}

/** Quoted for a POSIX shell where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A write with its value: `a1.1.2: status = "draft"`. */
export function writeText(write: Write): string {
  return `${write.id}: ${changeText(write)}`;
}

function changeText(write: Write): string {
  const { field } = write;
  switch (write.kind) {
    case 'scalar':
      return `${field} = ${jsonText(write.value)}`;
    case 'grow_set':
    case 'append_text':
      return `${field} += ${jsonText(write.value)}`;
    case 'counter':
      return write.value < 0 ? `${field} -= ${String(-write.value)}` : `${field} += ${String(write.value)}`;
    case 'text': {
      const inserted = write.value.edits.reduce((sum, edit) => sum + edit.inserted.length, 0);
      const deleted = write.value.edits.reduce((sum, edit) => sum + edit.deleted, 0);
      return `${field}: ${whole(inserted)} characters typed, ${whole(deleted)} deleted`;
    }
  }
}

/** A value, cut after 80 characters. */
export function jsonText(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
