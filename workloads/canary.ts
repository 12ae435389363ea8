/**
 * CoAgent's canary case (arXiv 2606.15376): one agent repairs a bad image while another copies the current image into a
 * canary. They write different fields, so nothing is lost; but each decides by what the other one changes. Whoever starts
 * the canary after the repair copies the repaired image, and whoever repairs after the canary has started recalls it. If
 * neither sees the other, the canary runs the bad image and nobody knows: write skew.
 *
 * The times are CoAgent's: the repair takes 18.4 s and is written after 15.7 s, the canary takes 31.8 s. When the canary is
 * written isn't published; 21.1 s is what follows from 53.1 s under two-phase locking, where the younger agent loses its
 * work in the deadlock at that time and needs 31.8 s anew.
 */

import {
  agentAt,
  equalJson,
  field,
  type AgentScript,
  type FieldName,
  type Json,
  type Micros,
  type Setting,
  type Step,
  type View,
  type Workload,
  type WorkloadInvariant,
  type WriteDraft,
} from '../src/contract/index.ts';
import { firstViolation } from '../src/document/invariants.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { scalarIn } from '../src/document/scalar-value.ts';
import { thinkFor } from '../src/random/think-time.ts';

const image = field('image');
const canary = field('canary');

const bad = 'web 1.0';
const repaired = 'web 1.1';
const noCanary = 'not started';

/** An image, and the image that canaries must no longer run. */
interface Image {
  readonly [key: string]: Json;
  readonly version: string;
  readonly recalls: string | null;
}

const badImage: Image = { version: bad, recalls: null };

type Action = (view: View) => readonly WriteDraft[];
const nothing: Action = () => [];

type Act = Pick<Step, 'reads' | 'write'> & { readonly thinkSeconds: number };

function act(thinkSeconds: number, reads: readonly FieldName[], write: Action): Act {
  return { thinkSeconds, reads, write };
}

const repairActs: readonly Act[] = [
  act(7.9, [image], nothing),
  act(7.8, [canary], (view) => {
    const recalls = scalarIn(view.fields, canary) === bad ? bad : null;
    return [{ field: image, kind: 'scalar', value: { version: repaired, recalls } }];
  }),
  act(2.7, [], nothing),
];

const canaryActs: readonly Act[] = [
  act(4, [canary], nothing),
  act(11.2, [image], nothing),
  act(1, [], nothing),
  act(4.9, [], (view) => {
    const { version } = (scalarIn(view.fields, image) ?? badImage) as Image;
    return [{ field: canary, kind: 'scalar', value: version }];
  }),
  act(10.7, [], nothing),
];

/** The repair begins first: it must be the older one wherever age decides. */
function scripts({ random, model }: Setting): readonly AgentScript[] {
  return [repairActs, canaryActs].map((acts, seat) => {
    const steps = acts.map(({ thinkSeconds, ...rest }): Step => ({ ...rest, ...thinkFor(thinkSeconds, model) }));
    const jitter = random.stream(`agent/${agentAt(seat)}/turn/1/time`).below(10_000);
    return { agent: agentAt(seat), turns: [{ pauseMicros: (seat * 90_000 + jitter) as Micros, steps }] };
  });
}

/** What any serial order of any of the two turns leaves: image and canary. */
const serialOutcomes: readonly (readonly [Image, string])[] = [
  [badImage, noCanary],
  [badImage, bad],
  [{ version: repaired, recalls: null }, noCanary],
  [{ version: repaired, recalls: null }, repaired],
  [{ version: repaired, recalls: bad }, bad],
];

const asInSomeOrder: WorkloadInvariant = {
  name: 'image and canary are as in some serial order',
  violation: ({ finals }) =>
    firstViolation(finals, ({ fields }) => {
      const [current, running] = [scalarIn(fields, image), scalarIn(fields, canary)];
      if (current === undefined || running === undefined) return null;
      const isSerial = serialOutcomes.some(([one, other]) => equalJson(one, current) && other === running);
      if (isSerial) return null;
      return `the canary is ${JSON.stringify(running)} while the image is ${JSON.stringify(current)}`;
    }),
};

export const canaryCase: Workload = {
  name: 'canary',
  summary: "CoAgent's case: one agent repairs a bad image while another copies it into a canary",
  conflict: 'each agent reads what the other one writes, and neither has seen the other',
  contended: false,
  agents: { default: 2, min: 2, max: 2 },
  plan: (setting) => ({
    schema: {
      fields: [
        { field: image, kind: 'scalar', initial: badImage, meaning: 'the current image, and which one it recalls' },
        { field: canary, kind: 'scalar', initial: noCanary, meaning: 'the image that the canary runs' },
      ],
    },
    agents: scripts(setting),
    rightChoice: latestWrite,
  }),
  exercised: ({ overlappingTurns }) => overlappingTurns > 0,
  invariants: [asInSomeOrder],
};
