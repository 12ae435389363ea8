/** The process of one replica in a live trial: finds the strategy that its conductor names, and serves it. */

import { serveReplica } from '../conductor/index.ts';
import { Catalogue } from './workers/catalogue.ts';

await serveReplica(async () => {
  const [name = ''] = process.argv.slice(2);
  return (await new Catalogue(null).strategy(name)).value;
});
