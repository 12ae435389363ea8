/** The simulated judge. Latency, length and judgement are drawn from its own streams; every output marks it as simulated. */

import type { Conflict, Judge, Judgement, ModelPreset, RandomStream, WriteId } from '../contract/index.ts';
import { drawCall } from '../random/model-calls.ts';

export function firstContender(conflict: Conflict): WriteId {
  const ids = conflict.contenders.map((contender) => contender.id).sort();
  const first = ids[0];
  if (first === undefined) throw new Error('a conflict without contenders was put to the judge');
  return first;
}

/** A judge that is drawn: latency and length by the preset, the answer by its accuracy. */
export function simulatedJudge(preset: ModelPreset): Judge {
  return ({ conflict, at, random, rightChoice }) => {
    const drawn = drawCall(random, preset);
    const { judgement, right } = drawJudgement(preset, random, conflict, rightChoice(conflict));
    return { at, ...drawn, judgement, right };
  };
}

function drawJudgement(
  preset: ModelPreset,
  random: RandomStream,
  conflict: Conflict,
  best: WriteId,
): { readonly judgement: Judgement; readonly right: boolean | null } {
  const draw = random.next();
  if (draw < preset.abstains) return { judgement: { kind: 'abstain' }, right: null };
  const others = conflict.contenders.map((contender) => contender.id).filter((id) => id !== best);
  if (draw < preset.abstains + preset.right || others.length === 0) {
    return { judgement: { kind: 'keep', write: best }, right: true };
  }
  return { judgement: { kind: 'keep', write: random.pick(others) }, right: false };
}
