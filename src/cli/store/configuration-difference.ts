/** What differs between two runs that should be one, by name. */

import diff from 'microdiff';
import type { RunFacts, Shard } from '../../contract/index.ts';

export interface Configured {
  readonly facts: RunFacts;
  /** Null: it isn't known. */
  readonly code: string | null;
}

const shown = 5;

/** One sentence each; none if they are parts of one run. Which shard they are makes no difference here. */
export function differencesBetween(there: Configured, here: Configured): readonly string[] {
  const found = diff(comparable(there.facts), comparable(here.facts)).map((difference) => {
    const place = difference.path.join('.');
    switch (difference.type) {
      case 'CREATE':
        return `${place} is missing there`;
      case 'REMOVE':
        return `${place} is only there`;
      case 'CHANGE':
        return `${place} is ${JSON.stringify(difference.oldValue)} there and ${JSON.stringify(difference.value)} here`;
    }
  });
  if (there.code !== null && here.code !== null && there.code !== here.code) {
    found.push('the program, or a module that is named, has changed');
  }
  if (found.length === 0 && there.facts.configuration !== here.facts.configuration) {
    found.push('strategies, workloads or faults stand in another order');
  }
  return found.length <= shown ? found : [...found.slice(0, shown), `and ${String(found.length - shown)} more`];
}

/** The same, where it has to be the same shard, too. */
export function allDifferencesBetween(there: Configured, here: Configured): readonly string[] {
  const [found, wanted] = [shardText(there.facts.shard), shardText(here.facts.shard)];
  const others = differencesBetween(there, here);
  return found === wanted ? others : [...others, `it is ${found} there and ${wanted} here`];
}

function shardText(shard: Shard | null): string {
  return shard === null ? 'the whole run' : `shard ${String(shard.index)} of ${String(shard.count)}`;
}

/** Parts by their names and not by their positions: what is missing has to be said by name. */
function comparable({ version, suite, inputs, trace }: RunFacts): Record<string, unknown> {
  const { strategies, workloads, faults, ...rest } = suite;
  return {
    version,
    suite: {
      ...rest,
      strategies: Object.fromEntries(strategies.map((each) => [each.label, each])),
      workloads: Object.fromEntries(workloads.map((each) => [each.label, each])),
      faults: Object.fromEntries(faults.map((each) => [each.name, each])),
    },
    inputs,
    trace: trace === null ? null : trace.sha256,
  };
}
