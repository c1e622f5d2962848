import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Mutant } from './mutants.ts';

/** Says by which test a probe is passed. */
export const testVariable = 'SPINNERET_MUTATE_TEST';

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

/** Each process notes each of them once. */
function probeFunction(log: string): string {
  return `
function spinneretProbe(id: number) {
  const passed = ((globalThis as Record<string, unknown>)['spinneretPassed'] ??= new Set()) as Set<number>;
  if (passed.has(id)) return;
  passed.add(id);
  const line = id + ' ' + process.env['${testVariable}'] + '\\n';
  process.getBuiltinModule('node:fs').appendFileSync(${JSON.stringify(log)}, line);
}
`;
}

/** The tests that passed each probe: paths from the root. */
export function readPassed(root: string, log: string): Map<number, Set<string>> {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  const passed = new Map<number, Set<string>>();
  for (const line of lines) {
    const [id = '', ...path] = line.split(' ');
    const tests = passed.get(Number(id)) ?? new Set();
    passed.set(Number(id), tests.add(relative(root, path.join(' '))));
  }
  return passed;
}
