/** Messages between machines: log-normal latency, in order on each link. */

import type { Micros, RandomStream, RandomStreams, ReplicaId } from '../contract/index.ts';
import type { Environment } from './environment.ts';
import type { EventLoop } from './event-loop.ts';

interface Link {
  readonly random: RandomStream;
  lastArrival: number;
}

export class Network {
  readonly #loop: EventLoop;
  readonly #streams: RandomStreams;
  readonly #mu: number;
  readonly #sigma: number;
  readonly #links = new Map<ReplicaId, Map<ReplicaId, Link>>();

  constructor(loop: EventLoop, streams: RandomStreams, environment: Environment) {
    this.#loop = loop;
    this.#streams = streams;
    this.#mu = Math.log(environment.networkMedianMicros);
    this.#sigma = environment.networkSigma;
  }

  deliver(from: ReplicaId, to: ReplicaId, arrive: () => void): void {
    const link = this.#link(from, to);
    const latency = Math.round(link.random.logNormal(this.#mu, this.#sigma));
    link.lastArrival = Math.max(link.lastArrival, this.#loop.now + latency);
    this.#loop.schedule((link.lastArrival - this.#loop.now) as Micros, arrive);
  }

  #link(from: ReplicaId, to: ReplicaId): Link {
    let outgoing = this.#links.get(from);
    if (outgoing === undefined) this.#links.set(from, (outgoing = new Map<ReplicaId, Link>()));
    let link = outgoing.get(to);
    if (link === undefined) {
      link = { random: this.#streams.stream(`network/${from}/${to}`), lastArrival: 0 };
      outgoing.set(to, link);
    }
    return link;
  }
}
