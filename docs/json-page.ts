import { readFileSync } from 'node:fs';
import type { RunState } from '../shared/model.ts';
import { lostMeanings } from '../shared/text/lost-text.ts';
import { headingOddities, rowOddities } from '../shared/text/row-text.ts';
import { type Member, membersOf } from './interface-tables.ts';
import { commands, introduction, type KeyTexts, onAws, rules, sharedLines, theRun } from './json-guide.ts';
import { table } from './schema-tables.ts';

/** What the commands printed: lines by their `type`, results by the call, and the errors and the warning on stderr. */
export interface JsonExamples {
  lines: Record<string, object>;
  results: Record<string, object>;
  error: object;
}

const header =
  '<!-- Written by test/cli/json-output.test.ts from what the commands print: node test/run.ts test/cli/json-output.test.ts -u -->';

const exitCodeRows = [
  ['0', 'done'],
  ['1', 'an error with a code, or a result that is none: see the command'],
  ['2', 'wrong usage'],
  ['70', 'a fault of Spinneret'],
  ['130', 'interrupted'],
];

/** docs/json.md. */
export function jsonPage({ lines, results, error }: JsonExamples): string {
  const sections = [
    header,
    '# JSON output',
    introduction,
    rules,
    table([['exit code', 'meaning'], ...exitCodeRows]).join('\n'),
    'An error, on stderr:',
    fenced(error),
    '## Lines of several commands',
    ...Object.entries(sharedLines).flatMap(([type, { what, keys }]) => [
      `### \`${type}\``,
      what,
      fenced(lines[type]),
      ...keyTable(keys),
    ]),
    '## A run',
    theRun,
    summaryTable(),
    '### Types of its values',
    typesTable(),
    '## Commands',
    ...commands.flatMap(({ call, what, keys }) => [
      `### \`spinneret ${call} --json\``,
      what,
      ...(results[call] === undefined ? [] : [fenced(results[call])]),
      ...keyTable(keys),
    ]),
    '## Commands on AWS',
    'They need a stack. What `--aws` of the other commands prints, the tables above say.',
    ...onAws.flatMap(({ call, what, keys }) => [`### \`spinneret ${call} --json\``, what, ...keyTable(keys)]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function keyTable(keys: KeyTexts): string[] {
  const rows = Object.entries(keys).map(([key, text]) => [`\`${key}\``, text]);
  return rows.length === 0 ? [] : [table([['key', 'meaning'], ...rows]).join('\n')];
}

/** The types that stand in the table of the run. */
function typesTable(): string {
  const shapes = shapeFiles.flatMap(([file, names]) => {
    const source = readFileSync(new URL(`../shared/${file}`, import.meta.url), 'utf8');
    return names.map((name) => [`\`${name}\``, shapeOf(membersOf(source, name))]);
  });
  const words = Object.entries(wordLists).map(([name, meanings]) => [`\`${name}\``, wordsOf(meanings)]);
  return table([['type', 'value'], ...words, ...shapes]).join('\n');
}

const shapeFiles: [file: string, interfaces: string[]][] = [
  ['errors.ts', ['Reason']],
  ['text/code-counts.ts', ['CodeCount']],
  ['observe/never-found.ts', ['NeverFound']],
  [
    'observe/summary-of-run.ts',
    ['RenderedSummary', 'ChangeSummary', 'Changes', 'ProxySummary', 'SessionSummary'],
  ],
];

const wordLists: Record<string, Record<string, string>> = {
  RunState: { running: '', paused: '', cancelled: '', finished: '' } satisfies Record<RunState, string>,
  LostStep: lostMeanings,
  RowOddity: rowOddities,
  HeadingOddity: headingOddities,
};

function shapeOf(members: Member[]): string {
  return members
    .map(
      ({ name, type, text }) => `\`${name}: ${type}\`${text === '' ? '' : ` (${text.replace(/\.$/, '')})`}`,
    )
    .join('; ');
}

function wordsOf(meanings: Record<string, string>): string {
  return Object.entries(meanings)
    .map(([word, meaning]) => `\`${word}\`${meaning === '' ? '' : ` (${meaning})`}`)
    .join(', ');
}

/** From the type itself, whose docstrings say what its names do not. */
function summaryTable(): string {
  const source = readFileSync(new URL('../shared/observe/summary-of-run.ts', import.meta.url), 'utf8');
  const rows = membersOf(source, 'Summary').map(({ name, type, text, isOptional }) => [
    `\`${name}${isOptional ? '?' : ''}\``,
    `\`${type}\``,
    text,
  ]);
  return table([['key', 'type', 'meaning'], ...rows]).join('\n');
}

/** Lists of numbers and short objects on one line, as a reader would write them. */
function fenced(example: object | undefined): string {
  return `\`\`\`json\n${layOut(example, '')}\n\`\`\``;
}

const maxWidth = 120;

function layOut(value: unknown, indent: string): string {
  const flat = JSON.stringify(value) ?? 'null';
  if (typeof value !== 'object' || value === null || flat.length + indent.length <= maxWidth)
    return spaced(flat, value);
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((entry) => inner + layOut(entry, inner))
    : Object.entries(value).map(([key, entry]) => `${inner}${JSON.stringify(key)}: ${layOut(entry, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

/** With a blank after each comma and colon. */
function spaced(flat: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) return flat;
  if (Array.isArray(value))
    return `[${value.map((entry) => spaced(JSON.stringify(entry), entry)).join(', ')}]`;
  const parts = Object.entries(value).map(
    ([key, entry]) => `${JSON.stringify(key)}: ${spaced(JSON.stringify(entry), entry)}`,
  );
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}
