/** The building blocks of a strategy whose document has one owner at a time. */

export { AuthorityLog } from './authority-log.ts';
export { AuthorityPeer } from './authority-peer.ts';
export { rightRules, type AuthorityRules } from './authority-rules.ts';
export { type AuthorityOptions } from './authority-seat.ts';
