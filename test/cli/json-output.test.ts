import { beforeAll, expect, it } from 'vitest';
import { commandNames } from '../../cli/command-list.ts';
import { commands, onAws, sharedLines } from '../../docs/json-guide.ts';
import { type JsonExamples, jsonPage } from '../../docs/json-page.ts';
import { expectDescribed, ofSummary, summaryMembers } from './described.ts';
import { collectExamples } from './json-examples.ts';

let examples: JsonExamples;
beforeAll(async () => {
  examples = await collectExamples();
}, 300_000);

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
  // The shop goes on until it is stopped, a login needs a person, and extract prints the lines that run prints.
  const called = [...commands, ...onAws].map(({ call }) => call.split(' ')[0]);
  expect(commandNames.filter((name) => !called.includes(name))).toEqual(['demo', 'login', 'extract']);
});

it('docs/json.md shows what the commands print', async () => {
  await expect(jsonPage(examples)).toMatchFileSnapshot('../../docs/json.md');
});
