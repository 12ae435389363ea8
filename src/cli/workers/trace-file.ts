/** Recorded sessions are read from gzipped JSON files. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { TraceSource } from '../../contract/index.ts';
import { parseEditingTrace, type EditingTrace } from '../../../workloads/index.ts';
import { InputError, messageOf } from '../input-error.ts';

/** A recording of a day's typing takes a few megabytes; what unpacks to more than this is something else. */
const maxUnpackedBytes = 1_000_000_000;

export interface ReadTrace {
  readonly trace: EditingTrace;
  readonly source: TraceSource;
}

export function readTrace(file: string): ReadTrace {
  const packed = step(file, 'cannot be read', () => readFileSync(file));
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) {
    throw new InputError(`trace ${file}: this is no gzip file (it does not begin with 1f 8b)`);
  }
  const text = step(file, 'is damaged or cut off', () =>
    gunzipSync(packed, { maxOutputLength: maxUnpackedBytes }).toString('utf8'),
  );
  const json = step(file, 'does not contain JSON', () => JSON.parse(text) as unknown);
  const trace = step(file, 'is not a recorded session', () => parseEditingTrace(json));
  return { trace, source: { file, sha256: createHash('sha256').update(packed).digest('hex') } };
}

function step<Value>(file: string, problem: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new InputError(`trace ${file} ${problem}: ${messageOf(error)}`);
  }
}
