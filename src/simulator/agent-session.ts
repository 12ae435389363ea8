/** What the recovery of an agent may see and do. */

import type { AgentScript } from '../contract/index.ts';
import type { AgentFiles } from './recovery/agent-files.ts';
import type { Session } from './recovery/policy.ts';
import type { Neighbourhood, Residence } from './residence.ts';
import type { TurnBoard } from './turn-board.ts';

interface SessionParts extends Neighbourhood {
  readonly script: AgentScript;
  readonly machine: Residence;
  readonly files: AgentFiles;
  readonly board: TurnBoard;
}

export function sessionOf({ script, files, machine, recorder, loop, board }: SessionParts): Session {
  return {
    agent: script.agent,
    files,
    now: () => loop.now,
    after: (delay, task) => machine.schedule(delay, { kind: 'agent' }, task),
    hasEnded: (transaction) => board.hasEnded(transaction),
    report: (event) => {
      recorder.report(machine.id, event);
    },
  };
}
