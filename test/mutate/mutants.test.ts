import { describe, expect, it } from 'vitest';
import { applyMutant, findMutants, sample } from './mutants.ts';

describe('findMutants', () => {
  const mutated = (source: string) => findMutants(source).map((mutant) => applyMutant(source, mutant));

  it.each<[what: string, source: string, mutants: string[]]>([
    ['an operator', 'f = a < b;', ['f = a <= b;']],
    [
      'the right one of two',
      'f = (a - 1) /* < */ < b - a;',
      expect.arrayContaining(['f = (a - 1) /* < */ < b + a;']),
    ],
    ['a condition', 'if (ok) f = a;', ['if (true) f = a;', 'if (false) f = a;']],
    ['a condition in brackets', 'f = (ok) ? a : b;', ['f = (true) ? a : b;', 'f = (false) ? a : b;']],
    ['a negation', 'f = !ok;', ['f = (ok);']],
    ['a number', 'f = 999;', ['f = 1000;']],
    ['a flag', 'f = true;', ['f = false;']],
    ['a result', 'function g() { return a; }', ['function g() { return undefined; }']],
    ['no result', 'function g() { return undefined; }', []],
    ['a call', 'g();', [';']],
    ['a call that is waited for', 'await g();', [';']],
    ['what is used of a call', 'f = g();', []],
    ['a type', 'type T = 1 | true; let f: 2 | undefined;', []],
    ['what is cast', 'f = (1 as number)!;', ['f = (2 as number)!;']],
    ['a large number', 'f = 60_000;', ['f = 600000;']],
    ['the text of an error', 'throw new HaltError(1, `${a < b}`);', ['throw new HaltError(2, `${a < b}`);']],
    ['what lets a process end', 'timer.unref();', []],
    ['the name of a property', 'f = { 1: a };', []],
    ['an import', "import { a } from './1.ts';", []],
  ])('makes faults of %s', (_, source, mutants) => {
    expect(mutated(source)).toEqual(mutants);
  });

  it('says where, and what was there', () => {
    expect(findMutants('\n\nf = a\n  && b;')).toMatchObject([{ line: 4, change: '&& → ||' }]);
    expect(findMutants('g();')).toMatchObject([{ line: 1, change: 'g(); → ;' }]);
  });
});

describe('sample', () => {
  const all = Array.from({ length: 200 }, (_, index) => index);

  it('is the same for the same seed, in order, and another for another', () => {
    const [first, second] = [sample(all, 20, 1), sample(all, 20, 1)];
    expect(first).toEqual(second);
    expect(first).toEqual(first.toSorted((a, b) => a - b));
    expect(new Set(first).size).toBe(20);
    expect(sample(all, 20, 2)).not.toEqual(first);
    expect(Math.max(...first)).toBeGreaterThan(150);
  });

  it('is all where there are no more', () => {
    expect(sample(all, 500, 1)).toEqual(all);
  });
});
