/** How long the agents of a plan would take if nobody ever waited. */

import type { AgentScript, Micros, Plan } from '../contract/index.ts';

/** Virtual microseconds of the longest script: its pauses and its thinking. */
export function horizonOf(plan: Plan): Micros {
  return Math.max(0, ...plan.agents.map(durationOf)) as Micros;
}

function durationOf(script: AgentScript): number {
  let total = 0;
  for (const turn of script.turns) {
    total += turn.pauseMicros;
    for (const step of turn.steps) total += step.thinkMicros;
  }
  return total;
}
