import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { HaltError } from '../../shared/errors.ts';
import { fieldTypeNames } from '../../shared/job/field-types.ts';
import { loadJobs, loadSettings, parseJobs, parseSettings } from '../../shared/job/load.ts';
import { InvalidFileError } from '../../shared/job/problems.ts';
import { sourceSchema } from '../../shared/job/source-schema.ts';

const badFolder = fileURLToPath(new URL('bad/', import.meta.url));
const configFolder = fileURLToPath(new URL('../../config/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'spinneret-job-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = `name: books
sources:
  - crawl: { start: https://books.example/ }
pages:
  book:
    fields:
      title: h1
`;

/** First line of the error for each file of bad/, after the file's name. */
const firstMessages: [file: string, message: string][] = [
  [
    'alias-of-itself',
    '8:26 pages.book.fields.title.fields.again: the alias "*title" stands inside what it repeats',
  ],
  [
    'alias-unknown',
    '7:14: no value is anchored as &heading; if "*heading" is meant as text, put the whole value in quotes',
  ],
  [
    'alias-unquoted-glob',
    '6:12: no value is anchored as &*/book/*; if "**/book/*" is meant as text, put the whole value in quotes',
  ],
  ['anchored-mistake', '7:35 pages.book.fields.title.lst: unknown key; did you mean "list"?'],
  [
    'bracket-in-braces',
    '7:28: a bracket in a text within [ … ] or { … }, such as items[0]; put the whole value in quotes',
  ],
  [
    'own-column',
    '7:13 pages.book.fields._url: expected another name than _url, which every exported item has of its own, found "h1"',
  ],
  ['attr-beside-page', '7:31 pages.book.fields.url.attr: expected no attr beside page, found "href"'],
  ['boolean-yes', '7:35 pages.book.fields.tags.list: expected true or false, found "yes"; write true'],
  [
    'bytes-with-unit',
    '9:17 fetch.maxBodyBytes: expected a whole number of bytes, found "10 MB"; write 10485760',
  ],
  [
    'canonical-misspelt',
    '9:14 urls.canonical: expected one of "ignore", "follow", found "folow"; did you mean "follow"?',
  ],
  [
    'constant-list',
    '7:25 pages.book.fields.kind.constant: expected text, a number, true or false or null, found a list; for text that begins with [, put it in quotes',
  ],
  [
    'constant-too-large',
    '7:23 pages.book.fields.id.constant: 12345678901234567890 is larger than a number can be without losing digits; write "12345678901234567890"',
  ],
  [
    'date-invalid',
    '3:61 sources[0].sitemap.modifiedSince: expected a date such as 2026-01-31, found "last week"',
  ],
  [
    'discriminator-missing',
    '6:7 sources[0].rest.page.by: missing; expected one of "number", "offset", "cursor", "link"',
  ],
  [
    'discriminator-unknown',
    '6:19 sources[0].rest.page.by: expected one of "number", "offset", "cursor", "link", found "ofset"; did you mean "offset"?',
  ],
  ['document-is-a-list', '1:1: expected a mapping, found a list'],
  ['document-is-text', '1:1: expected a mapping, found "just some text"'],
  ['duplicate-key', '9:7 pages.book.fields.title: the key is written twice; the first is on line 7'],
  ['empty-section', '8:1 limits: expected a mapping, found nothing; write a value, or remove the key'],
  ['empty', '1:1: the file holds no job; write at least name, sources and pages'],
  [
    'field-is-a-list',
    '7:14 pages.book.fields.cover: expected a CSS selector or a mapping, found a list; for text that begins with [, put it in quotes',
  ],
  ['field-is-a-number', '7:14 pages.book.fields.title: expected a CSS selector or a mapping, found 5'],
  ['field-key-misspelt', '7:32 pages.book.fields.price.tpye: unknown key; did you mean "type"?'],
  [
    'field-nested-misspelt',
    '11:19 pages.book.fields.offers.fields.shop.selct: unknown key; did you mean "select"?',
  ],
  [
    'field-unquoted-hash',
    '7:7 pages.book.fields.title: expected a CSS selector or a mapping, found nothing; what follows # is a comment: put the value in quotes',
  ],
  ['gap-with-unit', '9:10 politeness.gapMs: expected a whole number of milliseconds, found "1s"; write 1000'],
  [
    'header-line-break',
    '11:1 fetch.headers.X-Token: expected a header value of Latin-1 characters on one line, found "abc\\n"; a text block ends with a line break: write the value on one line',
  ],
  ['header-name', '9:14 fetch.headers["X Token"]: expected a header name as the key, found "X Token"'],
  ['header-number', '9:25 fetch.headers.X-Version: expected text, found 2; write "2"'],
  [
    'host-with-scheme',
    '9:11 scope.hosts[0]: expected a host name such as example.com or *.example.com, found "https://books.example/"; write books.example',
  ],
  ['indentation', '4:2: the indentation does not fit the lines above'],
  [
    'key-far-off',
    '8:1 speed: unknown key; the keys here are name, description, sources, pages, sessions, proxies, timeZone, namespaces, scope, urls, limits, files, politeness, fetch, network, recrawl, keep, output, schedule',
  ],
  [
    'label-invalid',
    '5:3 pages["2nd page"]: expected a letter, then letters, digits, "-" or "_", 64 at most as the key, found "2nd page"',
  ],
  [
    'label-unknown',
    '6:34 pages.book.follow[0].label: expected a label under pages (book), found "bok"; did you mean "book"?',
  ],
  ['sign-empty', '6:11 pages.book.only: expected select:, path:, text:, status: or field:, found a mapping'],
  [
    'sign-field-unknown',
    '6:23 pages.book.unless[0].field: expected a field of the label (price), found "prize"; did you mean "price"?',
  ],
  [
    'key-unknown',
    '6:10 pages.book.key: expected fields of the label (isbn), found "isbm"; did you mean "isbn"?',
  ],
  ['shared-alone', '1:1: the file holds no job; write at least name, sources and pages'],
  ['shared-mistake', '3:26 shared.fields.price.typ: unknown key; did you mean "type"?'],
  [
    'shared-none',
    '6:21 pages.x.fields.price.use: no document of this file has shared fields; write one: shared: { fields: { … } }',
  ],
  [
    'shared-twice',
    '3:28 (document 2) shared.fields.price: the name "price" is taken by document 1, on line 1',
  ],
  [
    'shared-unknown',
    '8:21 (document 2) pages.x.fields.price.use: expected a name under shared.fields (price), found "prize"; did you mean "price"?',
  ],
  ['shared-with-job', '2:1 name: unknown key; the only key here is shared'],
  [
    'shared-within-shared',
    '1:35 shared.fields.price.use: expected no use here: only fields of a job in a file have it, found "cost"',
  ],
  ['time-zone-unknown', '3:11 timeZone: expected a time zone such as Europe/Berlin, found "Europe/Athen"'],
  ['list-inline-after-key', '2:10: a list begins on the line after its key'],
  [
    'locale-invalid',
    '7:40 pages.book.fields.price.locale: expected a language tag such as en-US or de-DE, found "english please"',
  ],
  ['merge-of-text', '8:16: << takes an alias of a mapping, such as <<: *common'],
  ['missing-keys', '1:1 sources: missing; expected a list'],
  [
    'name-invalid',
    '1:7 name: expected lower-case letters, digits and "-", starting with a letter, found "My Books"',
  ],
  ['name-misspelt', '1:1 nmae: unknown key; did you mean "name"?'],
  ['name-repeated', '9:7 (document 2) name: the name "books" is taken by document 1, on line 1'],
  ['number-fraction', '8:21 limits.maxDepth: expected a whole number, found 2.5'],
  ['number-quoted', '8:21 limits.maxPages: expected a whole number, found "100"; write 100'],
  ['number-too-big', '8:30 fetch.concurrencyPerHost: expected at most 256, found 1000'],
  ['number-too-small', '8:21 limits.maxPages: expected at least 1, found 0'],
  ['only-comments', '1:1: the file holds no job; write at least name, sources and pages'],
  ['pages-empty', '4:8 pages: expected at least one page label, found a mapping'],
  [
    'path-invalid',
    '6:22 pages.default.fields.price.path: expected a path such as price.amount or images[0] (cannot be read at character 7), found "offers[?(@.price"; keys joined by dots, [0] for an entry, [*] for all of them, ["any key"] for keys with marks in them',
  ],
  [
    'path-of-items',
    '5:14 sources[0].rest.items: expected a path such as price.amount or images[0] (cannot be read at character 6), found "data..results"; keys joined by dots, [0] for an entry, [*] for all of them, ["any key"] for keys with marks in them',
  ],
  [
    'pattern-bare',
    '6:12 pages.book.match: expected a URL pattern that begins with /, *, http:// or https://, or with regex:, found "book/*"; write "**book/*"',
  ],
  [
    'pattern-regex',
    '6:12 pages.book.match: expected a regular expression (Unterminated group), found "regex:/book/(\\\\d+"',
  ],
  [
    'pattern-single-star',
    '6:12 pages.book.match: expected a URL pattern; a single * does not reach past the "/" of https://, found "*.pdf"; write "**.pdf"',
  ],
  [
    'placeholder-name',
    '9:29 fetch.headers.Authorization: "${env:API-KEY}" names no environment variable; write ${env:NAME}, or $${env:… for the text itself',
  ],
  ['priority-a-word', '6:15 pages.book.priority: expected a number, found "high"'],
  [
    'priority-beside-path',
    '7:32 pages.book.follow[0].priority: expected a number beside path: values of JSON bear no attributes, found a mapping',
  ],
  [
    'priority-by-domain',
    '10:11 politeness.paceBy: expected host in a job with priorities or crawl.order: pages are ordered within their host, found "domain"',
  ],
  [
    'order-of-two-sources',
    '4:55 sources[1].crawl.order: expected best, as the first source has it: a run has one order, found "breadth"',
  ],
  ['prototype-key', '7:7 pages.book.fields.__proto__: this key is not allowed; choose another name'],
  ['quote-unclosed', '7:14: the double quote opened here is never closed'],
  [
    'regex-invalid',
    '7:37 pages.book.fields.isbn.regex: expected a regular expression (Unterminated group), found "(\\\\d+"',
  ],
  ['second-colon', '7:15: a second colon in the line; put the whole value in quotes'],
  ['second-document', '15:32 (document 2) pages.book.fields.price.tpye: unknown key; did you mean "type"?'],
  [
    'selector-invalid',
    '7:14 pages.book.fields.title: expected a CSS selector (it ends where a name should follow), found "h1["',
  ],
  [
    'selector-pseudo-element',
    '7:14 pages.book.fields.title: expected a CSS selector (it has ::text), found "h1::text"; leave ::text out; text is what a field takes',
  ],
  ['selector-unquoted-bracket', '7:27: text after a closing quote or bracket; put the whole value in quotes'],
  [
    'selector-unquoted-child',
    '7:16: a value that begins with > or | is a text block in YAML; put the whole value in quotes',
  ],
  [
    'selector-xpath',
    '7:14 pages.book.fields.title: expected a CSS selector (it is XPath), found "//h1/text()"; write xpath: before it, such as "xpath://h1/text()", or in a field the key xpath instead of select',
  ],
  ['sitemap-both', '3:14 sources[0].sitemap: expected either urls or site, and not both, found a mapping'],
  ['source-kind-misspelt', '3:5 sources[0].crwal: unknown key; did you mean "crawl"?'],
  [
    'source-two-kinds',
    `3:5 sources[0]: expected exactly one of ${Object.keys(sourceSchema.shape).join(', ')}, found a mapping`,
  ],
  ['sources-empty', '2:10 sources: expected at least one entry, found an empty list'],
  [
    'start-relative',
    '3:21 sources[0].crawl.start: expected an absolute http or https URL, found "/catalogue"',
  ],
  [
    'start-without-scheme',
    '3:21 sources[0].crawl.start: expected an absolute http or https URL, found "books.example/catalogue"; write https://books.example/catalogue',
  ],
  ['tab-indentation', '3:1: a tab in the indentation; YAML allows spaces only'],
  [
    'tag-function',
    '7:14: the tag "!!js/function" is not supported; write plain values, or put a value that begins with ! in quotes',
  ],
  [
    'type-misspelt',
    `7:38 pages.book.fields.price.type: expected one of ${fieldTypeNames.map((name) => `"${name}"`).join(', ')}, found "nmber"; did you mean "number"?`,
  ],
];

describe('parseJobs', () => {
  it('has a message on record for every bad file', () => {
    expect(firstMessages.map(([file]) => `${badFolder}${file}.yaml`).sort()).toEqual(
      yamlFiles(badFolder).sort(),
    );
  });

  it.each(firstMessages)('says what is wrong with %s', (file, message) => {
    const error = failure(() => parseJobs(readFileSync(`${badFolder}${file}.yaml`, 'utf8'), 'f.yaml'));
    expect(error.message.split('\n')[0]).toBe(`f.yaml:${message}`);
    expect(error.code).toBe('JOB_INVALID');
  });

  it('fills in defaults and keeps placeholders', () => {
    const text = good.replace('https://books.example/', '"${env:SHOP}/books"');
    const [loaded] = parseJobs(text, 'config/books.yaml');
    expect(loaded).toMatchObject({ baseDir: resolve('config'), file: 'config/books.yaml', document: 1 });
    expect(loaded?.job.sources[0]?.crawl?.start).toEqual(['${env:SHOP}/books']);
    expect(loaded?.job.pages['book']?.fields['title']).toEqual({
      select: 'h1',
      take: 'text',
      list: false,
      required: false,
    });
    expect(loaded?.job.limits.maxPages).toBe(10_000);
  });

  it('reads several documents and passes over empty ones', () => {
    const text = `\ufeff# first\n${good}---\n# nothing\n---\n${good.replace('books', 'films')}...\n`;
    expect(parseJobs(text, 'f').map(({ job, document }) => [job.name, document])).toEqual([
      ['books', 1],
      ['films', 3],
    ]);
  });

  it('takes anchors, aliases and merges', () => {
    const text = `${good}      price: &price { select: .price, type: number }\n      old: { <<: *price, select: .old }\n`;
    const fields = parseJobs(text, 'f')[0]?.job.pages['book']?.fields;
    expect(fields?.['old']).toMatchObject({ select: '.old', type: 'number' });
  });

  it('reports everything wrong in all documents at once, as data too', () => {
    const text = `${good.replace('h1', '{ selct: h1 }')}limits: { maxPages: "5" }\n---\nname: films\n`;
    const error = failure(() => parseJobs(text, 'config/b.yaml'));
    expect(error.problems.map(({ line, document, path }) => [line, document, path])).toEqual([
      [7, 1, 'pages.book.fields.title.selct'],
      [8, 1, 'limits.maxPages'],
      [10, 2, 'sources'],
      [10, 2, 'pages'],
    ]);
    expect(error.problems[0]).toEqual({
      file: 'config/b.yaml',
      document: 1,
      line: 7,
      column: 16,
      path: 'pages.book.fields.title.selct',
      message: 'unknown key; did you mean "select"?',
      suggestion: 'select',
      excerpt: '          title: { selct: h1 }\n                   ^',
    });
    expect(error.problems[1]).toMatchObject({ expected: 'a whole number', suggestion: '5' });
  });

  it('checks labels even where other errors were found', () => {
    const text = good.replace('book:', 'book:\n    follow: [{ label: bok }]').replace('h1', '5');
    expect(failure(() => parseJobs(text, 'f')).problems).toHaveLength(2);
  });

  it('cuts the source line around the place and shows nothing that a terminal would obey', () => {
    const text = `description: "\u009b31m"\n${good}${'x'.repeat(3_000)}: 1\n`;
    const { message, problems } = failure(() => parseJobs(text, 'f'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point.
    expect(message).not.toMatch(/[\u0000-\u0009\u007f-\u009f]/);
    for (const { excerpt } of problems) expect(excerpt.length).toBeLessThan(300);
  });

  it('names 50 problems of many and counts the rest', () => {
    const keys = Array.from({ length: 80 }, (_, index) => `zzz${index}: 1`).join('\n');
    const error = failure(() => parseJobs(`${good}${keys}\n`, 'f'));
    expect(error.problems).toHaveLength(80);
    expect(error.message).toMatch(/… and 30 more$/);
  });

  it.each([
    ['billion laughs', laughs(9), 'aliases repeat more than 10000 values'],
    ['wide aliases', laughs(40), 'aliases repeat more than 10000 values'],
    ['many aliases', `a: &a 1\nb: [${'*a, '.repeat(200)}]\n`, 'more than 100 aliases'],
    ['deep brackets', '['.repeat(100_000), 'nested more than 50 levels deep'],
    ['deep mappings', '{a: '.repeat(100_000), 'nested more than 50 levels deep'],
    ['deep lists', '- '.repeat(100_000), 'nested more than 50 levels deep'],
    ['a long line', `name: "${'x'.repeat(1_000_000)}`, 'the double quote opened here'],
    ['NUL', 'name: a\0b', 'a NUL character'],
    ['a control character', 'name: a\u0007b', 'a control character'],
    ['binary', '\u007fELF\u0002\u0001\u0001', 'a control character'],
    [
      'many keys',
      Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join('\n'),
      'missing; expected text',
    ],
  ])('refuses %s with a message', (_, text, message) => {
    expect(failure(() => parseJobs(text, 'f')).message).toContain(message);
  });

  it('throws nothing but InvalidFileError, whatever the text', () => {
    const piece = fc.constantFrom(
      ...[
        'a: ',
        '- ',
        '\n',
        '  ',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '&a ',
        '*a',
        '<<: ',
        '---\n',
        '? ',
        '!',
        '#',
        '|\n',
        '\t',
      ],
      ...[
        'name: ',
        'sources:',
        'pages:',
        'fields: ',
        'null',
        '5',
        '%YAML 1.2\n',
        '\u0000',
        '__proto__: ',
        '${env:}',
      ],
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (source) => {
        expect(failure(() => parseJobs(source, 'f')).problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but InvalidFileError when one character of a good file is lost or doubled', () => {
    const text = readFileSync(`${configFolder}quickstart.yaml`, 'utf8');
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.boolean(), (at, isLost) => {
        const changed =
          text.slice(0, at) + (isLost ? '' : text.slice(at, at + 1)) + text.slice(isLost ? at + 1 : at);
        try {
          parseJobs(changed, 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidFileError);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('loadJobs', () => {
  const jobFiles = [...yamlFiles(configFolder), ...yamlFiles(`${configFolder}examples/`)];
  it.each(jobFiles.filter((file) => !file.endsWith('/settings.yaml')))('takes %s', async (file) => {
    expect((await loadJobs(file)).length).toBeGreaterThan(0);
  });

  it.each<[what: string, bytes: Uint8Array | string, message: string]>([
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), 'the file is UTF-16; save it as UTF-8'],
    ['invalid UTF-8', Buffer.from([0x61, 0x3a, 0x20, 0x31, 0x0a, 0x62, 0xe9, 0x0a]), 'line 2 is not UTF-8'],
    ['an unfinished character', Buffer.from([0x61, 0x0a, 0xe2, 0x82]), 'line 2 is not UTF-8'],
    ['10 MB', 'x'.repeat(10_000_000), 'the limit is 1048576 (1 MiB)'],
  ])('refuses %s', async (what, bytes, message) => {
    const file = join(folder, `${what}.yaml`);
    writeFileSync(file, bytes);
    const error = await rejection(loadJobs(file));
    expect(error.code).toBe('JOB_UNREADABLE');
    expect(error.message).toContain(`${file}: `);
    expect(error.message).toContain(message);
  });

  it.each([
    ['a missing file', 'nothing-like-it.yaml', 'there is no such file'],
    ['a file in a file', 'books.yaml/x.yaml', 'a part of the path is not a directory'],
    ['a directory', '.', 'this is a directory'],
    ['a misspelt file', 'boks.yaml', `did you mean ${join(folder, 'books.yaml')}?`],
  ])('refuses %s', async (_, name, message) => {
    writeFileSync(join(folder, 'books.yaml'), good);
    expect((await rejection(loadJobs(join(folder, name)))).message).toContain(message);
  });

  it('refuses a pipe, which would never end', async () => {
    const pipe = join(folder, 'pipe.yaml');
    execFileSync('mkfifo', [pipe]);
    expect((await rejection(loadJobs(pipe))).message).toContain('this is not a regular file');
  });

  it('takes a byte order mark and Windows line ends', async () => {
    const file = join(folder, 'windows.yaml');
    writeFileSync(file, `\ufeff${good}`.replaceAll('\n', '\r\n'));
    expect((await loadJobs(file))[0]?.job.name).toBe('books');
  });
});

describe('loadSettings', () => {
  it('gives the defaults without a file, and for one that is not there or empty', () => {
    const defaults = parseSettings('', 'f');
    expect(defaults.processes).toBe('auto');
    expect(loadSettings()).toEqual(defaults);
    expect(loadSettings(join(folder, 'none.yaml'))).toEqual(defaults);
  });

  it('takes the settings of the project, which are the defaults', () => {
    expect(loadSettings(`${configFolder}settings.yaml`)).toEqual(loadSettings());
  });

  it.each([
    ['processes: atuo', '1:12 processes: expected "auto", found "atuo"; did you mean "auto"?'],
    ['processes: true', '1:12 processes: expected "auto" or a whole number, found true'],
    ['processes: 0', '1:12 processes: expected at least 1, found 0'],
    ['leaseMs: 10s', '1:10 leaseMs: expected a whole number of milliseconds, found "10s"; write 10000'],
    ['batchsize: 5', '1:1 batchsize: unknown key; did you mean "batchSize"?'],
    [
      'aws: { stack: AWS-shop }',
      '1:15 aws.stack: expected a letter, then letters, digits or "-", 41 at most, and neither aws nor ssm first, found "AWS-shop"',
    ],
    [
      'aws: { stack: ssmShop }',
      '1:15 aws.stack: expected a letter, then letters, digits or "-", 41 at most, and neither aws nor ssm first, found "ssmShop"',
    ],
    ['processes: 2\n---\nprocesses: 3', '3:1 (document 2): settings are one document; remove this one'],
  ])('refuses %s', (text, message) => {
    const error = failure(() => parseSettings(text, 'f'));
    expect(error.code).toBe('SETTINGS_INVALID');
    expect(error.message.split('\n')[0]).toBe(`f:${message}`);
  });

  it('refuses a directory under its own code', () => {
    expect(() => loadSettings(folder)).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }));
  });
});

function failure(act: () => unknown): InvalidFileError {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidFileError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

async function rejection(promise: Promise<unknown>): Promise<HaltError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HaltError) return error;
  throw new Error('no HaltError', { cause: error });
}

function yamlFiles(of: string): string[] {
  return readdirSync(of)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${of}${name}`);
}

function laughs(levels: number): string {
  const lines = Array.from(
    { length: levels },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(2)}]`,
  );
  const first = `l0: &l0 [${'ha, '.repeat(1_000)}]`;
  return [first, ...lines].join('\n');
}

describe('paths into JSON', () => {
  const url = 'https://a.example/';
  const sources = [
    { by: 'cursor', path: 'path.ok', more: 'more.ok' },
    { by: 'number', total: 'total.ok' },
  ].map((page) => ({ rest: { url, items: 'items.ok', page, label: 'product' } }));
  const steps = [{ request: { url, token: { path: 'token.ok' } } }];
  const login = { steps, check: { path: 'check.ok', not: { path: 'not.ok' } } };
  const job = {
    name: 'paths',
    sources,
    sessions: { member: { hosts: ['a.example'], login } },
    pages: {
      product: {
        items: 'rows.ok',
        follow: [{ path: 'link.ok' }],
        only: { field: 'sign.ok' },
        fields: { sign: { path: 'field.ok' }, name: { jsonld: 'graph.ok' }, kind: { rdfa: 'kind.ok' } },
      },
    },
  };

  it.each([
    ['sources[0].rest.items', 'items.ok'],
    ['sources[0].rest.page.path', 'path.ok'],
    ['sources[0].rest.page.more', 'more.ok'],
    ['sources[1].rest.page.total', 'total.ok'],
    ['sessions.member.login.check.path', 'check.ok'],
    ['sessions.member.login.check.not.path', 'not.ok'],
    ['sessions.member.login.steps[0].request.token.path', 'token.ok'],
    ['pages.product.items', 'rows.ok'],
    ['pages.product.follow[0].path', 'link.ok'],
    ['pages.product.fields.sign.path', 'field.ok'],
    ['pages.product.fields.name.jsonld', 'graph.ok'],
    ['pages.product.fields.kind.rdfa', 'kind.ok'],
  ])('that cannot be read are refused at %s', (place, written) => {
    const text = JSON.stringify(job);
    expect(parseJobs(text, 'f.yaml')).toHaveLength(1);
    const { message } = failure(() => parseJobs(text.replaceAll(`"${written}"`, '"a["'), 'f.yaml'));
    expect(message).toContain(
      ` ${place}: expected a path such as price.amount or images[0] (cannot be read at character 2)`,
    );
  });
});
