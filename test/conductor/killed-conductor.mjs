/**
 * Runs a live trial in the folder that it is told, in which a replica stops early and for long, and prints the numbers of its
 * processes as soon as it has. Made to be killed then.
 */

import { execFileSync } from 'node:child_process';
import { runLiveTrial } from '../../dist/src/conductor/index.js';
import { checkpoint, defaultModel } from '../../dist/src/simulator/index.js';
import { lww } from '../../dist/strategies/lww.js';
import { statusRace } from '../../dist/workloads/status-race.js';

const [folder] = process.argv.slice(2);
const stop = { machine: 'a1', trigger: { kind: 'time', atMicros: 1_000 }, fault: { kind: 'busy', stallMicros: 1e9 } };
const profile = { name: 'stop', summary: 'a replica stops', survivable: true, draw: () => [stop] };
const spec = {
  strategy: 'lww',
  workload: 'status-race',
  faults: 'stop',
  seed: 1,
  agents: 2,
  recovery: 'checkpoint',
  model: defaultModel.name,
};
const parts = { strategy: lww, workload: statusRace, profile, model: defaultModel, recovery: checkpoint, story: false };
const entry = new URL('../../dist/program/replica.js', import.meta.url);

function childrenInState() {
  const rows = execFileSync('ps', ['-o', 'pid=,stat=', '--ppid', String(process.pid)])
    .toString()
    .trim()
    .split('\n');
  return rows.map((row) => row.trim().split(/\s+/));
}

setInterval(() => {
  const rows = childrenInState();
  if (!rows.some(([, state]) => state.startsWith('T'))) return;
  console.log(JSON.stringify(rows.map(([id]) => Number(id))));
}, 20);
await runLiveTrial(spec, parts, { scale: 1, transport: 'unix', timeoutSeconds: 60, entry, folder });
