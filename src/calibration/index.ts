/** Published results, the trials that are compared with them, and how far they are apart. */

export { casesOf, compare, compareSuite, missing, protocolsOf, trialsOfCase, trialsOfSuite } from './compare.ts';
export { suiteAgents, suiteFittedTo, suiteWorkloads } from './suite.ts';
