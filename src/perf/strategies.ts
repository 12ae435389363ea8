/** The strategies that can be run here, each with the package that it stands for. */

import { unavailable, withPackage } from '../cli/workers/optional-package.ts';
import { strategies as registered } from '../../strategies/index.ts';

export const strategies = await Promise.all(
  registered.filter((strategy) => unavailable(strategy) === null).map(withPackage),
);
