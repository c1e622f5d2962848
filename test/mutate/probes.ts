import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Mutant } from './mutants.ts';

/** Says by which test a probe is passed: its file and, behind a tab, its id; without one, outside of any. */
export const testVariable = 'SPINNERET_MUTATE_TEST';
/** The same in the process of the tests; read at each probe, where the environment would take long. */
export const testGlobal = 'spinneretTest';

/** How much of a processor a file of tests may take: milliseconds. Not limited without it. */
export const limitVariable = 'SPINNERET_MUTATE_LIMIT_MS';

export interface Probe extends Pick<Mutant, 'probed'> {
  id: number;
}

/**
 * The file, which notes in `log` that a test came to evaluate an expression. As an expression of its own, which is put
 * before the one it watches; the function is hoisted from the file's end, so that no line is another.
 */
export function insertProbes(source: string, probes: readonly Probe[], log: string): string {
  const inserts = probes.flatMap(({ id, probed: [start, end] }) => [
    // What surrounds another begins before it and ends behind it, where both begin or end at one place.
    { at: start, order: end - start, text: `(spinneretProbe(${id}), ` },
    { at: end, order: start - end, text: ')' },
  ]);
  let text = source;
  const closing = (order: number) => (order < 0 ? 1 : 0);
  for (const { at, text: inserted } of inserts.toSorted(
    (a, b) => b.at - a.at || closing(a.order) - closing(b.order) || a.order - b.order,
  )) {
    text = text.slice(0, at) + inserted + text.slice(at);
  }
  return text + probeFunction(log);
}

/** Each process notes each of them once a test. */
function probeFunction(log: string): string {
  return `
function spinneretProbe(id: number) {
  const shared = globalThis as Record<string, unknown>;
  const passed = (shared['spinneretPassed'] ??= new Set()) as Set<string>;
  const line = id + ' ' + (shared['${testGlobal}'] ??= process.env['${testVariable}']) + '\\n';
  if (passed.has(line)) return;
  passed.add(line);
  process.getBuiltinModule('node:fs').appendFileSync(${JSON.stringify(log)}, line);
}
`;
}

/** Ids of tests by their file, as a path from the root. `''`: outside of any, as when the file is loaded. */
export type Passing = Map<string, Set<string>>;

/** The tests that passed each probe. */
export function readPassed(root: string, log: string): Map<number, Passing> {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  const passed = new Map<number, Passing>();
  for (const line of lines) {
    const [id = '', ...rest] = line.split(' ');
    const [path = '', test = ''] = rest.join(' ').split('\t');
    const file = relative(root, path);
    const files: Passing = passed.get(Number(id)) ?? new Map();
    passed.set(Number(id), files.set(file, (files.get(file) ?? new Set()).add(test)));
  }
  return passed;
}
