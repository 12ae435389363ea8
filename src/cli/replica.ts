/** The script of a replica's process: its words are the name of the strategy, with knobs, and that of the replica. */

import { serveReplica } from '../conductor/index.ts';
import { Catalogue } from './workers/catalogue.ts';

const [strategy = ''] = process.argv.slice(2);
await serveReplica(async () => (await new Catalogue(null).strategy(strategy)).value);
