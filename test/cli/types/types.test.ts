import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@cfworker/json-schema';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type ItemJsonSchema, itemSchemasOf, jobItemSchema } from '../../../cli/types/item-schema.ts';
import { typescriptOf } from '../../../cli/types/typescript.ts';
import { defineJob } from '../../../library/define-job.ts';
import { jobSchema } from '../../../shared/job/schema.ts';
import { makeJob } from '../../engine/world.ts';
import type { Book, NewsItem } from './books.ts';

const pages = {
  book: {
    key: 'isbn',
    fields: {
      isbn: { select: '.isbn', required: true },
      title: 'h1',
      price: { select: '.price', type: 'number' },
      stock: { select: '.stock', type: 'boolean', default: 'unknown' },
      tags: { select: '.tag', list: true },
      offers: {
        select: '.offer',
        list: true,
        fields: { shop: '.shop', amount: { select: '.amount', type: 'integer', required: true } },
      },
      facts: { select: 'table', table: 'pairs' },
      rows: { select: 'table', table: 'rows' },
      status: { page: 'status', required: true },
      'odd name': '.odd',
      code: { select: 'script', path: 'a', regex: '(x)' },
    },
  },
  'news-item': { item: 'story', fields: { kind: { constant: 'news' } } },
} as const;
const sources = [{ crawl: { start: 'https://books.example/' } }];

describe('typescriptOf', () => {
  it('writes an interface for each label, and names what it cannot know', () => {
    const job = jobSchema.parse({
      name: 'books',
      sources,
      pages: { ...pages, made: { handler: 'made.ts' } },
    });
    const text = readFileSync(join(import.meta.dirname, 'books.ts'), 'utf8');
    expect(typescriptOf(job.name, itemSchemasOf(job))).toBe(text);
  });

  it('writes what the library makes of the same job', () => {
    const { item } = defineJob({ name: 'books', sources, pages });
    type Made = NonNullable<typeof item>;
    type MadeBook = Extract<Made, { _item: 'book' }>;
    expectTypeOf<MadeBook>().toExtend<Book>();
    expectTypeOf<Book>().toExtend<MadeBook>();
    type Story = Extract<Made, { _item: 'story' }>;
    expectTypeOf<Story>().toExtend<NewsItem>();
    expectTypeOf<NewsItem>().toExtend<Story>();
  });

  it.each<[string, object, object, string]>([
    ['the values of an enum', {}, { enum: ['new', 'used'] }, "f: 'new' | 'used';"],
    [
      'and no others than the field has',
      { type: 'integer' },
      { enum: [1, 2, 'x', null] },
      'f: 1 | 2 | null;',
    ],
    ['a constant', {}, { const: 'x' }, "f: 'x';"],
    ['no null', { type: 'number' }, { type: 'number' }, 'f: number;'],
    ['several types', {}, { type: ['string', 'null'] }, 'f: string | null;'],
    [
      'what types do not say',
      { type: 'number' },
      { minimum: 0, maximum: 9 },
      '/** minimum 0; maximum 9 */\n  f: number | null;',
    ],
    [
      'what it says itself',
      {},
      { description: 'of */ it', format: 'date' },
      '/** of *\\/ it; format date */\n  f: string | null;',
    ],
    ['the value of a step', { transform: ['trim'] }, { type: 'integer' }, 'f: number;'],
    [
      'the object of a step',
      { transform: ['trim'] },
      { type: 'object', properties: { a: { enum: [1] }, b: {} }, required: ['a'] },
      'f: {\n    a: 1;\n    b?: unknown;\n  };',
    ],
    [
      'the list of a step',
      { transform: ['trim'] },
      { type: 'array', items: { type: 'boolean' } },
      'f: boolean[];',
    ],
    ['entries', { list: true }, { items: { enum: ['a', 'b'] } }, "f: ('a' | 'b')[];"],
    [
      'properties',
      { fields: { a: 'b' } },
      { properties: { a: { const: 'c' } } },
      "f: {\n    a: 'c';\n  } | null;",
    ],
    ['alternatives', {}, { anyOf: [{ const: 'a' }, { type: 'null' }] }, "f: 'a' | null;"],
    ['all of several', {}, { allOf: [{ type: 'string' }, { enum: ['a', 1] }] }, "f: 'a';"],
    ['a reference', {}, { $ref: '#/$defs/of~1it' }, "f: 'r';"],
    ['a reference to itself', {}, { $ref: '#/$defs/loop' }, 'f: string | null;'],
    ['nothing', {}, { type: 'boolean' }, 'f: never;'],
  ])('narrows a type by the schema of its label: %s', (_, field, by, line) => {
    const schema = {
      properties: { f: by },
      $defs: { 'of/it': { const: 'r' }, loop: { $ref: '#/$defs/loop' } },
    };
    const job = makeJob({ sources, pages: { x: { fields: { f: { select: 'p', ...field } }, schema } } });
    expect(typescriptOf('x', itemSchemasOf(job))).toContain(`  _url: string;\n  ${line}\n}`);
  });

  it('gives labels names of their own', () => {
    const labels: Record<string, ItemJsonSchema> = { 'news-item': {}, newsItem: {}, item: {} };
    const text = typescriptOf('x', { labels, unknown: [] });
    expect([...text.matchAll(/interface (\w+)/g)].map(([, name]) => name)).toEqual([
      'NewsItem',
      'NewsItem2',
      'Item2',
    ]);
  });
});

describe('jobItemSchema', () => {
  const schemaOf = (label: object) => {
    const job = makeJob({ sources, pages: { x: label } });
    return new Validator(jobItemSchema(job, itemSchemasOf(job)), '2020-12', false);
  };
  const facts = { _item: 'x', _url: 'https://a.example/' };

  it.each<[string, object, unknown[], unknown[]]>([
    ['a text', {}, ['a', null], [1]],
    ['a required text', { required: true }, ['a'], [null]],
    ['a number', { type: 'number' }, [1.5, null, '12345678901234567890'], ['12']],
    ['a list', { list: true }, [[], ['a', null]], [null, 'a', [1]]],
    ['a list with a default', { list: true, default: 'none' }, [['a'], 'none'], [null]],
    ['a default', { type: 'integer', default: 0 }, [1, 0], [null, 1.5]],
    ['a step', { transform: ['trim'] }, ['a', 1, null, ['a']], []],
    [
      'a quantity',
      { type: 'quantity' },
      [{ value: 1.5, unit: 'm' }, { value: 2, unit: null }, null],
      [1, { value: 1 }],
    ],
    ['data of the page', { select: undefined, microdata: 'Product.offers' }, [{ price: 1 }, ['a'], null], []],
    ['the text of an article', { select: undefined, article: 'text' }, ['a', null], [1, { text: 'a' }]],
    ['the words of an article', { select: undefined, article: 'wordCount' }, [3, null], ['3']],
    [
      'parts of an article',
      { select: undefined, article: ['title', 'wordCount'] },
      [{ title: 'a', wordCount: 3 }, null],
      ['a', { title: 'a' }],
    ],
    [
      'typed rows of a table',
      { table: 'rows', fields: { a: { column: 'A', type: 'integer' } } },
      [[{ a: 1 }, { a: null }], null],
      [{ a: 1 }, [{}]],
    ],
  ])('takes what %s may be, and nothing else', (_, field, right, wrong) => {
    const schema = schemaOf({ fields: { f: { select: 'p', ...field } } });
    for (const f of right)
      expect(schema.validate({ ...facts, f }), JSON.stringify(f)).toMatchObject({ valid: true });
    for (const f of wrong) expect(schema.validate({ ...facts, f }).valid, JSON.stringify(f)).toBe(false);
    expect(schema.validate(facts).valid).toBe(false);
  });

  it('takes a row of a table with any columns', () => {
    const schema = schemaOf({ rows: 'table' });
    const row = { ...facts, _table: 1, _caption: null, _heading: 'Scores' };
    expect(schema.validate({ ...row, Team: 'X', Goals: null }).valid).toBe(true);
    expect(schema.validate({ ...row, Goals: 3 }).valid).toBe(false);
    expect(schema.validate(facts).valid).toBe(false);
  });

  it('holds the schema of the label, with the references within it', () => {
    const own = { properties: { f: { $ref: '#/$defs/short' } }, $defs: { short: { maxLength: 2 } } };
    const schema = schemaOf({ fields: { f: 'p' }, schema: own });
    expect(schema.validate({ ...facts, f: 'ab' }).valid).toBe(true);
    expect(schema.validate({ ...facts, f: 'abc' }).valid).toBe(false);
  });

  it('takes items by a schema of the label that allows no other fields', () => {
    const schema = schemaOf({
      fields: { f: 'p' },
      schema: { properties: { f: {} }, additionalProperties: false },
    });
    expect(schema.validate({ ...facts, f: 'a' }).valid).toBe(true);
    expect(schema.validate({ ...facts, f: 'a', g: 1 }).valid).toBe(false);
  });
});
