/** What a replica answered, told to the agent on its machine. */

import type { AgentEars } from '../contract/index.ts';
import type { Answer } from './messages.ts';

export function deliver(answer: Answer, ears: AgentEars): void {
  switch (answer.kind) {
    case 'view':
      ears.view(answer.tx, answer.view);
      break;
    case 'written':
      ears.written(answer.tx);
      break;
    case 'settle':
      ears.settle(answer.tx, answer.outcome);
      break;
    case 'notify':
      ears.notify(answer.tx, answer.changed);
      break;
  }
}
