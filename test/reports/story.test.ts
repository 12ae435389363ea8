import { describe, expect, it } from 'vitest';
import {
  field,
  milliseconds,
  seconds,
  type AgentId,
  type History,
  type Micros,
  type ProtocolViolation,
  type ReplicaId,
  type StoryEvent,
  type TransactionId,
  type Write,
  type WriteId,
} from '../../src/contract/index.ts';
import { paintWith, story, storyEnding, type Ending } from '../../reports/index.ts';
import { history, noFates, trialRecord, verdict } from '../support/hand-made.ts';

const paint = paintWith(false);
const status = field('status');
const machine = 'a1' as ReplicaId;
const tx = { id: 'a1.1' as TransactionId, agent: 'a1' as AgentId, turn: 0, attempt: 2 };
const write: Write = {
  id: 'a1.1.1' as WriteId,
  agent: 'a1' as AgentId,
  number: 1,
  attempt: 2,
  field: status,
  kind: 'scalar',
  value: 'draft',
};

type Untimed = StoryEvent extends infer Event
  ? Event extends StoryEvent
    ? Omit<Event, 'at' | 'machine'>
    : never
  : never;

function told(...events: readonly Untimed[]): string {
  const timed = events.map((event) => ({ at: seconds(1.5), machine, ...event }));
  return story(history({ story: timed } satisfies Partial<History>), [], paint);
}

describe('a story', () => {
  it('begins each line with the virtual time and the machine', () => {
    expect(told({ kind: 'commit', tx })).toBe('     1.500 s  a1   asks to commit turn a1.1 (attempt 2)');
  });

  it('tells a violation of an invariant below the event that shows it', () => {
    const event = { kind: 'grant', field: status, holder: tx.agent, token: 7 } as const;
    const other = { ...event, token: 8 } as const;
    const at = seconds(1.5);
    const found: ProtocolViolation = {
      invariant: 'SingleWriter',
      index: 1,
      at,
      replica: machine,
      violation: 'two hold status',
      event: { at, replica: machine, kind: 'reported', event: other },
    };
    const events = [event, other].map((each) => ({ at, machine, kind: 'protocol', event: each }) as const);
    const lines = story(history({ story: events }), [found], paint).split('\n');
    expect(lines.map((line) => line.slice(19))).toEqual([
      'grants status to a1 with token 7',
      'grants status to a1 with token 8',
      'VIOLATES SingleWriter: two hold status',
    ]);
  });

  it('tells who read, thought, wrote and was told what', () => {
    const text = told(
      { kind: 'begin', tx },
      { kind: 'read', tx, fields: [status] },
      {
        kind: 'view',
        tx,
        view: { fields: [{ field: status, kind: 'scalar', value: 'new', author: null }], escalations: [] },
      },
      { kind: 'think', tx, thinkMicros: seconds(13.4) },
      { kind: 'write', tx, writes: [write] },
      { kind: 'settle', tx, outcome: { kind: 'conflict', cause: 'version-mismatch', fields: [status] } },
      { kind: 'settle', tx, outcome: { kind: 'conflict', cause: 'version-mismatch', fields: [] } },
      { kind: 'give-up', transaction: tx.id, reason: 'gave-up-after-conflicts' },
    );
    expect(text.split('\n').map((line) => line.slice(19))).toEqual([
      'begins turn a1.1 (attempt 2)',
      'asks for status',
      'sees status = "new"',
      'thinks for 13.4 s',
      'writes a1.1.1: status = "draft"',
      'is told of turn a1.1 (attempt 2): conflict, version-mismatch on status: it must think again',
      'is told of turn a1.1 (attempt 2): conflict, version-mismatch: it must think again',
      'turn a1.1 ends without success: the agent gave up after too many conflicts',
    ]);
  });

  it('tells which fault struck where, and which message arrived', () => {
    const step = { step: 'append', moment: 'after', nth: 2 } as const;
    const restore = { kind: 'restore', downMicros: seconds(9), backupsBack: 1 } as const;
    const text = told(
      { kind: 'fault', fault: { kind: 'crash', downMicros: seconds(20) }, step, recordsLost: 0 },
      { kind: 'fault', fault: restore, step: null, recordsLost: 3 },
      { kind: 'back', from: 'restore' },
      { kind: 'receive', from: 'a2' as ReplicaId, sentAt: (seconds(1.5) - milliseconds(12)) as Micros, bytes: 40 },
    );
    expect(text.split('\n').map((line) => line.slice(19))).toEqual([
      'FAULT crash, down for 20.0 s, after its 2nd append',
      'FAULT restore from an older backup (3 records taken back), down for 9.00 s',
      'is back after its restore',
      'receives 40 bytes from a2 after 12.0 ms',
    ]);
  });

  it('marks what the model says as simulated', () => {
    const call = {
      at: seconds(1),
      latencyMicros: seconds(2),
      promptTokens: 1_600,
      outputTokens: 23,
      judgement: { kind: 'keep', write: write.id },
      right: true,
    } as const;
    expect(told({ kind: 'judge', call, field: status })).toContain(
      'hears from the model (simulated) about status: keep a1.1.1, which is right (1,623 tokens, 2.00 s)',
    );
  });
});

describe('the end of a story', () => {
  const spec = {
    strategy: 'plain',
    workload: 'talk',
    faults: 'none',
    seed: 4,
    agents: null,
    recovery: 'checkpoint',
    model: 'gpt-5-mini',
  };
  const endOf = (differs: Partial<Ending>): string =>
    storyEnding(
      {
        spec,
        record: trialRecord(),
        verdict: verdict(),
        history: history(),
        trace: null,
        recording: null,
        judge: 'simulated',
        ...differs,
      },
      paint,
    );

  it('says what became of each write, and why', () => {
    const fate = { write, told: 'committed', fate: 'lost', reason: 'nobody has it', torn: true } as const;
    const text = endOf({ verdict: verdict({ fates: [fate], counts: { ...noFates, issued: 1, lost: 1 } }) });
    expect(text).toMatch(/a1\.1\.1: status = "draft" +committed +lost \(torn\) +nobody has it/);
  });

  it('shows what is left for a person, and what was settled', () => {
    const finals = [
      {
        replica: machine,
        state: {
          fields: [],
          escalations: [{ field: status, contenders: [write] }],
          resolutions: [{ field: status, kept: write.id, value: 'draft', discarded: [write], by: 'model' }],
        },
      },
    ] as const;
    const text = endOf({ history: history({ finals }) });
    expect(text).toContain('Open escalations\nstatus: a1.1.1: status = "draft"');
    expect(text).toContain('status: the model (simulated) kept a1.1.1 = "draft", discarded a1.1.1: status = "draft"');
  });

  it('names broken promises with their evidence', () => {
    const brokenPromises = [{ promise: 'converges', evidence: 'a1 and a2 differ' }] as const;
    expect(endOf({ verdict: verdict({ brokenPromises }) })).toContain('PROMISE BROKEN converges: a1 and a2 differ');
    expect(endOf({})).toContain('every promise that is made was kept');
  });

  it('says why a trial is void, and claims nothing else', () => {
    const text = endOf({ record: trialRecord({ failure: 'strategy plain: boom' }), verdict: null });
    expect(text).toContain('The trial is void. strategy plain: boom');
    expect(text).not.toContain('every promise');
  });

  it('ends with the digest and the command that tells it again', () => {
    expect(endOf({})).toMatch(/digest 0123456789abcdef\nagain {2}npm run bench -- replay .* --seed 4$/);
  });
});
