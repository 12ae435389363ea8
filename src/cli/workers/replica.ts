/** The script of a replica's process: its word is the name of the strategy, with knobs. */

// Not by way of the index: it takes a moment to load the stages of a trial, and machines that come back wait for it.
import { serveReplica } from '../../conductor/serve-replica.ts';
import { namedStrategy } from './named-strategy.ts';

const [strategy = ''] = process.argv.slice(2);
await serveReplica(async () => (await namedStrategy(strategy)).value);
