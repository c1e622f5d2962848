import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { findMutants } from './mutants.ts';
import { insertProbes, readPassed, testGlobal, testVariable } from './probes.ts';

const source = `
export async function f(a: number, b: { key?: number }): Promise<number | undefined> {
  if (a < 1 || !(a > 2)) return (a + (b.key ?? 3)) * 2;
  const list = [1, 2].map((one) => one * 2 + 1);
  await g(list);
  for (let index = 0; index < 2; index += 1) a -= 1 as const;
  return list.length === 2 ? a : undefined;
}
function g(list: number[]) {
  list.push(...list);
}
`;

async function callWith(probed: string, folder: string, a: number): Promise<unknown> {
  const file = join(folder, `${a}.ts`);
  writeFileSync(file, probed);
  const { f } = (await import(pathToFileURL(file).href)) as { f(a: number, b: object): Promise<unknown> };
  return f(a, {});
}

it('probes of every fault change nothing, and tell which test evaluated what', async () => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const log = join(folder.path, 'passed.log');
  const mutants = findMutants(source);
  const probes = mutants.map(({ probed }, id) => ({ id, probed }));
  const probed = insertProbes(source, probes, log);
  expect(
    probed
      .split('\n')
      .slice(0, 12)
      .map((line) => line.length > 0),
  ).toEqual(
    source
      .split('\n')
      .slice(0, 12)
      .map((line) => line.length > 0),
  );
  for (const [a, result] of [
    [0, 6],
    [3, undefined],
  ] as const) {
    const file = join(folder.path, `test/${a}.test.ts`);
    // One of a process that the tests start, which has it from its environment, and a test itself.
    if (a === 0) process.env[testVariable] = file;
    else Reflect.set(globalThis, testGlobal, `${file}\t1_2`);
    expect(await callWith(probed, folder.path, a)).toBe(result);
  }
  const passed = readPassed(folder.path, log);
  const of = (change: string) =>
    [...(passed.get(mutants.findIndex((one) => one.change === change)) ?? [])].map(([file, ids]) =>
      [file, ...ids].join(' '),
    );
  expect(of('< → <=')).toEqual(['test/0.test.ts ', 'test/3.test.ts 1_2']);
  expect(of('3 → 4')).toEqual(['test/0.test.ts ']);
  expect(of('await g(list); → ;')).toEqual(['test/3.test.ts 1_2']);
  expect(of('a → undefined')).toEqual([]);
});
