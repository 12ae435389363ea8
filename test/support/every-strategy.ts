/** The strategies that there are, each with the package that it stands for. */

import { withPackage } from '../../src/cli/workers/optional-package.ts';
import { strategies as registered } from '../../strategies/index.ts';

export const strategies = await Promise.all(registered.map(withPackage));
