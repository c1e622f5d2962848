import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { commandNames } from '../../cli/command-list.ts';
import { membersOf } from '../../docs/interface-tables.ts';
import { commands, type KeyTexts, onAws, sharedLines } from '../../docs/json-guide.ts';
import { type JsonExamples, jsonPage } from '../../docs/json-page.ts';
import { collectExamples } from './json-examples.ts';

let examples: JsonExamples;
beforeAll(async () => {
  examples = await collectExamples();
}, 300_000);

const summaryMembers = membersOf(
  readFileSync(new URL('../../shared/observe/summary-of-run.ts', import.meta.url), 'utf8'),
  'Summary',
);
const ofSummary = new Set(summaryMembers.map(({ name }) => name));

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

function expectDescribed(example: object, keys: KeyTexts): void {
  const paths = [...new Set(pathsOf(example))].filter((path) => path !== 'type');
  const ofRuns = (path: string) => ofSummary.has(/^(?:runs\[\]\.)?(\w+)/.exec(path)?.[1] ?? '');
  expect(paths.filter((path) => !isDescribed(path, Object.keys(keys)) && !ofRuns(path))).toEqual([]);
  const certain = Object.keys(keys).filter((key) => !key.endsWith('?') && !key.endsWith('.*'));
  expect(certain.filter((key) => !paths.includes(key))).toEqual([]);
}

it.each(Object.entries(sharedLines))(
  'every key of the line %s is described, and no other',
  (type, { keys }) => {
    expectDescribed(examples.lines[type] ?? {}, keys);
  },
);

it.each(commands.filter(({ keys }) => Object.keys(keys).length > 0))(
  'every key of $call is described, and no other',
  ({ call, keys }) => {
    expectDescribed(examples.results[call] ?? {}, keys);
  },
);

it('every key of a run is one of its type, and has a meaning', () => {
  const { runs } = examples.results['status'] as { runs: object[] };
  expect(summaryMembers.filter(({ text }) => text === '')).toEqual([]);
  const keys = Object.keys(runs[0] ?? {}).filter((key) => key !== 'open');
  expect(keys.filter((key) => !ofSummary.has(key))).toEqual([]);
  expect(
    summaryMembers
      .filter(({ isOptional }) => !isOptional)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(
    keys.filter((key) => summaryMembers.some(({ name, isOptional }) => name === key && !isOptional)).sort(),
  );
});

it('every command is on the page', () => {
  const called = [...commands, ...onAws].map(({ call }) => call.split(' ')[0]);
  expect(commandNames.filter((name) => !called.includes(name))).toEqual(['demo']);
});

it('docs/json.md shows what the commands print', async () => {
  await expect(jsonPage(examples)).toMatchFileSnapshot('../../docs/json.md');
});
