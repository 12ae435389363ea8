/**
 * Two agents publish releases, and a release is a pair: the plan and the manifest must name the same revision. Half of the
 * turns write both at once, half write one, think, and write the other; which one comes first is drawn.
 */

import { canonicalJson, field, type Workload, type WorkloadInvariant, type WriteDraft } from '../src/contract/index.ts';
import { firstViolation, scalarsWereWritten } from '../src/document/invariants.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { scalarIn } from '../src/document/scalar-value.ts';
import { draftScripts, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const plan = field('plan');
const manifest = field('manifest');
const pair = [plan, manifest] as const;
const turns = 3;

function publish({ agent, turn, random }: TurnPlace): readonly Intent[] {
  const revision = `${agent}, release ${String(turn + 1)}`;
  const drafts = random.shuffle(pair).map((name): WriteDraft => ({ field: name, kind: 'scalar', value: revision }));
  if (random.chance(0.5)) return [{ reads: pair, write: () => drafts }];
  return drafts.map((draft, step) => ({ reads: step === 0 ? pair : [], write: () => [draft] }));
}

/** A pair that an open escalation is about is not mixed: whoever reads it is warned. */
const oneRevision: WorkloadInvariant = {
  name: 'plan and manifest carry one revision',
  violation: ({ finals }) =>
    firstViolation(finals, ({ fields, escalations }) => {
      if (escalations.some((escalation) => pair.some((name) => name === escalation.field))) return null;
      const [planned, listed] = pair.map((name) => canonicalJson(scalarIn(fields, name) ?? null));
      return planned === listed ? null : `the plan is of ${String(planned)}, the manifest of ${String(listed)}`;
    }),
};

export const tornPair: Workload = {
  name: 'torn-pair',
  summary: 'two agents publish releases: plan and manifest must carry the same revision',
  conflict: 'both agents publish at the same time, and write plan and manifest in different orders',
  contended: true,
  agents: { default: 2, min: 2, max: 64 },
  plan: (setting) => ({
    schema: {
      fields: [
        { field: plan, kind: 'scalar', meaning: 'the revision that the plan describes; must be that of the manifest' },
        { field: manifest, kind: 'scalar', meaning: 'the revision that the manifest lists; must be that of the plan' },
      ],
    },
    agents: draftScripts(setting, turns, publish),
    rightChoice: latestWrite,
  }),
  exercised: ({ byField }) => pair.every((name) => (byField.get(name) ?? 0) > 0),
  invariants: [scalarsWereWritten, oneRevision],
};
