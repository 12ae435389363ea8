import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  agentAt,
  field,
  hubId,
  replicaOf,
  type DocumentState,
  type MergeStrategy,
  type Schema,
} from '../../src/contract/index.ts';
import { canonicalState } from '../../src/document/canonical-state.ts';
import { strategies } from '../../strategies/index.ts';
import { LiveMachine } from '../support/live-machine.ts';

const [notes, owner] = [field('notes'), field('owner')];
const schema: Schema = {
  fields: [
    { field: notes, kind: 'append_text', meaning: 'what was found' },
    { field: owner, kind: 'scalar', meaning: 'who works on it' },
  ],
};
const agents = 3;
const turns = 3;

let folder = '';
let machines: LiveMachine[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-live-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true });
});

async function openAll(strategy: MergeStrategy, transport: 'unix' | 'tcp'): Promise<void> {
  const replicas = Array.from({ length: agents }, (_, index) => replicaOf(agentAt(index)));
  if (strategy.layout === 'hub') replicas.push(hubId);
  machines = replicas.map((self) => new LiveMachine({ strategy, self, replicas, schema, folder, transport }));
  for (const machine of machines) await machine.open();
  await Promise.all(machines.map(({ network }) => network.connected()));
}

async function closeAll(): Promise<void> {
  for (const machine of machines.splice(0)) await machine.close();
}

/** Also those that wait for a person: an escalation may put a whole turn aside. */
function standingLines({ fields, escalations }: DocumentState): string[] {
  const merged = fields.flatMap((shown) => (shown.kind === 'append_text' ? shown.lines : []));
  const aside = escalations.flatMap(({ contenders }) => contenders);
  return [
    ...merged.map(({ value }) => value),
    ...aside.flatMap((write) => (write.kind === 'append_text' ? write.value : [])),
  ].sort();
}

/** Rounds of anti-entropy until all show the same, and what that is. */
async function agreement(): Promise<string> {
  for (;;) {
    for (const machine of machines) machine.sync();
    await pause(5);
    const shown = new Set(machines.map((machine) => canonicalState(machine.state())));
    if (shown.size === 1) return [...shown][0]!;
  }
}

async function work(machine: LiveMachine): Promise<string[]> {
  const lines: string[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const line = `${machine.self} was here in turn ${String(turn)}`;
    const outcome = await machine.turn(turn, [notes, owner], () => [
      { field: notes, kind: 'append_text', value: [line] },
      { field: owner, kind: 'scalar', value: machine.self },
    ]);
    if (outcome.kind === 'committed' || outcome.kind === 'escalated') lines.push(line);
  }
  return lines;
}

const ofInterest = ['lww', 'loro', 'yjs', 'occ', 'mesi-lease', 'serial'];
const cases = strategies
  .filter(({ name }) => ofInterest.includes(name))
  .map((strategy, index) => ({ strategy, name: strategy.name, transport: index % 2 === 0 ? 'unix' : 'tcp' }) as const);

it.each(cases)(
  '$name runs on real files and $transport sockets, and comes back from its files',
  async ({ strategy, transport }) => {
    await openAll(strategy, transport);
    const acknowledged = (await Promise.all(machines.slice(0, agents).map(work))).flat();
    const before = await agreement();
    await closeAll();

    await openAll(strategy, transport);
    expect(machines.every(({ disk }) => disk.damage === null && disk.tornBytes === 0)).toBe(true);
    expect(await agreement()).toBe(before);
    expect(acknowledged.length).toBeGreaterThan(0);
    if (strategy.promises.keepsCommittedWrites !== false) {
      const standing = machines.map((machine) => standingLines(machine.state()));
      expect(standing).toContainEqual([...acknowledged].sort());
    }
  },
);
