import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { keyOf, type Exchange } from '../../../src/cli/judge/exchange.ts';
import { Recording } from '../../../src/cli/judge/recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'lostwrites-recording-'));
const file = join(folder, 'calls.jsonl');
const header = { model: 'm', usdPerMillionIn: 1, usdPerMillionOut: 2, instructions: 'abc' };

afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  rmSync(file, { force: true });
});

function exchange(about: string): Exchange {
  const key = keyOf({ method: 'POST', path: '/chat/completions', body: about, repetition: 0 });
  const ended = { ended: 'answered', status: 200, contentType: 'application/json', requestId: null } as const;
  return { key, ...ended, retryAfterMicros: null, latencyMicros: 7, promptTokens: 1, outputTokens: 1, body: about };
}

const texts = ['one', 'two', 'three', 'four'];
const exchanges = texts.map(exchange);

/** As a run that was killed leaves it. */
function recordUnfinished(...some: readonly Exchange[]): void {
  const recording = Recording.append(file, header);
  recording.start();
  for (const each of some) recording.add(each);
}

const lines = (): string[] => readFileSync(file, 'utf8').split('\n');
const opening = (): Recording => Recording.open(file);

describe('a recording', () => {
  it('has each exchange on the disk before its answer is used, and goes on where it was killed', () => {
    recordUnfinished(exchanges[0]!, exchanges[1]!);
    const next = Recording.append(file, header);
    expect(exchanges.map(({ key }) => next.find(key)?.body)).toEqual(['one', 'two', undefined, undefined]);
    next.add(exchanges[2]!);
    next.finish();
    expect(exchanges.map(({ key }) => opening().find(key)?.body)).toEqual(['one', 'two', 'three', undefined]);
  });

  it('is the same whatever came first, once it is finished', () => {
    const contents = [exchanges, [...exchanges].reverse()].map((order) => {
      rmSync(file, { force: true });
      const recording = Recording.append(file, header);
      for (const each of order) recording.add(each);
      recording.finish();
      return readFileSync(file, 'utf8');
    });
    expect(contents[0]).toBe(contents[1]);
  });

  describe('into which two runs write', () => {
    const inUse = 'another run writes into it, too';
    const kept = (): readonly (string | undefined)[] => exchanges.map(({ key }) => opening().find(key)?.body);
    const started = (): Recording => {
      const recording = Recording.append(file, header);
      recording.start();
      return recording;
    };

    it('keeps what each has paid for, and both stop', () => {
      const [one, two] = [started(), started()];
      one.add(exchanges[0]!);
      expect(() => two.add(exchanges[1]!)).toThrow(inUse);
      expect(() => one.add(exchanges[2]!)).toThrow(inUse);
      for (const run of [one, two]) run.finish();
      expect(kept()).toEqual(['one', 'two', 'three', undefined]);
    });

    it('keeps what comes after one of them has finished it', () => {
      const [one, two] = [started(), started()];
      one.add(exchanges[3]!);
      one.add(exchanges[0]!);
      one.finish();
      expect(() => two.add(exchanges[0]!)).toThrow(inUse);
      expect(() => two.add(exchanges[1]!)).toThrow(inUse);
      two.finish();
      expect(kept()).toEqual(['one', 'two', undefined, 'four']);
    });

    it('is left to the one that was first', () => {
      recordUnfinished(exchanges[0]!);
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, -5));
      const [one, two] = [Recording.append(file, header), Recording.append(file, header)];
      one.start();
      one.add(exchanges[1]!);
      expect(() => two.start()).toThrow(inUse);
      two.finish();
      one.finish();
      expect(kept()).toEqual([undefined, 'two', undefined, undefined]);
    });
  });

  it('comes back as a whole if somebody removes it meanwhile', () => {
    const recording = Recording.append(file, header);
    recording.add(exchanges[0]!);
    rmSync(file);
    recording.add(exchanges[1]!);
    recording.finish();
    expect(exchanges.map(({ key }) => opening().find(key)?.body)).toEqual(['one', 'two', undefined, undefined]);
  });

  it('leaves out a last line that was cut off, says so, and is whole again afterwards', () => {
    recordUnfinished(...exchanges);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -30));
    const next = Recording.append(file, header);
    expect(next.notice).toContain('line 5 was cut off');
    expect(next.find(exchanges[3]!.key)).toBeUndefined();
    next.add(exchanges[3]!);
    expect(opening().notice).toBeNull();
    expect(opening().find(exchanges[3]!.key)).toEqual(exchanges[3]);
  });

  it('begins anew where its first line was cut off', () => {
    recordUnfinished();
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 50));
    expect(opening).toThrow('is empty');
    recordUnfinished(exchanges[0]!);
    expect(opening().find(exchanges[0]!.key)).toEqual(exchanges[0]);
  });

  it.each([
    ['is no JSON', (line: string) => line.slice(0, -9)],
    ['is empty', () => ''],
    ['has a changed answer', (line: string) => line.replace('"body":"two"', '"body":"too"')],
    ['has a field that is missing', (line: string) => line.replace('"status":200,', '')],
    ['has bytes that are no text', (line: string) => line.replace('two', '\u0000wo')],
  ])('is refused by the line that %s, and left as it is', (_what, damage) => {
    recordUnfinished(...exchanges);
    const damaged = lines().map((line, index) => (index === 2 ? damage(line) : line));
    writeFileSync(file, damaged.join('\n'));
    const problem = `the recording ${file} is damaged in line 3: `;
    expect(opening).toThrow(problem);
    expect(() => Recording.append(file, header)).toThrow(problem);
    expect(readFileSync(file, 'utf8')).toBe(damaged.join('\n'));
  });

  it('is refused by a line that repeats another', () => {
    recordUnfinished(...exchanges);
    writeFileSync(file, [...lines().slice(0, -1), lines()[1], ''].join('\n'));
    expect(opening).toThrow(/damaged in line 6: it repeats/);
  });

  it('never goes on with what is something else, or from somebody else', () => {
    writeFileSync(file, 'my diary\n');
    expect(() => Recording.append(file, header)).toThrow('is no recording');
    expect(readFileSync(file, 'utf8')).toBe('my diary\n');
    rmSync(file);
    recordUnfinished(exchanges[0]!);
    expect(() => Recording.append(file, { ...header, model: 'other' })).toThrow('are from m at 1 / 2 USD');
    expect(() => Recording.append(file, { ...header, instructions: 'x' })).toThrow('asks in other words');
    expect(() => Recording.append(join(folder, 'no', 'where'), header)).toThrow('there is no directory');
  });
});
