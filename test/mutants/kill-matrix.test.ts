/** Every mutant is caught by the witness that is named for it, which sees nothing on what the mutant was made from. */

import { describe, expect, it } from 'vitest';
import { mutants } from './index.ts';
import { killMatrix } from './kill-matrix.ts';
import { hunt, type Kill } from './mutant.ts';

describe('each bug is caught by its witness, which the right one does not show', () => {
  for (const mutant of mutants) {
    it(`${mutant.name}: ${mutant.bug}`, ({ task }) => {
      const kill = hunt(mutant);
      task.meta.kill = kill;
      expect(kill.isFalseAlarm).toBe(false);
      expect(kill.witnesses).toContain(mutant.caughtBy);
    });
  }
});

describe('the list of mutants', () => {
  it('names each mutant once', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });
});

describe('the kill matrix', () => {
  const caught: Kill = {
    mutant: 'forgets',
    caughtBy: 'lost',
    witnesses: ['lost', 'divergence'],
    trial: '--workload notes --faults none --seed 1',
    isFalseAlarm: false,
  };

  it('marks the witness that must catch a mutant, and the others that do', () => {
    const lines = killMatrix([caught]).split('\n');
    expect(lines).toContain('1 lost, 2 divergence');
    expect(lines.at(-1)).toMatch(/^forgets +lost +■ +• +--workload notes --faults none --seed 1$/);
  });

  it('says which mutant got away', () => {
    const escaped: Kill = { ...caught, mutant: 'sneaks', witnesses: ['divergence'], trial: null };
    expect(killMatrix([caught, escaped]).split('\n').at(-1)).toMatch(/^sneaks +lost +· +• +NOT CAUGHT$/);
  });
});

describe('a hunt', () => {
  const mutant = { name: 'forgets', bug: 'it forgets', caughtBy: 'lost' } as const;

  it('counts only what the right one does not show, and tells the first trial', () => {
    const looks = [
      { trial: 'one', wrong: ['duplicates'], right: [] },
      { trial: 'two', wrong: ['lost', 'divergence'], right: ['divergence'] },
    ] as const;
    expect(hunt({ ...mutant, looks: () => looks })).toMatchObject({
      witnesses: ['lost', 'duplicates'],
      trial: 'two',
      isFalseAlarm: false,
    });
  });

  it('is a false alarm when the named witness cries at the right one', () => {
    const looks = [{ trial: 'one', wrong: ['lost'], right: ['lost'] }] as const;
    expect(hunt({ ...mutant, looks: () => looks })).toMatchObject({ witnesses: [], isFalseAlarm: true });
  });
});
