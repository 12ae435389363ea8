/** Bugs that replicas that merge really had: each is a small change of the right strategy. */

import type { Host, Json, MergeStrategy, WriteId } from '../../src/contract/index.ts';
import {
  crdtDocument,
  crdtFields,
  currentSlots,
  gossiping,
  registerField,
  type CrdtField,
  type CrdtPlace,
  type Identity,
  type Slot,
} from '../../src/replication/index.ts';
import { loro, loroLibrary } from '../../strategies/loro.ts';
import { clocks, createLwwMerge, lww } from '../../strategies/lww.ts';
import { yjs, yjsLibrary } from '../../strategies/yjs.ts';
import { altered, hastyDisk } from '../support/altered.ts';

/** Tells its agent that a turn is safe before it is on the disk. */
export const acknowledgesBeforeTheDisk = altered(loro, 'acknowledges-before-the-disk', {
  host: (host) => ({ disk: hastyDisk(host) }),
});

/** Of two equal timestamps the one that arrives later wins. */
export const tieBrokenByArrival: MergeStrategy = {
  ...lww,
  name: 'tie-broken-by-arrival',
  open: (host) =>
    gossiping(host, () => createLwwMerge(host, clocks.logical(host), (one, other) => one.time >= other.time)),
};

/** Comes back from a backup with the id that it had before, and numbers its changes anew from there. */
const oldId = (host: Host): Identity => 1 + host.peers.filter((peer) => peer < host.self).length;

export const loroWithOldId: MergeStrategy = {
  ...loro,
  name: 'loro-with-old-id',
  open: (host) => gossiping(host, (identity) => crdtDocument(host, loroLibrary(oldId(host)), identity)),
};

export const yjsWithOldId: MergeStrategy = {
  ...yjs,
  name: 'yjs-with-old-id',
  open: (host) => gossiping(host, (identity) => crdtDocument(host, yjsLibrary(oldId(host)), identity)),
};

/** When two replicas add one element, it stands there twice. */
export const setAsList: MergeStrategy = {
  ...loro,
  name: 'set-as-list',
  open: (host) =>
    gossiping(host, (identity) =>
      crdtDocument(host, loroLibrary(identity), identity, { ...crdtFields, grow_set: listedSet }),
    ),
};

function listedSet({ library, field, container }: CrdtPlace): CrdtField {
  const elements = (): readonly { value: Json; author: WriteId }[] =>
    library.items(container).map((item) => JSON.parse(item) as { value: Json; author: WriteId });
  return {
    content: () => ({ field, kind: 'grow_set', elements: elements() }),
    write: (write) => {
      if (write.kind !== 'grow_set') return;
      const present = new Set(elements().map(({ value }) => JSON.stringify(value)));
      for (const value of write.value.filter((element) => !present.has(JSON.stringify(element)))) {
        library.push(container, JSON.stringify({ value, author: write.id }));
      }
    },
    learn: (known) => known,
    note: () => undefined,
  };
}

/** Whoever overwrites what it has read contends with it. */
export const registerWithoutCausality: MergeStrategy = {
  ...loro,
  name: 'register-without-causality',
  open: (host) =>
    gossiping(host, (identity) =>
      crdtDocument(host, loroLibrary(identity), identity, {
        ...crdtFields,
        scalar: (place) => registerField(place, newestOfEveryAgent),
      }),
    ),
};

const newestOfEveryAgent = (slots: readonly Slot[]): readonly Slot[] =>
  currentSlots(slots.map(({ write }) => ({ write, known: new Map() })));
