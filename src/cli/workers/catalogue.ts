/** From names to parts: registered ones, modules outside the package, recorded sessions. Lives in a worker. */

import type { FaultProfile, MergeStrategy, ModelPreset, TraceSource, Workload } from '../../contract/index.ts';
import { faultProfiles, models, recoveryPolicies, type RecoveryPolicy } from '../../simulator/index.ts';
import { editingTrace, workloads } from '../../../workloads/index.ts';
import { InputError } from '../input-error.ts';
import { configure, type Configured } from '../options/knob-values.ts';
import { unknownName } from '../options/nearest.ts';
import { parseSelector, type Selector } from '../options/selector.ts';
import { findNamed, namesOf } from './find-named.ts';
import { importWorkload } from './modules.ts';
import { namedStrategy } from './named-strategy.ts';
import { readTrace } from './trace-file.ts';

export class Catalogue {
  readonly #recorded: Workload | null;
  readonly #strategies = new Map<string, Promise<Configured<MergeStrategy>>>();
  readonly #workloads = new Map<string, Promise<Configured<Workload>>>();
  readonly #models = new Map<string, Configured<ModelPreset>>();
  readonly trace: TraceSource | null;

  /** With a trace there is one workload more. Throws {@link InputError} if the file is no recorded session. */
  constructor(traceFile: string | null) {
    const read = traceFile === null ? null : readTrace(traceFile);
    this.#recorded = read === null ? null : editingTrace(read.trace);
    this.trace = read?.source ?? null;
  }

  strategy(text: string): Promise<Configured<MergeStrategy>> {
    return remember(this.#strategies, text, () => namedStrategy(text));
  }

  workload(text: string): Promise<Configured<Workload>> {
    return remember(this.#workloads, text, async () => {
      const selector = parseSelector(text);
      return configure(await this.#findWorkload(selector), selector);
    });
  }

  model(text: string): Configured<ModelPreset> {
    const known = this.#models.get(text);
    if (known !== undefined) return known;
    const selector = parseSelector(text);
    if (selector.isModule) throw unknownName('model', selector.source, namesOf(models));
    const configured = configure(findNamed('model', selector.source, models), selector);
    this.#models.set(text, configured);
    return configured;
  }

  faults(name: string): FaultProfile {
    const found = faultProfiles.find((profile) => profile.name === name);
    if (found === undefined) throw unknownName('fault profile', name, namesOf(faultProfiles));
    return found;
  }

  recovery(name: string): RecoveryPolicy {
    const found = recoveryPolicies.find((policy) => policy.name === name);
    if (found === undefined) throw unknownName('recovery', name, namesOf(recoveryPolicies));
    return found;
  }

  async #findWorkload({ source, isModule }: Selector): Promise<Workload> {
    if (isModule) return importWorkload(source);
    if (source === editingTraceName && this.#recorded === null) {
      throw new InputError(`workload ${editingTraceName} plays a recorded session: name its file with --trace FILE`);
    }
    return findNamed('workload', source, this.#recorded === null ? workloads : [...workloads, this.#recorded]);
  }
}

/** The one workload that needs a file, so it is not among the registered ones. */
export const editingTraceName = 'editing-trace';

function remember<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const remembered = known.get(key) ?? make();
  known.set(key, remembered);
  return remembered;
}
