import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { errorCatalogue } from '../shared/error-codes.ts';
import { missingFeatures } from '../shared/job/foreign-keys.ts';
import { jobSchema } from '../shared/job/schema.ts';
import { settingsSchema } from '../shared/job/settings-schema.ts';
import { sharedSchema } from '../shared/job/shared-fields.ts';
import { stepTexts } from '../shared/job/transforms.ts';
import { placeFieldTexts } from '../shared/places/place-field-texts.ts';
import { placeFieldNames, placeFields } from '../shared/places/place-fields.ts';
import { readDecisions } from './decision-pages.ts';
import * as items from './items-guide.ts';
import * as guide from './jobs-guide.ts';
import { describeMapping, type JsonSchema, table } from './schema-tables.ts';

/** Every generated file of docs/, by name. */
export function generatedFiles(): Record<string, string> {
  return {
    'jobs.md': jobsPage(),
    'errors.md': errorsPage(),
    'not-done.md': notDonePage(),
    'decisions/README.md': decisionsPage(),
    'job.schema.json': toJson(schemaOfDocuments()),
    'settings.schema.json': toJson(schemaOf(settingsSchema, 'Spinneret settings')),
  };
}

const generated = '<!-- Written by docs/generate.ts: run `npm run docs` after changing a schema. -->';

/** JSON Schema of what may be written; draft 7 is what editors understand best. */
function schemaOf(schema: z.ZodType, title: string): JsonSchema & { title: string } {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as JsonSchema & {
    $schema: string;
  };
  return Object.assign({ $schema, title }, rest);
}

/** Of each document of a job file: a job, or what several jobs share. */
function schemaOfDocuments(): object {
  const { $schema, title, definitions, ...job } = schemaOf(jobSchema, 'Spinneret job') as JsonSchema & {
    $schema: string;
    title: string;
  };
  const {
    definitions: _,
    $schema: __,
    title: ___,
    ...shared
  } = schemaOf(sharedSchema, '') as typeof job & {
    $schema: string;
    title: string;
    definitions: unknown;
  };
  const choice = [
    ['if', { required: ['shared'] }],
    ['then', shared],
    ['else', job],
  ];
  return { $schema, title, ...Object.fromEntries(choice), definitions };
}

function jobsPage(): string {
  const job = schemaOf(jobSchema, '');
  const shared = schemaOf(sharedSchema, '');
  const settings = schemaOf(settingsSchema, '');
  const field = job.definitions?.['field']?.anyOf?.find(({ properties }) => properties) ?? {};
  const example = readFileSync(new URL('complete-example.yaml', import.meta.url), 'utf8').trim();
  return page([
    '# Jobs and settings',
    guide.introduction,
    `## A complete example\n\n\`\`\`yaml\n${example}\n\`\`\``,
    `## Keys of a job\n\n${describeMapping(job, '', 'The document').join('\n').trim()}`,
    `## Which pages and items count\n\n${items.wanted}\n\n${items.keyed}\n\n${items.schemas}\n\n${items.neverFound}\n\n${items.writing}`,
    guide.seeds,
    `## Sessions\n\n${guide.sessions}`,
    `## Proxies\n\n${guide.proxies}`,
    `## Files\n\n${guide.files}`,
    guide.browser,
    guide.requests,
    guide.ordering,
    guide.recrawling,
    guide.keeping,
    `## Fields\n\n${guide.fields}\n\n${describeMapping(field, 'field', 'Keys of a field').join('\n').trim()}\n\n${stepsTable()}\n\n${items.sharing}\n\n${describeMapping(shared, '', 'A document of shared fields').join('\n').trim()}`,
    `## Other kinds of page\n\n${guide.kinds}`,
    guide.patterns,
    guide.traps,
    `## Places\n\n${guide.places}\n\n${placesTable()}`,
    guide.secrets,
    guide.handlers,
    items.tests,
    `## Settings\n\n${describeMapping(settings, '', '`config/settings.yaml`').join('\n').trim()}`,
  ]);
}

/** What each step of a field makes of a value. */
function stepsTable(): string {
  const code = (value: unknown) => `\`${JSON.stringify(value)}\``;
  const rows = Object.entries(stepTexts).map(([name, { what, example }]) => [
    `\`${name}\``,
    what,
    code(example.step),
    code(example.from),
    code(example.to),
  ]);
  const head = ['step', 'what it makes', 'for example', 'of', 'makes'];
  return `### Steps of \`transform\`\n\n${guide.steps}\n\n${table([head, ...rows]).join('\n')}`;
}

/** What each field of a place is, what it makes a request to the API cost, and which answers of the listing have it. */
function placesTable(): string {
  const answers = { search: 'yes', place: 'a request each' };
  const rows = placeFieldNames.map((name) => {
    const { api, listing, website } = placeFields[name];
    const origin = website === true ? 'the business’s website' : (api?.tier ?? 'no');
    return [`\`${name}\``, placeFieldTexts[name], origin, listing === undefined ? 'no' : answers[listing]];
  });
  return table([['field', 'what', 'google-places', 'google-maps'], ...rows]).join('\n');
}

const consequences = {
  retried:
    'The request is tried again while it has attempts left (`fetch.attempts`), then counted as failed.',
  failed: 'The page is counted as failed, and not tried again.',
  skipped: 'The page is counted as skipped: nothing went wrong.',
  halts: 'The command stops.',
  warns: 'The command goes on.',
} as const;

function errorsPage(): string {
  const sections = Object.entries(consequences).map(([consequence, meaning]) => {
    const rows = Object.entries(errorCatalogue)
      .filter(([, entry]) => entry.consequence === consequence)
      .map(([code, { happened, remedy }]) => [`<a id="${code}"></a>\`${code}\``, happened, remedy]);
    const heading = consequence[0]?.toUpperCase() + consequence.slice(1);
    const head = ['code', 'what happened', 'what to do'];
    return [`## ${heading}`, '', meaning, '', ...table([head, ...rows])].join('\n');
  });
  return page([
    '# Error codes',
    'Every error carries a code that stays the same between versions. Counts of a run, logs and `--json` output use it.',
    ...sections,
  ]);
}

/** What is missing, and the keys by which people ask for it: the same list answers them when they write one. */
function notDonePage(): string {
  const rows = missingFeatures.map(({ keys, what, instead }) => [
    `It ${what}.`,
    instead,
    keys
      .slice(0, maxKeysShown)
      .map((key) => `\`${key}\``)
      .join(', '),
  ]);
  return page([
    '# What Spinneret does not do',
    'As of this version. A job file that asks for any of it is refused at its line, with the words of this table.',
    table([['what', 'meanwhile', 'keys that ask for it'], ...rows]).join('\n'),
    guide.notDone,
  ]);
}

function decisionsPage(): string {
  const rows = readDecisions().map(({ file, title, date, status }) => [`[${title}](${file})`, date, status]);
  return page([
    '# Decisions',
    'Why things are as they are: what was decided, when, why, what else was weighed, and what it costs. A page is not rewritten when it is overtaken: its status then names the one that took its place.',
    table([['decision', 'date', 'status'], ...rows]).join('\n'),
  ]);
}

const maxKeysShown = 6;

/** Indented, with short lists on one line, as the formatter would. */
function toJson(value: object): string {
  const text = JSON.stringify(value, null, 2);
  const lists = /^( *"[^"]*": )?( *)\[\n([^[\]{}]*)\n *\](?=,?$)/gm;
  const folded = text.replace(lists, (list: string, key = '', indent = '', entries = '') => {
    const line = `${key}${indent}[${String(entries).trim().replace(/,\n */g, ', ')}]`;
    return line.length <= 110 ? line : list;
  });
  return `${folded}\n`;
}

function page(sections: string[]): string {
  return `${generated}\n\n${sections.join('\n\n')}\n`;
}

/** Writes what docs/ holds of the schemas and the error catalogue: `npm run docs`. */
if (import.meta.main) {
  const files = Object.entries(generatedFiles());
  for (const [name, text] of files) writeFileSync(new URL(name, import.meta.url), text);
  console.log(`docs/: wrote ${files.map(([name]) => name).join(', ')}`);
}
