/**
 * Published results, as data. Each case names the trials that are compared with it, by the names of the command line. Its
 * number is what the source prints; what was fitted to which says its role.
 */

import type { CalibrationRole, CalibrationRow, TrialResult } from '../contract/index.ts';

export interface CalibrationCase {
  readonly source: string;
  readonly quantity: string;
  readonly unit: CalibrationRow['unit'];
  readonly published: number;
  readonly role: CalibrationRole;
  readonly tolerance: number;
  readonly note: string | null;
  readonly strategy: string;
  readonly workload: string;
  /** Null: as many as the workload is made for. */
  readonly agents: number | null;
  /** The mean is taken over so many. */
  readonly seeds: number;
  measure(trial: TrialResult): number | null;
}

/** Times may deviate by so much. */
const nearly = 0.1;
const exactly = 0;

const coAgent = 'CoAgent (arXiv 2606.15376), canary case';
const arithmetic = 'arithmetic';
const agentSync = 'AgentSync, its README';

const makespanSeconds = (trial: TrialResult): number => trial.makespanMs / 1_000;
const lostWrites = ({ fates }: TrialResult): number => fates.lost;
const refusals = (trial: TrialResult): number => Object.values(trial.refusals).reduce((sum, count) => sum + count, 0);
const wrong = ({ brokenInvariants }: TrialResult): number => (brokenInvariants.length === 0 ? 0 : 100);

function canary(strategy: string, published: number, role: CalibrationRole, note: string | null): CalibrationCase {
  return {
    source: coAgent,
    quantity: `${strategy}: until both are done`,
    unit: 's',
    published,
    role,
    tolerance: nearly,
    note,
    strategy,
    workload: 'canary',
    agents: null,
    seeds: 10,
    measure: makespanSeconds,
  };
}

function canaryWrong(strategy: string, published: number): CalibrationCase {
  const quantity = `${strategy}: wrong results`;
  return { ...canary(strategy, published, 'checked', null), quantity, unit: '%', tolerance: exactly, measure: wrong };
}

const canaryCases: readonly CalibrationCase[] = [
  canary('lww', 31.8, 'fitted', 'naive; the length of the longer script'),
  canary('two-phase-locking', 53.1, 'fitted', 'gives the time of the canary write, 21.1 s, which is not published'),
  canary('serial', 50.2, 'checked', null),
  canary('occ', 63.7, 'checked', null),
  canary('mtpo', 32.8, 'checked', null),
  canaryWrong('lww', 100),
  canaryWrong('two-phase-locking', 0),
  canaryWrong('serial', 0),
  canaryWrong('occ', 0),
];

/** N agents want one slot at the same instant, and each thinks for the same time. */
function race(strategy: string, agents: number, quantity: string, published: number): CalibrationCase {
  return {
    source: arithmetic,
    quantity: `${strategy}, ${agents === 1 ? '1 agent' : `${String(agents)} agents`}: ${quantity}`,
    unit: '',
    published,
    role: 'checked',
    tolerance: exactly,
    note: null,
    strategy,
    workload: 'slot-race',
    agents,
    seeds: 10,
    measure: lostWrites,
  };
}

const patient = 'occ:maxRetries=20';

/** N agents, one of them gets in per round. */
function rounds(agents: number): readonly CalibrationCase[] {
  const tolerance = agents > 4 ? nearly : exactly;
  const note = agents > 4 ? 'pauses after many refusals are longer than some think times: rounds come apart' : null;
  const attempts = race(patient, agents, 'attempts, N (N + 1) / 2', (agents * (agents + 1)) / 2);
  const conflicts = race(patient, agents, 'conflicts, N (N - 1) / 2', (agents * (agents - 1)) / 2);
  return [
    { ...attempts, tolerance, note, measure: (trial) => trial.attempts },
    { ...conflicts, tolerance, note, measure: refusals },
  ];
}

const arithmeticCases: readonly CalibrationCase[] = [
  ...[1, 2, 4, 8].map((agents) => race('lww', agents, 'lost, N - 1', agents - 1)),
  ...[2, 4, 8].map((agents) => race('crdt-cell', agents, 'lost, N - 1', agents - 1)),
  ...[2, 4, 8].flatMap(rounds),
];

function synced(
  workload: string,
  strategy: string,
  quantity: string,
  published: number,
  differs: Partial<CalibrationCase> = {},
): CalibrationCase {
  return {
    source: agentSync,
    quantity: `${workload}, ${strategy}: ${quantity}`,
    unit: '',
    published,
    role: 'checked',
    tolerance: exactly,
    note: null,
    strategy,
    workload,
    agents: null,
    seeds: 10,
    measure: lostWrites,
    ...differs,
  };
}

const agentSyncCases: readonly CalibrationCase[] = [
  synced('clean-merge', 'lww', 'lost', 3, {
    role: 'information',
    note: 'it counts 2 tags and 1 line; these are 2 writes, which is what we count',
  }),
  synced('clean-merge', 'loro', 'lost', 0),
  synced('clean-merge', 'llm-transactional', 'lost', 0),
  synced('semantic-conflict', 'lww', 'lost', 0, {
    role: 'information',
    note: 'it counts elements that are missing, so not the status that another one replaced unseen; we do',
  }),
  synced('semantic-conflict', 'loro', 'escalations', 1, { measure: ({ escalations }) => escalations.raised }),
  synced('semantic-conflict', 'loro', 'commit', 0.7, {
    role: 'information',
    unit: 'ms',
    note: 'measured there, without a disk; virtual here, an fsync of 2 ms',
    measure: ({ latencyMs }) => latencyMs.p50,
  }),
  synced('semantic-conflict', 'llm-transactional', 'model calls', 1, { measure: ({ modelCalls }) => modelCalls }),
  synced('semantic-conflict', 'llm-transactional', 'slowest commit', 308, {
    role: 'information',
    unit: 'ms',
    note: 'there a fixed 150 ms, once per replica; here one call with the latency of the model',
    measure: ({ latencyMs }) => latencyMs.max,
  }),
];

export const calibrationCases: readonly CalibrationCase[] = [...canaryCases, ...arithmeticCases, ...agentSyncCases];
