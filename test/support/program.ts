/** What the build has made of the command line. */

import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** From the root of the repository, or of a copy of it. */
export const programPath = 'dist/program/main.js';

export const program = join(root, programPath);
