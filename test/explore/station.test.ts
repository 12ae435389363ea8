/** A walk is only worth something if a machine in it does what it does in a trial. */

import { expect, it } from 'vitest';
import {
  agentAt,
  hubId,
  type Attempt,
  micros,
  replicaOf,
  type MergeStrategy,
  type Micros,
  type ReplicaId,
  type StoryEvent,
} from '../../src/contract/index.ts';
import type { Cut } from '../../src/explore/station-machine.ts';
import { Station, type Effects, type Happening } from '../../src/explore/station.ts';
import { createStreams } from '../../src/random/index.ts';
import { occ } from '../../strategies/occ.ts';
import { serial } from '../../strategies/serial.ts';
import { twoPhaseLocking } from '../../strategies/two-phase-locking.ts';
import { planOf, run, turn } from '../support/plans.ts';
import { probe } from '../support/probe-strategy.ts';

const quick = { pauseMicros: 0 as Micros };
const plan = planOf([turn(quick, 'one'), turn(quick, 'two')], [turn(quick, 'three')]);
/** Everything is over before the first round of anti-entropy. */
const hurried = {
  ...plan,
  agents: plan.agents.map((script) => ({
    ...script,
    turns: script.turns.map((each) => ({
      ...each,
      steps: each.steps.map((step) => ({ ...step, thinkMicros: micros(100) })),
    })),
  })),
};
const seed = '4';

class Replayed {
  readonly stations: ReadonlyMap<ReplicaId, Station>;
  readonly #links = new Map<string, Uint8Array[]>();

  constructor(strategy: MergeStrategy) {
    const ids = [...hurried.agents.map(({ agent }) => replicaOf(agent)), hubId];
    const station = (id: ReplicaId): Station =>
      new Station(
        { strategy, plan: hurried, id, peers: ids.filter((other) => other !== id), streams: createStreams(seed) },
        false,
      );
    this.stations = new Map(ids.map((id) => [id, station(id)]));
    for (const id of ids) this.#let(id, { kind: 'boot' });
  }

  follow(event: StoryEvent): void {
    switch (event.kind) {
      case 'begin':
      case 'write':
      case 'commit':
        this.#let(event.machine, { kind: 'agent' });
        break;
      case 'durable':
        this.#let(event.machine, { kind: 'synced' });
        break;
      case 'receive': {
        const message = this.#links.get(`${event.from} ${event.machine}`)?.shift();
        if (message === undefined) throw new Error(`${event.machine} has nothing to receive from ${event.from}`);
        this.#let(event.machine, { kind: 'receive', from: event.from, message });
        break;
      }
      case 'read':
      case 'view':
      case 'think':
      case 'settle':
      case 'notify':
      case 'notice':
      case 'protocol':
      case 'judge':
      case 'give-up':
      case 'fault':
      case 'back':
        break;
    }
  }

  #let(id: ReplicaId, happening: Happening): void {
    const { sent, failure } = this.stations.get(id)!.perform(happening, 0 as Micros, null);
    expect(failure).toBeNull();
    for (const { to, message } of sent) {
      const link = `${id} ${to}`;
      this.#links.set(link, [...(this.#links.get(link) ?? []), message]);
    }
  }
}

it.each([serial, occ, twoPhaseLocking])(
  'machines of $name do in the same order what they do in a trial',
  (strategy) => {
    const history = run(strategy, hurried, [], seed);
    const last = history.story.findLastIndex(({ kind }) => kind === 'settle');
    const replayed = new Replayed(strategy);
    for (const event of history.story.slice(0, last + 1)) replayed.follow(event);
    const attempts = [...replayed.stations.values()].flatMap(({ recorder }) => recorder.attempts);
    const told = ({ tx, views, writes, outcome }: Attempt): string =>
      JSON.stringify([tx.id, tx.attempt, views, writes, outcome]);
    expect(attempts.map(told).sort()).toEqual(history.attempts.map(told).sort());
    expect(attempts.length).toBeGreaterThanOrEqual(3);
    const final = history.finals.find(({ replica }) => replica === hubId)?.state;
    expect(replayed.stations.get(hubId)!.state()).toEqual(final);
  },
);

it('may crash before each message that it sends and before each answer, and not only before it writes to its disk', () => {
  const talkative = probe((host) => ({
    commit: (tx) => {
      for (const word of ['one', 'two']) host.send(replicaOf(agentAt(1)), new TextEncoder().encode(word));
      host.settle(tx, { kind: 'committed' });
    },
  }));
  const ids = hurried.agents.map(({ agent }) => replicaOf(agent));
  const committing = (cut: Cut | null): Effects => {
    const [id, ...peers] = ids as [ReplicaId, ...ReplicaId[]];
    const station = new Station({ strategy: talkative, plan: hurried, id, peers, streams: createStreams(seed) }, false);
    station.perform({ kind: 'boot' }, micros(0), null);
    const stepsToCommit = 6;
    const steps = Array.from({ length: stepsToCommit }, () => station.perform({ kind: 'agent' }, micros(0), cut));
    return steps.find(({ cuts }) => cuts.length > 0) ?? steps.at(-1)!;
  };
  expect(committing(null)).toMatchObject({ cuts: [null, 0, 0], sent: [{}, {}] });
  expect([0, 1, 2].map((before) => committing({ before, kept: 0 }).sent.length)).toEqual([0, 1, 2]);
});
