import { describe, expect, it } from 'vitest';
import { configure } from '../../../src/cli/options/knob-values.ts';
import { unknownName } from '../../../src/cli/options/nearest.ts';
import { parseSelector } from '../../../src/cli/options/selector.ts';
import type { Knobs, KnobValues } from '../../../src/contract/index.ts';

describe('a name on the command line', () => {
  it('may carry knobs', () => {
    expect(parseSelector('mixed:conflictRatio=0.5:turns=3')).toEqual({
      source: 'mixed',
      isModule: false,
      knobs: [
        ['conflictRatio', '0.5'],
        ['turns', '3'],
      ],
    });
  });

  it.each(['./mine.js', '../x/mine.mjs', '/abs/mine.js', 'file:///abs/mine.js'])('may be a module: %s', (source) => {
    expect(parseSelector(source)).toEqual({ source, isModule: true, knobs: [] });
    expect(parseSelector(`${source}:knob=1`)).toEqual({ source, isModule: true, knobs: [['knob', '1']] });
  });

  it('is refused when it cannot be read', () => {
    expect(() => parseSelector('lww:wall')).toThrow("'lww:wall' cannot be read: expected name or name:knob=value");
    expect(() => parseSelector(':clock=wall')).toThrow('names nothing');
  });
});

describe('knobs', () => {
  interface Dial {
    readonly knobs: Knobs;
    readonly values: KnobValues;
    configure(values: KnobValues): Dial;
  }
  const knobs: Knobs = {
    clock: { kind: 'choice', summary: 'which', default: 'logical', values: ['logical', 'wall'] },
    ratio: { kind: 'number', summary: 'how much', default: 0.3, min: 0, max: 1, whole: false },
    turns: { kind: 'number', summary: 'how many', default: 4, min: 1, max: 9, whole: true },
    loud: { kind: 'switch', summary: 'whether', default: false },
  };
  const dial: Dial = { knobs, values: {}, configure: (values) => ({ ...dial, values }) };
  const configured = (text: string): ReturnType<typeof configure<Dial>> => configure(dial, parseSelector(text));

  it('are all given to the part, checked and with their types', () => {
    const { value, label } = configured('dial:turns=3:clock=wall:loud=true');
    expect(value.values).toEqual({ clock: 'wall', ratio: 0.3, turns: 3, loud: true });
    expect(label).toBe('dial:clock=wall:loud=true:turns=3');
  });

  it('that say the default change nothing: the label is the plain name', () => {
    expect(configured('dial:turns=4').label).toBe('dial');
    expect(configured('dial:turns=4').value).toBe(dial);
  });

  it.each([
    ['dial:turms=3', "unknown knob of dial 'turms': known are clock, ratio, turns, loud; did you mean turns?"],
    ['dial:clock=wal', "unknown value of dial:clock 'wal': known are logical, wall; did you mean wall?"],
    ['dial:ratio=2', 'dial:ratio=2: expected a number from 0 to 1'],
    ['dial:ratio=', 'dial:ratio=: expected a number from 0 to 1'],
    ['dial:turns=1.5', 'dial:turns=1.5: expected a whole number from 1 to 9'],
    ['dial:turns=1e0', 'dial:turns=1e0: expected a whole number from 1 to 9'],
    ['dial:loud=yes', "unknown value of dial:loud 'yes': known are true, false"],
    ['dial:constructor=1', "unknown knob of dial 'constructor'"],
  ])('%s is refused', (text, message) => {
    expect(() => configured(text)).toThrow(message);
  });
});

describe('an unknown name', () => {
  it('is answered with what there is, and the nearest one', () => {
    expect(unknownName('strategy', 'Lwww', ['serial', 'lww']).message).toBe(
      "unknown strategy 'Lwww': known are serial, lww; did you mean lww?",
    );
  });

  it('is not answered with a guess that is far off', () => {
    expect(unknownName('strategy', 'paxos', ['serial', 'lww']).message).toBe(
      "unknown strategy 'paxos': known are serial, lww",
    );
  });
});
