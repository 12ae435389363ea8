/** The operations of a batch, told apart as the stock store does. */

import type {
  GetOperation,
  ListNamespacesOperation,
  Operation,
  PutOperation,
  SearchOperation,
} from '@langchain/langgraph-checkpoint';

/** What is asked of all items rather than of one. */
export type Inquiry = SearchOperation | ListNamespacesOperation;

export function isGet(operation: Operation): operation is GetOperation {
  return 'key' in operation && !('value' in operation);
}

export function isPut(operation: Operation): operation is PutOperation {
  return 'key' in operation && 'value' in operation;
}

export function isInquiry(operation: Operation): operation is Inquiry {
  return !('key' in operation);
}
