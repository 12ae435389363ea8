/** Small changes of a right strategy: its hosts and replicas with some of their methods replaced. */

import type { Disk, Host, MergeStrategy, Replica } from '../../src/contract/index.ts';

function alteredHost(host: Host, change: Partial<Host>): Host {
  return {
    self: host.self,
    peers: host.peers,
    schema: host.schema,
    disk: host.disk,
    now: () => host.now(),
    random: () => host.random(),
    send: (to, message) => host.send(to, message),
    after: (delay, task) => host.after(delay, task),
    view: (tx, view) => host.view(tx, view),
    written: (tx) => host.written(tx),
    settle: (tx, outcome) => host.settle(tx, outcome),
    notify: (tx, changed) => host.notify(tx, changed),
    judge: (conflict, done) => host.judge(conflict, done),
    trace: (event) => host.trace(event),
    ...change,
  };
}

function alteredReplica(replica: Replica, change: Partial<Replica>): Replica {
  return {
    begin: (tx) => replica.begin(tx),
    read: (tx, fields) => replica.read(tx, fields),
    write: (tx, writes) => replica.write(tx, writes),
    commit: (tx) => replica.commit(tx),
    receive: (from, message) => replica.receive(from, message),
    sync: () => replica.sync(),
    state: () => replica.state(),
    close: () => replica.close(),
    ...change,
  };
}

/** The strategy with another name, whose hosts and replicas are changed where they are opened. */
export function altered(
  strategy: MergeStrategy,
  name: string,
  change: {
    readonly host?: (host: Host) => Partial<Host>;
    readonly replica?: (replica: Replica, host: Host) => Partial<Replica>;
  },
): MergeStrategy {
  return {
    ...strategy,
    name,
    open: (host) => {
      const seenHost = alteredHost(host, change.host?.(host) ?? {});
      const replica = strategy.open(seenHost);
      return alteredReplica(replica, change.replica?.(replica, host) ?? {});
    },
  };
}

/** A disk that says that a record is durable as soon as it is handed over. */
export function hastyDisk({ disk }: Host): Disk {
  return {
    records: () => disk.records(),
    replace: (records, done) => disk.replace(records, done),
    append: (record, done) => {
      disk.append(record, () => undefined);
      done();
    },
  };
}
