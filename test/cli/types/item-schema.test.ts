import { describe, expect, it } from 'vitest';
import { type ItemJsonSchema, itemSchemasOf, jobItemSchema } from '../../../cli/types/item-schema.ts';
import { narrow } from '../../../cli/types/narrow.ts';
import { makeJob } from '../../engine/world.ts';

const crawl = [{ crawl: { start: 'https://a.example/' } }];
const labelsOf = (pages: object, sources: object[] = crawl) => itemSchemasOf(makeJob({ sources, pages }));
/** The schema of one field. */
const schemaOf = (field: object) =>
  labelsOf({ x: { fields: { f: { select: 'p', ...field } } } }).labels['x']?.properties?.['f'];

const [text, none] = [{ type: 'string' }, { type: 'null' }];
const digits = { type: 'string', pattern: '^-?[0-9]{16,}$' };
const cells = { type: 'object', additionalProperties: { anyOf: [text, none] } };
const object = (properties: Record<string, ItemJsonSchema>) => ({
  ...{ type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
});

describe('itemSchemasOf', () => {
  it.each<[string, object, object]>([
    ['a text', {}, { anyOf: [text, none] }],
    ['a text that is required', { required: true }, text],
    ['a number', { type: 'number' }, { anyOf: [{ type: 'number' }, digits, none] }],
    [
      'a whole number that is required',
      { type: 'integer', required: true },
      { anyOf: [{ type: 'integer' }, digits] },
    ],
    ['a default', { default: 'x' }, { anyOf: [text, { const: 'x' }] }],
    [
      'a default that is false',
      { type: 'boolean', default: false },
      { anyOf: [{ type: 'boolean' }, { const: false }] },
    ],
    ['a default that is null', { default: null }, { anyOf: [text, none] }],
    ['a list', { list: true }, { type: 'array', items: { anyOf: [text, none] } }],
    [
      'a list with a default',
      { list: true, default: 'x' },
      { anyOf: [{ type: 'array', items: { anyOf: [text, none] } }, { const: 'x' }] },
    ],
    [
      'a list of objects',
      { list: true, fields: { a: { select: 'b', required: true } } },
      { type: 'array', items: object({ a: text }) },
    ],
    ['an object', { fields: { a: 'b' } }, { anyOf: [object({ a: { anyOf: [text, none] } }), none] }],
    ['a constant', { select: undefined, constant: 0 }, { const: 0 }],
    ['a step', { transform: ['trim'] }, {}],
    ['a step with a default', { transform: ['trim'], default: 1 }, {}],
    ['rows', { table: 'rows', required: true }, { type: 'array', items: cells }],
    ['pairs', { table: 'pairs', required: true }, cells],
    ['the status', { select: undefined, page: 'status', required: true }, { type: 'integer' }],
    ['the depth', { select: undefined, page: 'depth', required: true }, { type: 'integer' }],
    ['the URL', { select: undefined, page: 'url', required: true }, text],
    [
      'a part of an article',
      { select: undefined, article: 'wordCount', required: true },
      { type: 'integer' },
    ],
    [
      'parts of an article',
      { select: undefined, article: ['text', 'wordCount'], required: true },
      object({ text: { anyOf: [text, none] }, wordCount: { anyOf: [{ type: 'integer' }, none] } }),
    ],
    ['data of the page', { select: undefined, jsonld: 'Product.name' }, {}],
    ['what a regex finds in data', { select: 'script', path: 'a', regex: '(x)', required: true }, text],
    ['an address', { type: 'url', required: true }, { type: 'string', format: 'uri' }],
  ])('has the schema of %s', (_, field, schema) => {
    expect(schemaOf(field)).toEqual(schema);
  });

  it('requires the key of an item, as if it were said', () => {
    const { labels } = labelsOf({
      x: { item: 'thing', key: ['a'], fields: { a: 'b', c: 'd' } },
      y: { key: 'a', fields: { a: 'b' } },
    });
    expect(labels['x']).toEqual(
      object({
        ...{ _item: { const: 'thing' }, _url: { type: 'string', format: 'uri' } },
        ...{ a: text, c: { anyOf: [text, none] } },
      }),
    );
    expect(labels['y']?.properties).toMatchObject({ _item: { const: 'y' }, a: text });
  });

  it('has fields that items bring along to the items that are made of them', () => {
    const sources = [
      { rest: { url: 'https://a.example/rows', label: 'row' } },
      { rest: { url: 'https://a.example/{id}', each: { from: 'row', with: ['id'] }, label: 'one' } },
    ];
    const pages = {
      row: { fields: { id: { path: 'id', type: 'boolean', required: true } } },
      one: { fields: { price: { path: 'p', type: 'boolean', required: true } } },
    };
    const { labels } = labelsOf(pages, sources);
    expect(Object.keys(labels['one']?.properties ?? {})).toEqual(['_item', '_url', 'id', 'price']);
    expect(labels['one']?.properties).toMatchObject({ id: { type: 'boolean' }, price: { type: 'boolean' } });
    expect(Object.keys(labels['row']?.properties ?? {})).toEqual(['_item', '_url', 'id']);
  });

  it('allows the facts of an item where the schema of its label is closed, and keeps others as they are', () => {
    const properties = { a: { type: 'string' } };
    const fields = { a: 'b' };
    const { labels } = labelsOf({
      open: { fields, schema: { properties } },
      closed: { fields, schema: { properties, additionalProperties: false } },
      unevaluated: { fields, schema: { properties, unevaluatedProperties: false } },
    });
    const own = (label: string) => (labels[label]?.['allOf'] as ItemJsonSchema[] | undefined)?.[1];
    expect(own('open')).toEqual({ $id: 'urn:spinneret:pages.open.schema', properties });
    const facts = { properties: { _item: {}, _url: {}, a: { type: 'string' } } };
    expect(own('closed')).toMatchObject({ ...facts, additionalProperties: false });
    expect(own('unevaluated')).toMatchObject({ ...facts, unevaluatedProperties: false });
  });

  it('names what it does not know, and leaves out labels without items', () => {
    const sources = [{ rest: { url: 'https://a.example/', label: 'whole', items: 'rows' } }];
    const pages = { whole: {}, made: { handler: 'made.ts' }, list: { follow: ['a'] } };
    expect(labelsOf(pages, sources)).toEqual({
      labels: {},
      unknown: ['whole: items are taken whole', 'made: a handler makes its items'],
    });
  });

  it('has any of the labels as an item of the job', () => {
    const job = makeJob({ sources: crawl, pages: { a: { fields: { f: 'p' } }, b: { fields: { f: 'p' } } } });
    const schemas = itemSchemasOf(job);
    expect(jobItemSchema(job, schemas)).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Items of the job test',
      anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/b' }],
      $defs: schemas.labels,
    });
  });
});

describe('narrow', () => {
  const nullable = { anyOf: [text, none] };
  it.each<[string, ItemJsonSchema, ItemJsonSchema, ItemJsonSchema]>([
    ['one of two types', nullable, text, { anyOf: [text] }],
    ['a value of a list', nullable, { enum: ['a', null, 1] }, { anyOf: [{ const: 'a' }, { const: null }] }],
    ['a constant by a type', { const: 1 }, { type: 'integer' }, { anyOf: [{ const: 1 }] }],
    ['a constant by another type', { const: 1.5 }, { type: 'integer' }, { anyOf: [] }],
    ['a constant by the same', { const: [1] }, { const: [1] }, { anyOf: [{ const: [1] }] }],
    ['a constant by another', { const: 1 }, { const: 2 }, { anyOf: [] }],
    [
      'a constant by a pattern',
      { const: 'ab' },
      { type: 'string', pattern: '^a' },
      {
        ...{ anyOf: [{ const: 'ab' }], $comment: 'pattern ^a' },
      },
    ],
    [
      'a constant by a pattern that it has not',
      { const: 'b' },
      { pattern: '^a' },
      { anyOf: [], $comment: 'pattern ^a' },
    ],
    [
      'a number by a pattern',
      { const: 1 },
      { pattern: '^a' },
      { anyOf: [{ const: 1 }], $comment: 'pattern ^a' },
    ],
    ['null by its type', { const: null }, none, { anyOf: [{ const: null }] }],
    ['a list by its type', { const: [1] }, { type: 'array' }, { anyOf: [{ const: [1] }] }],
    ['a list by an object', { const: [1] }, { type: 'object' }, { anyOf: [] }],
    ['a number by an integer', { type: 'number' }, { type: 'integer' }, { anyOf: [{ type: 'integer' }] }],
    ['an integer by a number', { type: 'integer' }, { type: 'number' }, { anyOf: [{ type: 'integer' }] }],
    ['a type by nothing', text, {}, { anyOf: [text] }],
    ['anything by a type', {}, { type: ['string', 'null'] }, { anyOf: [text, none] }],
    ['anything by a constant', {}, { const: 0 }, { anyOf: [{ const: 0 }] }],
    ['anything by anything', {}, { description: 'd' }, { anyOf: [{}], $comment: 'd' }],
    [
      'anything by a list',
      {},
      { type: 'array', items: text },
      {
        anyOf: [{ type: 'array', items: { anyOf: [text] } }],
      },
    ],
    [
      'anything by an object',
      {},
      { type: 'object', properties: { a: text } },
      {
        anyOf: [{ type: 'object', properties: { a: { anyOf: [text] } } }],
      },
    ],
    ['anything by an open object', {}, { type: 'object' }, { anyOf: [{ type: 'object' }] }],
    ['rows by an object', cells, { type: 'object', properties: { a: text } }, { anyOf: [cells] }],
    [
      'an object by its properties',
      object({ a: nullable, b: text }),
      { type: 'object', properties: { a: none } },
      {
        anyOf: [{ ...object({ a: nullable, b: text }), properties: { a: { anyOf: [none] }, b: text } }],
      },
    ],
    ['one of alternatives, each once', nullable, { oneOf: [text, text] }, { anyOf: [text] }],
    [
      'all of several, besides what stands beside them',
      nullable,
      { type: ['string', 'null'], allOf: [text] },
      {
        anyOf: [text],
      },
    ],
    [
      'limits',
      text,
      { type: 'string', minLength: 0, maxLength: 5, description: 'short' },
      {
        ...{ anyOf: [text], $comment: 'short; minLength 0; maxLength 5' },
      },
    ],
    ['a reference that leads nowhere', text, { $ref: '#/$defs/none' }, { anyOf: [text] }],
  ])('%s', (_, own, by, narrowed) => {
    expect(narrow(own, by)).toEqual(narrowed);
  });
});
