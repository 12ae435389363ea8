/** What happened in one event of a trial, in one sentence. */

import type {
  Fault,
  FieldName,
  FieldState,
  Judgement,
  JudgeSource,
  ModelCall,
  NoticeTaken,
  Outcome,
  ProtocolEvent,
  StoryEvent,
  Transaction,
  TurnEnd,
  View,
} from '../src/contract/index.ts';
import { duration, jsonText, plural, writeText } from './wording.ts';

export function eventSentence(event: StoryEvent, judge: JudgeSource): string {
  switch (event.kind) {
    case 'begin':
      return `begins turn ${attemptText(event.tx)}`;
    case 'read':
      return `asks for ${listed(event.fields)}`;
    case 'view':
      return `sees ${viewText(event.view)}`;
    case 'think':
      return `thinks for ${duration(event.thinkMicros / 1_000)}`;
    case 'write':
      return `writes ${event.writes.map(writeText).join('; ')}`;
    case 'commit':
      return `asks to commit turn ${attemptText(event.tx)}`;
    case 'settle':
      return `is told of turn ${attemptText(event.tx)}: ${outcomeText(event.outcome)}`;
    case 'notify':
      return `hears that ${listed(event.fields)} changed since it read`;
    case 'notice':
      return noticeText(event.taken);
    case 'give-up':
      return `turn ${event.transaction} ends without success: ${endText(event.reason)}`;
    case 'receive': {
      const travel = duration((event.at - event.sentAt) / 1_000);
      return `receives ${plural(event.bytes, 'byte')} from ${event.from} after ${travel}`;
    }
    case 'durable':
      return `has ${plural(event.records, 'record')} safe on disk`;
    case 'fault':
      return faultText(event);
    case 'back':
      return event.from === 'busy' ? 'goes on after its stall' : `is back after its ${event.from}`;
    case 'judge':
      return `hears from the model (${judge}) about ${event.field}: ${callText(event.call)}`;
    case 'protocol':
      return protocolText(event.event);
  }
}

function attemptText({ id, attempt }: Transaction): string {
  return attempt === 1 ? id : `${id} (attempt ${String(attempt)})`;
}

function listed(fields: readonly FieldName[]): string {
  return fields.length === 0 ? 'nothing' : fields.join(', ');
}

function viewText({ fields, escalations }: View): string {
  const parts = fields.map(stateText);
  for (const { field, contenders } of escalations) {
    parts.push(`an open escalation on ${field} (${contenders.map(writeText).join('; ')})`);
  }
  return parts.length === 0 ? 'nothing there yet' : parts.join(', ');
}

function stateText(state: FieldState): string {
  switch (state.kind) {
    case 'scalar':
      return `${state.field} = ${jsonText(state.value)}${state.author === null ? '' : ` (by ${state.author})`}`;
    case 'grow_set':
      return `${state.field} = ${jsonText(state.elements.map((element) => element.value))}`;
    case 'append_text':
      return `${state.field} with ${plural(state.lines.length, 'line')}`;
    case 'counter':
      return `${state.field} = ${String(state.value)}`;
    case 'text':
      return `${state.field} (text)`;
  }
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'committed':
      return 'committed';
    case 'escalated':
      return `escalated (${outcome.writes.join(', ')})`;
    case 'conflict':
      return `conflict, ${outcome.cause}${placeOf(outcome.fields)}: it must think again`;
    case 'rejected':
      return `rejected, ${outcome.cause}: ${outcome.reason}`;
  }
}

/** An attempt that is refused as a whole names no field. */
function placeOf(fields: readonly FieldName[]): string {
  return fields.length === 0 ? '' : ` on ${listed(fields)}`;
}

function noticeText({ tx, fields, matters, misjudged, repaired, takesMicros }: NoticeTaken): string {
  const judged = matters !== misjudged ? 'it matters' : 'it does not matter';
  const wrongly = misjudged ? ' (wrongly)' : '';
  const writes = repaired === 0 ? '' : `, ${String(repaired)} of its writes made anew`;
  return `judges what is new in ${listed(fields)} for turn ${tx.id}, ${duration(takesMicros / 1_000)}: ${judged}${wrongly}${writes}`;
}

function endText(reason: TurnEnd['end']): string {
  switch (reason) {
    case 'done':
      return 'done';
    case 'rejected':
      return 'it was rejected';
    case 'gave-up-after-conflicts':
      return 'the agent gave up after too many conflicts';
    case 'gave-up-after-crashes':
      return 'the agent gave up after too many restarts';
    case 'livelocked':
      return 'its agent went round in circles with others and let it be';
    case 'forgotten':
      return 'the agent came back and knew nothing of it';
    case 'unfinished':
      return 'the run ended first';
  }
}

function faultText({ fault, step, recordsLost }: Extract<StoryEvent, { kind: 'fault' }>): string {
  const moment = step === null ? '' : `, ${step.moment} its ${ordinal(step.nth)} ${step.step}`;
  return `FAULT ${whatStruck(fault, recordsLost)}${moment}`;
}

function whatStruck(fault: Fault, recordsLost: number): string {
  switch (fault.kind) {
    case 'crash':
      return `crash, down for ${duration(fault.downMicros / 1_000)}`;
    case 'busy':
      return `busy, stalls for ${duration(fault.stallMicros / 1_000)}`;
    case 'restore': {
      const loss = recordsLost === 0 ? 'nothing is taken back' : `${plural(recordsLost, 'record')} taken back`;
      return `restore from an older backup (${loss}), down for ${duration(fault.downMicros / 1_000)}`;
    }
  }
}

function ordinal(value: number): string {
  const lastTwo = value % 100;
  const suffixes = ['th', 'st', 'nd', 'rd'];
  const suffix = lastTwo >= 11 && lastTwo <= 13 ? 'th' : (suffixes[value % 10] ?? 'th');
  return `${String(value)}${suffix}`;
}

function callText({ judgement, right, latencyMicros, promptTokens, outputTokens }: ModelCall): string {
  const verdict = right === null ? '' : right ? ', which is right' : ', which is wrong';
  const cost = `${plural(promptTokens + outputTokens, 'token')}, ${duration(latencyMicros / 1_000)}`;
  return `${judgementText(judgement)}${verdict} (${cost})`;
}

function judgementText(judgement: Judgement): string {
  switch (judgement.kind) {
    case 'keep':
      return `keep ${judgement.write}`;
    case 'combine':
      return `combine them into ${jsonText(judgement.value)}`;
    case 'abstain':
      return 'it abstains';
    case 'failed':
      return `no answer, ${judgement.failure}`;
  }
}

function protocolText(event: ProtocolEvent): string {
  switch (event.kind) {
    case 'grant':
      return `grants ${event.field} to ${event.holder} with token ${String(event.token)}`;
    case 'release':
      return `${event.holder} releases ${event.field}, token ${String(event.token)}`;
    case 'reclaim':
      return `reclaims ${event.field} from ${event.holder}: ${event.trigger}`;
    case 'heartbeat':
      return `takes note that ${event.holder} was alive at ${duration(event.at / 1_000)}`;
    case 'slot':
      return event.trigger === null
        ? `forgets that ${event.field} was taken from ${event.holder}`
        : `remembers that ${event.field} was taken from ${event.holder}: ${event.trigger}`;
    case 'accept': {
      const token = event.token === null ? '' : ` with token ${String(event.token)}`;
      return `accepts version ${String(event.version)} of ${event.field} by ${event.holder}${token}`;
    }
    case 'transition':
      return `state ${String(event.sequence)}: ${event.field} of ${event.agent} from ${event.from} to ${event.to} (${event.trigger})`;
    case 'recovered':
      return `reads its disk: ${plural(event.grants.length, 'grant')}, ${plural(event.versions.length, 'field')} with a version`;
    case 'epoch': {
      const standing = event.active ? 'active' : 'not active';
      return `owner ${event.owner} at epoch (${String(event.major)}, ${String(event.generation)}), ${standing}`;
    }
    case 'doubt':
      return `doesn't know whether the authority has reached ${event.target}: nobody may write`;
    case 'settled':
      return `knows again who has the authority, by ${event.by}`;
    case 'checkpoint':
      return checkpointText(event);
    case 'rank':
      return `puts ${event.tx} at rank ${String(event.rank)}`;
    case 'replay':
      return `puts a write of ${event.tx} to ${event.field} below others: undoes ${String(event.undone)} and makes them again`;
  }
}

function checkpointText({ action, transaction }: Extract<ProtocolEvent, { kind: 'checkpoint' }>): string {
  switch (action) {
    case 'written':
      return `has a checkpoint of turn ${String(transaction)} on its disk`;
    case 'cleared':
      return `clears the checkpoint of turn ${String(transaction)}`;
    case 'set-aside':
      return 'sets a checkpoint aside that it cannot read, and asks for its work again';
  }
}
