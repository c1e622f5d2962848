import { describe, expect, it } from 'vitest';
import { compileSchema } from '../../shared/extract/misfits.ts';
import type { Item, Json, Misfit } from '../../shared/model.ts';
import type { ItemSchema } from '../../shared/schema/json-schema.ts';
import { compileJob, makePage } from './compile-job.ts';

async function misfitsOf(schema: ItemSchema, fields: Record<string, Json>): Promise<Misfit[] | undefined> {
  const check = await compileSchema(schema);
  return check([{ item: 'x', url: 'https://a.example/', fields }])[0]?.misfits;
}

const book: ItemSchema = {
  type: 'object',
  required: ['isbn', 'title'],
  properties: {
    isbn: { type: 'string', pattern: '^[0-9]{13}$' },
    title: { type: 'string', minLength: 1 },
    price: { anyOf: [{ type: 'number' }, { type: 'null' }] },
    link: { type: 'string', format: 'uri' },
    offers: { type: 'array', items: { $ref: '#/$defs/offer' } },
  },
  additionalProperties: false,
  $defs: { offer: { type: 'object', properties: { 'a/b': { type: 'number' } }, required: ['a/b'] } },
};
const whole = { isbn: '9780000000001', title: 'One' };

describe('compileSchema', () => {
  it('leaves an item alone that is as the schema has it', async () => {
    expect(await misfitsOf(book, { ...whole, price: null, offers: [{ 'a/b': 1 }] })).toBeUndefined();
  });

  it.each<[string, Record<string, Json>, [string, string, string][]]>([
    ['a value', { ...whole, isbn: '12' }, [['isbn', 'pattern', '"12"']]],
    ['null where a value is wanted', { ...whole, title: null }, [['title', 'type', 'null']]],
    ['what is not there', { isbn: whole.isbn }, [['', 'required', '{"isbn":"9780000000001"}']]],
    ['alternatives, once', { ...whole, price: 'x' }, [['price', 'anyOf', '"x"']]],
    ['what the schema has not', { ...whole, extra: 1 }, [['extra', 'additionalProperties', '1']]],
    [
      'an entry of a list',
      { ...whole, offers: [{ 'a/b': 1 }, { 'a/b': 'x' }] },
      [['offers[1].a/b', 'type', '"x"']],
    ],
    ['a missing one of an entry', { ...whole, offers: [{}] }, [['offers[0]', 'required', '{}']]],
    ['a format', { ...whole, link: 'no link' }, [['link', 'format', '"no link"']]],
    [
      'several values',
      { isbn: '1', title: '' },
      [
        ['isbn', 'pattern', '"1"'],
        ['title', 'minLength', '""'],
      ],
    ],
  ])('names path, keyword and value of %s', async (_, fields, wanted) => {
    const misfits = await misfitsOf(book, fields);
    expect(misfits?.map(({ path, keyword, found }) => [path, keyword, found])).toEqual(wanted);
    for (const { reason } of misfits ?? []) expect(reason).toMatch(/^\S.*[^.]$/);
  });

  it('does not judge an item that is incomplete', async () => {
    const check = await compileSchema(book);
    const item: Item = { item: 'x', url: 'https://a.example/', fields: {}, missing: ['isbn'] };
    expect(check([item])).toEqual([item]);
  });
});

describe('extract, with a schema', () => {
  it('marks the items that are not as it has them', async () => {
    const rule = {
      each: 'li',
      fields: { n: { xpath: '.', type: 'integer' } },
      schema: { properties: { n: { maximum: 5 } } },
    };
    const extractor = await compileJob({ pages: { product: rule } });
    const { items } = await extractor.extract(makePage('<ul><li>4</li><li>6</li></ul>'));
    expect(items.map(({ fields, misfits }) => [fields['n'], misfits?.map(({ keyword }) => keyword)])).toEqual(
      [
        [4, undefined],
        [6, ['maximum']],
      ],
    );
  });
});
