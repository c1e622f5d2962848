import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countPrimes, splitRange } from '../../examples/pool/count-primes.ts';

function call(...args: string[]) {
  const main = join(import.meta.dirname, '../../examples/pool/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('examples/pool', () => {
  it('greets from five processes, then counts the same primes both ways', () => {
    const { status, stdout, stderr } = call('--limit', '100000', '--processes', '2');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const greetings = [...stdout.matchAll(/^Hello, (\w+)! This is process (\d+), named (\S+)\.$/gm)];
    expect(greetings.map(([, name]) => name)).toEqual(['Ada', 'Blaise', 'Charles', 'Dorothy', 'Edsger']);
    expect(new Set(greetings.map(([, , pid]) => pid)).size).toBe(5);
    expect(new Set(greetings.map(([, , , name]) => name)).size).toBe(5);
    expect(stdout).toMatch(/^primes up to 100,000 +count +time +speed-up$/m);
    expect(stdout).toMatch(/^one process +9,592 +\S+ m?s +1\.00$/m);
    expect(stdout).toMatch(/^map over 2 processes +9,592 +\S+ m?s +\d+\.\d\d$/m);
  });

  it('has help', () => {
    expect(call('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--limit NUMBER') });
  });

  it.each([
    [['--limit', '0'], '--limit is a whole number from 1 to 1,000,000,000, not "0"'],
    [['--processes', '1e3'], '--processes is a whole number from 1 to 256, not "1e3"'],
    [['--bogus'], "Unknown option '--bogus'"],
  ])('refuses %j', (args, message) => {
    expect(call(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

describe('countPrimes', () => {
  it.each([
    [1, 0],
    [2, 1],
    [100, 25],
    [1_000, 168],
    [7_919, 1_000],
  ])('finds up to %i, over the ranges together, %i', (limit, count) => {
    expect(splitRange(limit).reduce((sum, range) => sum + countPrimes(range), 0)).toBe(count);
  });
});
