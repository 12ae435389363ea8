/** How a trial ended: what became of each write and why, what is left for a person, and what was promised. */

import type {
  DocumentState,
  Escalation,
  History,
  JudgeSource,
  Resolution,
  TrialRecord,
  TrialSpec,
  Verdict,
  WriteFate,
} from '../src/contract/index.ts';
import { drawTable, duration, jsonText, replayCommand, whole, writeText, type Column, type Paint } from './format.ts';

export interface Ending {
  readonly spec: TrialSpec;
  readonly record: TrialRecord;
  /** Null if the trial is void. */
  readonly verdict: Verdict | null;
  readonly history: History | null;
  readonly trace: string | null;
  /** A recording that the judgements came from or went to. */
  readonly recording: string | null;
  readonly judge: JudgeSource;
}

export function storyEnding({ spec, record, verdict, history, trace, recording, judge }: Ending, paint: Paint): string {
  const { result } = record;
  const parts: string[] = [];
  if (result.failure !== null) parts.push(paint.red(`The trial is void. ${result.failure}`));
  if (verdict !== null) {
    parts.push(`${paint.bold('What became of each write')}\n${fateTable(verdict.fates, paint)}`);
    parts.push(...openMatters(history?.finals[0]?.state, judge, paint));
    parts.push(summary(verdict, record, paint));
  }
  parts.push(
    `digest ${result.digest === '' ? 'none' : result.digest}\nagain  ${replayCommand(spec, trace, recording)}`,
  );
  return parts.join('\n\n');
}

const columns: readonly Column[] = [
  { title: 'write', align: 'left' },
  { title: 'told', align: 'left' },
  { title: 'fate', align: 'left' },
  { title: 'why', align: 'left' },
];

function fateTable(fates: readonly WriteFate[], paint: Paint): string {
  const rows = fates.map(({ write, told, fate, torn, reason }) => [
    writeText(write),
    told,
    `${fateColour(fate, paint)(fate)}${torn ? ' (torn)' : ''}`,
    reason,
  ]);
  return drawTable(columns, [rows], paint);
}

function fateColour(fate: WriteFate['fate'], paint: Paint): (text: string) => string {
  switch (fate) {
    case 'lost':
    case 'phantom':
      return paint.red;
    case 'escalated':
    case 'resolved':
    case 'indeterminate':
      return paint.yellow;
    case 'survived':
    case 'superseded':
    case 'rejected':
      return String;
  }
}

function openMatters(state: DocumentState | undefined, judge: JudgeSource, paint: Paint): readonly string[] {
  if (state === undefined) return [];
  const open = state.escalations.map(escalationText);
  const settled = state.resolutions.map((resolution) => resolutionText(resolution, judge));
  return [
    ...(open.length === 0 ? [] : [`${paint.bold('Open escalations')}\n${open.join('\n')}`]),
    ...(settled.length === 0 ? [] : [`${paint.bold('Resolutions')}\n${settled.join('\n')}`]),
  ];
}

function escalationText({ field, contenders }: Escalation): string {
  return `${field}: ${contenders.map(writeText).join('; ')}`;
}

function resolutionText({ field, kept, value, discarded, by }: Resolution, judge: JudgeSource): string {
  const settler = by === 'model' ? `the model (${judge})` : 'a person';
  const choice = kept === null ? `combined into ${jsonText(value)}` : `kept ${kept} = ${jsonText(value)}`;
  return `${field}: ${settler} ${choice}, discarded ${discarded.map(writeText).join('; ')}`;
}

function summary(verdict: Verdict, { result }: TrialRecord, paint: Paint): string {
  const { escalations, attribution, brokenInvariants, brokenPromises } = verdict;
  const lines = [
    `result reached: ${verdict.outcome}; lost ${whole(verdict.counts.lost)} of ${whole(result.committed)} committed`,
    result.settled ? `at rest ${duration(result.convergenceMs)} after the last agent` : 'it did not come to rest',
    verdict.converged ? 'all replicas hold the same state' : paint.red('the replicas hold different states'),
    `escalations: ${whole(escalations.raised)} raised, ${whole(escalations.true)} true, ` +
      `${whole(escalations.false)} false, ${whole(escalations.missed)} missed`,
    `${whole(verdict.duplicates)} duplicates; ${whole(attribution.wrong)} of ${whole(attribution.surviving)} surviving writes misattributed`,
    `the promised conflict ${verdict.exercised ? 'occurred' : 'did not occur'}`,
    ...brokenInvariants.map(({ name, violation }) => paint.yellow(`INVARIANT ${name}: ${violation}`)),
    ...brokenPromises.map(({ promise, evidence }) => paint.red(`PROMISE BROKEN ${promise}: ${evidence}`)),
  ];
  for (const { invariant, atMs, violation } of result.protocolViolations) {
    lines.push(paint.red(`INVARIANT VIOLATED ${invariant} at ${duration(atMs)}: ${violation}`));
  }
  if (brokenPromises.length === 0) lines.push(paint.green('every promise that is made was kept'));
  return lines.join('\n');
}
