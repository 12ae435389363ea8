/** Identities and quantities, branded so that mixing two of them does not compile. */

declare const brand: unique symbol;
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A simulated LLM worker: `a1`, `a2`, ... */
export type AgentId = Brand<string, 'AgentId'>;
/** One participant's copy of the document: the id of its agent, or `hub`. */
export type ReplicaId = Brand<string, 'ReplicaId'>;
export type FieldName = Brand<string, 'FieldName'>;
/** One turn of an agent, the same for all its attempts: `a2.3` is the third turn of agent 2. */
export type TransactionId = Brand<string, 'TransactionId'>;
/** One write of a turn, the same for all its attempts: `a2.3.1` is the first write of that turn. */
export type WriteId = Brand<string, 'WriteId'>;
/** Virtual time or a duration, in whole microseconds. */
export type Micros = Brand<number, 'Micros'>;

export const hubId = 'hub' as ReplicaId;

/** The agent with this position in the plan, counted from 0. */
export function agentAt(index: number): AgentId {
  return `a${String(index + 1)}` as AgentId;
}

/** The replica that an agent works on. */
export function replicaOf(agent: AgentId): ReplicaId {
  return agent as string as ReplicaId;
}

export function field(name: string): FieldName {
  return name as FieldName;
}

export function transactionId(agent: AgentId, turn: number): TransactionId {
  return `${agent}.${String(turn + 1)}` as TransactionId;
}

export function writeId(transaction: TransactionId, index: number): WriteId {
  return `${transaction}.${String(index + 1)}` as WriteId;
}

/** A turn issues at most this many writes, so that write numbers are known before the run. */
export const maxWritesPerTurn = 64;

/** The number of a write among all writes of its agent: rises from turn to turn, the same in every attempt. */
export function writeNumber(turn: number, index: number): number {
  return turn * maxWritesPerTurn + index + 1;
}

export function micros(value: number): Micros {
  return Math.round(value) as Micros;
}

export function seconds(value: number): Micros {
  return Math.round(value * 1_000_000) as Micros;
}

export function milliseconds(value: number): Micros {
  return Math.round(value * 1_000) as Micros;
}
