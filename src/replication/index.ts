/** Building blocks of strategies. */

export * from './authority.ts';
export * from './bytes.ts';
export * from './codec.ts';
export * from './crdt-document.ts';
export * from './crdt-field.ts';
export * from './crdt-fields.ts';
export * from './crdt-library.ts';
export * from './gossip.ts';
export * from './hub.ts';
export * from './lane.ts';
export * from './merge.ts';
export * from './mesi.ts';
export * from './opaque-fields.ts';
export * from './rank.ts';
export * from './register.ts';
export * from './whole-document.ts';
