import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { membersOf } from '../../docs/interface-tables.ts';
import { commands, type KeyTexts, onAws } from '../../docs/json-guide.ts';

/** The table of a call's keys in docs/json.md. */
export function keysOfCall(call: string): KeyTexts {
  const section = [...commands, ...onAws].find((one) => one.call === call);
  if (section === undefined) throw new Error(`docs/json.md has no section ${call}`);
  return section.keys;
}

export const summaryMembers = membersOf(
  readFileSync(new URL('../../shared/observe/summary-of-run.ts', import.meta.url), 'utf8'),
  'Summary',
);
export const ofSummary = new Set(summaryMembers.map(({ name }) => name));

/** Paths to the values of an example: `runs[].pages.stored`. */
function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => pathsOf(entry, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    const own = path === '' ? key : `${path}.${key}`;
    return [own, ...pathsOf(entry, own)];
  });
}

/** By a key of the table: of itself, of what is in it, or of what it is in. */
function isDescribed(path: string, keys: string[]): boolean {
  return keys.some((key) => {
    const named = key.replace(/\.\*$/, '').replace(/\?$/, '');
    return [`${path}.`, `${path}[`].some((begin) => named.startsWith(begin)) || isWithin(path, named);
  });
}

function isWithin(path: string, named: string): boolean {
  return path === named || path.startsWith(`${named}.`) || path.startsWith(`${named}[`);
}

/** Every path of the example is in the table of its keys, and every key of the table that is not marked with `?` in the example. */
export function expectDescribed(example: object, keys: KeyTexts): void {
  const paths = [...new Set(pathsOf(example))].filter((path) => path !== 'type');
  const ofRuns = (path: string) => ofSummary.has(/^(?:runs\[\]\.)?(\w+)/.exec(path)?.[1] ?? '');
  expect(paths.filter((path) => !isDescribed(path, Object.keys(keys)) && !ofRuns(path))).toEqual([]);
  const certain = Object.keys(keys).filter((key) => !key.endsWith('?') && !key.endsWith('.*'));
  expect(certain.filter((key) => !paths.includes(key))).toEqual([]);
}
