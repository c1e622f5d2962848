import { z } from 'zod';
import { checkRegex, checkScriptName, checkXPath } from '../schema/check-syntax.ts';
import { jsonPath, languageTag, selector, timeZone } from '../schema/leaf-schema.ts';
import { articlePartNames, describeArticleParts } from './article-parts.ts';
import {
  type FieldPlace,
  type FieldSource,
  graphPlaces,
  readSource,
  type Taken,
  takenForms,
} from './field-sources.ts';
import { describeFieldTypes, type FieldType, fieldTypeNames, isAddress } from './field-types.ts';
import { type Syntax, syntaxNames } from './syntaxes.ts';
import { transformSchema } from './transform-schema.ts';
import type { Step } from './transforms.ts';

/** All settings of a field. A bare string is short for `{ select: … }`. */
export interface Field extends FieldPlace {
  /** Places to be tried in their order, instead of one. */
  from?: FieldSource[] | undefined;
  within?: 'page' | undefined;
  /** All data of the page in these syntaxes, as one object. */
  structured?: 'all' | Syntax[] | undefined;
  take: Taken;
  attr?: string | undefined;
  page?: 'url' | 'status' | 'fetchedAt' | 'depth' | 'referrer' | 'label' | undefined;
  constant?: string | number | boolean | null | undefined;
  table?: 'rows' | 'pairs' | undefined;
  /** What the value holds is markup, in which the fields below are looked for. */
  as?: 'html' | undefined;
  /** Where the address is by which links are resolved, beside the field: a path in data, a selector among elements. */
  base?: string | undefined;
  list: boolean;
  fields?: Record<string, Field> | undefined;
  regex?: string | undefined;
  transform?: Step[] | undefined;
  type?: FieldType | undefined;
  /** The file that it names is downloaded. */
  download?: boolean | undefined;
  locale?: string | undefined;
  timeZone?: string | undefined;
  required: boolean;
  default?: string | number | boolean | null | undefined;
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const text = z.string().min(1).max(1_024);
const take = z
  .enum(takenForms)
  .describe(
    'text: white space folded, but of pre and textarea the lines as they stand; html: the inner markup as the HTML Standard writes it (innerHTML), of feeds as XML; markdown: the content as Markdown (CommonMark, with tables and footnotes of GFM), links absolute.',
  );

const xpath = text.superRefine(checkXPath);

/** Where a value is, and what is taken there: of a field, and of each of its sources. */
const place = {
  select: selector
    .optional()
    .describe('CSS selector of the element; without it, the element of the item itself.'),
  xpath: xpath
    .optional()
    .describe(
      'XPath 1.0 instead of select, such as //h2[2]/a/@href or normalize-space(.//p): of an element, an attribute, a text or a value. A path that begins with / is of the whole page. Names in either case; also re:test and has-class. Anywhere else where a selector stands, XPath may be written behind xpath:.',
    ),
  label: text
    .optional()
    .describe(
      'The value beside this heading, such as Weight: the cell beside a cell, or below it where its row names the columns, the dd of a dt, what follows an element or a colon. Size / Height is the Height of the group Size, which is a heading over the whole table, its caption, or a heading of the page before it. Upper and lower case and a colon at the end do not matter.',
    ),
  column: text
    .optional()
    .describe(
      'In a row of a table (rows of the label, or table: rows with fields): the cell under this heading, such as Price, or Goals / for of two levels. _table is the number of its table on the page, _caption the caption of that, _heading the heading of the page before it, _group the heading over the whole width above the row. See Tables.',
    ),
  meta: text
    .optional()
    .describe(
      'The content of the meta element of this name or property, such as og:title, anywhere on the page.',
    ),
  jsonld: jsonPath
    .optional()
    .describe(
      'Where it is in the JSON-LD of the page, such as offers.price; a type before it takes things of that type alone: Product.offers.price. Lists are gone through, references by @id followed, and JSON that is slightly broken is mended, and counted; what cannot be mended is lost at the step json. With type: url a thing is its contentUrl or url.',
    ),
  article: z
    .union([z.literal(true), z.enum(articlePartNames), z.array(z.enum(articlePartNames)).min(1)])
    .optional()
    .describe(
      `A part of the main text of the page, as reader views of browsers find it: ${describeArticleParts()}. Several as a list, or all of them with true, are an object.`,
    ),
  microdata: jsonPath
    .optional()
    .describe(
      'Where it is in the microdata of the page (itemscope, itemprop), by a path as that of jsonld: Product.offers.price. Values are those of the HTML Standard: the URL of a link or an image, the content of meta, the datetime of time, else the text; and content of any element.',
    ),
  rdfa: jsonPath
    .optional()
    .describe(
      'Where it is in the RDFa of the page (vocab, typeof, property), by a path as that of jsonld: Product.name. Names are the last part of their IRI; the whole IRI may be written: ["http://ogp.me/ns#title"].',
    ),
  og: text
    .optional()
    .describe(
      'Where it is in the Open Graph of the page, without og:, such as title, image, image.width, image[1].alt, product:price:amount. image, video and audio are lists of objects with url, as width and the like belong to the image before them; as a value such an object is its url.',
    ),
  script: text
    .superRefine(checkScriptName)
    .optional()
    .describe(
      "A variable of the page's scripts, such as window.__STATE__, with path below it: what is assigned to it or pushed into it, as JSON, a literal of JavaScript or JSON.parse of a text. No script is run: code has no value (lost at the step script), and a script of JSON that is broken has none (json). Or the id of a script that holds JSON, such as __NEXT_DATA__. Of self.__next_f the stream is put together, and the first object of it that has the path counts.",
    ),
  path: jsonPath
    .optional()
    .describe(
      'In JSON pages: where the value is, such as price.amount or images[0]; [*] is every entry of a list, or every value of an object: versions[*].date. In web pages: where it is in the JSON that the element holds, such as a script of type application/ld+json; or below script.',
    ),
  attr: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Take this attribute instead. One that is there and empty is the empty string, which is no value of a required field; as a URL that of href and action is the page, and others lead nowhere; as boolean it is true.',
    ),
  within: z
    .literal('page')
    .optional()
    .describe(
      'Look for it on the whole page, where items are parts of one (each) or the field is below another.',
    ),
  regex: z
    .string()
    .max(1_024)
    .superRefine(checkRegex)
    .optional()
    .describe(
      'Keep what this regular expression (JavaScript, flag u) finds: its first group, or all of it. One that could take exponential time runs in RE2, or is refused where it looks ahead or behind.',
    ),
};

const sourceObject = z.strictObject({
  ...place,
  take: take.optional(),
  timeZone: timeZone
    .optional()
    .describe(
      'Of type date: the time zone of a time that names none there, such as UTC of date_gmt beside date.',
    ),
});

const source: z.ZodType<FieldSource> = z.union([text.transform(readSource).pipe(sourceObject), sourceObject]);

const fieldObject = z
  .strictObject({
    ...place,
    from: z
      .array(source)
      .min(1)
      .max(16)
      .optional()
      .describe(
        'Several places, of which the first with a value counts: css:…, xpath:…, jsonld.…, microdata.…, rdfa.…, og.…, meta.…, article.…, label:…, path:…, script:…, or a mapping of such a key with path, attr, take, regex, within, timeZone. How often it was not the first is counted.',
      ),
    take: take.default('text'),
    use: text
      .optional()
      .describe(
        'Name of a field that a document of the same file shares (shared: fields): that field, with the keys beside this one in place of its own. See Fields of several jobs.',
      ),
    structured: z
      .union([z.literal('all'), z.array(z.enum(syntaxNames)).min(1)])
      .optional()
      .describe(
        'All that the page says for machines, as one object: all, or a list of syntaxes. jsonld: the values of its scripts; microdata: its items, as extruct writes them; rdfa: expanded JSON-LD; opengraph, twitter, meta: objects of the meta elements. Null where the page has none.',
      ),
    page: z
      .enum(['url', 'status', 'fetchedAt', 'depth', 'referrer', 'label'])
      .optional()
      .describe('Take a fact about the page instead.'),
    constant: scalar.optional().describe('Always this value.'),
    table: z
      .enum(['rows', 'pairs'])
      .optional()
      .describe(
        'Of a table or definition list: rows, one object per row keyed by its headers, levels joined by " / ", or with fields, which are looked for in each row (column); or pairs, first cell to second. See Tables.',
      ),
    as: z
      .literal('html')
      .optional()
      .describe(
        'The value is HTML, such as content.rendered of an API, content of a feed, or an attribute: fields are looked for in it, by selectors.',
      ),
    base: text
      .optional()
      .describe(
        'Of data or a feed: where the address is by which links in the value are resolved, such as link: a path beside that of the field, or among elements a selector. Default: xml:base where there is one, else the page.',
      ),
    list: z
      .boolean()
      .default(false)
      .describe(
        'All matches as a list, instead of the first: an entry for each, null where the element is empty or cannot be read, so that lists beside each other stay parallel.',
      ),
    get fields(): z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodType<Field>>> {
      return z
        .record(z.string().min(1).max(128), fieldSchema)
        .optional()
        .describe('A nested object, its selectors below the selected element; with list, a list of objects.');
    },
    transform: transformSchema.optional(),
    type: z
      .enum(fieldTypeNames)
      .optional()
      .describe(
        `What to make of the text. ${describeFieldTypes()}. What cannot be read for certain, such as 1.299 or 03/04/2025 where neither locale nor the page says how they are written, is null, and counted with the step that lost it. Default: string, or the JSON value as it is.`,
      ),
    download: z
      .boolean()
      .optional()
      .describe(
        'Of type url: the file that it names is downloaded, once per run. What became of it is in _files of the item, in the place of the field: path, sha256, bytes and type, or the code of its failure. See Files.',
      ),
    locale: languageTag
      .optional()
      .describe(
        'How numbers and dates are written on the page. Default: read from the text; where that leaves it open, from the nearest lang of the page (attributes named data-…, content and value apart; in JSON a point is the decimal sign); else null.',
      ),
    timeZone: timeZone
      .optional()
      .describe(
        'Of type date, of article: date, and of the steps date and relativeDate without a zone of their own: the time zone of a time that names none, such as Europe/Athens; the time is then in UTC. One that the clocks of the zone have twice, or never, is null. Default: timeZone of the job.',
      ),
    required: z
      .boolean()
      .default(false)
      .describe('An item without it, or with an empty text, is reported as incomplete and kept apart.'),
    default: scalar.optional().describe('Value when nothing is found.'),
  })
  .superRefine(checkCombination)
  .describe('A field.');

export const fieldSchema: z.ZodType<Field> = z
  .union([
    selector.transform((select): Field => ({ select, take: 'text', list: false, required: false })),
    fieldObject,
  ])
  .meta({ id: 'field' });

const places = [
  'select',
  'xpath',
  'label',
  'column',
  'meta',
  ...graphPlaces,
  'script',
  'article',
  'path',
  'from',
  'within',
] as const;

/** Keys that say where a value comes from, and what each cannot be combined with. */
const exclusive: [key: keyof Field, others: readonly (keyof Field)[]][] = [
  [
    'constant',
    [...places, 'structured', 'attr', 'page', 'table', 'as', 'base', 'fields', 'regex', 'transform'],
  ],
  ['page', [...places, 'structured', 'attr', 'table', 'as', 'base', 'fields']],
  ['structured', [...places, 'attr', 'table', 'as', 'list', 'fields', 'regex', 'transform', 'type']],
  [
    'article',
    [...places.filter((place) => place !== 'article'), 'structured', 'attr', 'table', 'as', 'fields'],
  ],
  ['xpath', ['select', 'label', 'column', 'meta', ...graphPlaces, 'script']],
  ['from', [...places.filter((place) => place !== 'from'), 'attr', 'table']],
  ['script', ['select', 'label', 'column', 'meta', ...graphPlaces, 'within', 'attr', 'table']],
  ...graphPlaces.map((key, index): [keyof Field, readonly (keyof Field)[]] => [
    key,
    [...graphPlaces.slice(index + 1), 'select', 'label', 'column', 'meta', 'path', 'within', 'attr', 'table'],
  ]),
  ['meta', ['select', 'label', 'column', 'path', 'within', 'attr', 'table']],
  ['label', ['select', 'column']],
  ['column', ['select', 'within']],
  ['attr', ['path', 'table']],
  ['table', ['as', 'regex', 'transform', 'type']],
  ['fields', ['regex', 'transform', 'type']],
];

/** `use` is resolved when a file is read (`shared-fields.ts`), so that one that is left is where none can be. */
function checkCombination(field: Field & { use?: string | undefined }, context: z.core.$RefinementCtx): void {
  if (field.use !== undefined) {
    context.addIssue({
      code: 'custom',
      path: ['use'],
      message: 'no use here: only fields of a job in a file have it',
    });
  }
  for (const [key, others] of exclusive) {
    if (field[key] === undefined) continue;
    for (const other of others.filter((name) => field[name] !== undefined && field[name] !== false)) {
      context.addIssue({ code: 'custom', path: [other], message: `no ${other} beside ${key}` });
    }
  }
  const { take, article } = field;
  for (const { key, message } of misplaced(field)) context.addIssue({ code: 'custom', path: [key], message });
  if (take !== 'text' && (field.attr ?? field.table ?? field.fields) !== undefined) {
    context.addIssue({
      code: 'custom',
      path: ['take'],
      message: `no take: ${take} beside attr, table or fields`,
    });
  }
  if (article === undefined) return;
  if (take !== 'text') {
    const message = `no take: ${take} beside article: write article: ${take}`;
    context.addIssue({ code: 'custom', path: ['take'], message });
  }
  if (field.list) {
    context.addIssue({ code: 'custom', path: ['list'], message: 'no list beside article: a page has one' });
  }
}

/** Keys that go with fields below, or without them, in some forms alone. */
function misplaced(field: Field): { key: keyof Field; message: string }[] {
  const { as, attr, table, list, fields, meta, type, download } = field;
  if (download === true && !isAddress(type)) {
    return [{ key: 'download', message: 'type: url beside download, which is of the file at an address' }];
  }
  if (as !== undefined) {
    return fields === undefined
      ? [{ key: 'as', message: 'fields beside as: html, which are looked for in it' }]
      : [];
  }
  if (fields === undefined) return [];
  const found: { key: keyof Field; message: string }[] = [];
  if ((attr ?? meta) !== undefined) {
    const key = attr === undefined ? 'meta' : 'attr';
    found.push({ key: 'fields', message: `no fields beside ${key}, but with as: html` });
  }
  if (table === 'pairs') {
    found.push({
      key: 'fields',
      message: 'no fields beside table: pairs: without it they find their values by label',
    });
  }
  if (table === 'rows' && list) {
    found.push({ key: 'list', message: 'no list beside table: rows with fields, which is a list' });
  }
  return found;
}
