/** An explicit-state model checker over the code that runs: every interleaving of a small scenario, with a fault at every point. */

export { scenarios, type Scenario } from './scenarios.ts';
export { walk, type WalkInput } from './walk.ts';
