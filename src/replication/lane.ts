/** Lanes: leases on sets of fields, kept in a journal that all agents share. */

export { LaneClient, type LaneOptions } from './lane-client.ts';
export { LaneHub } from './lane-hub.ts';
export { laneRules, type LaneRules } from './lane-rules.ts';
