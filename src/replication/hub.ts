/** The building blocks of strategies with a hub: the client, the server, and what a hub's logic is made of. */

export { FieldGate } from './field-gate.ts';
export { hubClient, type HubClientOptions } from './hub-client.ts';
export { HubDocument } from './hub-document.ts';
export { TurnJournal, type Landing } from './hub-journal.ts';
export { hear } from './hub-hearing.ts';
export { HubLink } from './hub-link.ts';
export { tell, versionIn, type Answer, type Basis, type HubMessage, type TurnAsk } from './hub-messages.ts';
export { LockTable, type LockMode } from './lock-table.ts';
export { Mirror } from './hub-mirror.ts';
export { hubServer, type HubLogic } from './hub-server.ts';
export { Session } from './hub-session.ts';
export { ContestedDocument, type FieldRuling, type SettledWrites } from './contested-document.ts';
export { askJudge, combinesObjects, otherValues, type Ruling } from './judging.ts';
export { goTogether, isContested, StandingWrites, type Standing } from './standing-writes.ts';
export { fieldsOf } from './versioned-document.ts';
