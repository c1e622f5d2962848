import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type AnyItem,
  defineJob,
  InvalidFileError,
  type Json,
  loadJobs,
  type PlaceItem,
  type ReviewItem,
  type Scrape,
  scrape,
} from '../../library/index.ts';

const base = { name: 'typed', sources: [{ crawl: { start: 'https://example.com/' } }] };

/** What a job yields. */
type Yields<Job> = Job extends { readonly item?: infer Item } ? NonNullable<Item> : never;

describe('defineJob', () => {
  it('fills in the defaults, and takes YAML’s keys as they are', () => {
    const { job } = defineJob({ ...base, pages: { default: { follow: ['a'], fields: { title: 'h1' } } } });
    expect(job.politeness.gapMs).toBe(1_000);
    expect(job.pages['default']?.fields['title']).toMatchObject({ select: 'h1', required: false });
  });

  it('tells every mistake by its place', () => {
    const wrong = () =>
      defineJob({
        ...base,
        // @ts-expect-error: a type that there is not.
        pages: { default: { fields: { a: { select: 'h1', type: 'nmber' } } } },
      });
    expect(wrong).toThrow(InvalidFileError);
    expect(wrong).toThrow(/pages\.default\.fields\.a\.type/);
    expect(() =>
      defineJob({ ...base, name: 'No Name', pages: { default: {} }, limits: { maxPages: 0 } }),
    ).toThrow(/name[\s\S]*maxPages/);
  });

  it('types items by their fields', () => {
    const job = defineJob({
      ...base,
      pages: {
        book: {
          match: '/book/*',
          fields: {
            title: { select: 'h1', required: true },
            subtitle: 'h2',
            price: { select: '.price', type: 'number' },
            inStock: { select: '.stock', type: 'boolean', default: false },
            tags: { select: '.tag', list: true },
            shop: { constant: 'ours' },
            status: { page: 'status', required: true },
            raw: { select: 'script', path: 'a.b' },
            code: { path: 'a.b', regex: '(x)' },
            maker: { microdata: 'Product.brand' },
            image: { og: 'image', required: true },
            state: { script: 'window.x', type: 'integer' },
            first: {
              from: ['jsonld.name', { xpath: '//h1', within: 'page' }],
              transform: ['trim', { split: ',' }],
            },
            said: { structured: ['jsonld', 'twitter'] },
            all: { structured: 'all', required: true },
            details: { select: 'table', table: 'pairs' },
            reviews: {
              select: '.review',
              list: true,
              fields: { stars: { attr: 'data-stars', type: 'integer' } },
            },
          },
        },
      },
    });
    expectTypeOf<Yields<typeof job>>().toEqualTypeOf<
      { _item: 'book'; _url: string } & {
        title: string;
        subtitle: string | null;
        price: number | null;
        inStock: boolean | false;
        tags: (string | null)[];
        shop: 'ours';
        status: number;
        raw: Json | null;
        code: string | null;
        maker: Json | null;
        image: string;
        state: number | null;
        first: Json | null;
        said: { jsonld: Record<string, Json>[]; twitter: Record<string, Json> } | null;
        all: {
          jsonld: Record<string, Json>[];
          microdata: Record<string, Json>[];
          rdfa: Record<string, Json>[];
          opengraph: Record<string, Json>;
          twitter: Record<string, Json>;
          meta: Record<string, Json>;
        };
        details: Record<string, string | null> | null;
        reviews: { stars: number | null }[];
      }
    >();
  });

  it('types what requests made of items keep of them', () => {
    const job = defineJob({
      name: 'typed',
      sources: [
        { rest: { url: 'https://api.example.com/ids', items: 'ids', label: 'index' } },
        {
          rest: {
            url: 'https://api.example.com/items/{id}',
            label: 'detail',
            each: { from: 'index', with: ['id', 'tags'] },
          },
        },
        {
          send: {
            url: 'https://shop.example.com/{id}',
            label: 'shown',
            each: { from: 'detail', with: ['price', 'id'] },
          },
        },
      ],
      pages: {
        index: {
          fields: {
            id: { path: 'id', type: 'integer', required: true },
            tags: { path: 'tags', type: 'string', list: true },
          },
        },
        detail: { fields: { price: { path: 'price', type: 'number' } } },
        shown: { fields: { title: 'h1' } },
      },
    });
    type One<Name extends string> = Extract<Yields<typeof job>, { _item: Name }>;
    expectTypeOf<One<'index'>>().not.toHaveProperty('price');
    expectTypeOf<One<'detail'>['price']>().toEqualTypeOf<number | null>();
    expectTypeOf<One<'detail'>['id']>().toEqualTypeOf<number | null | undefined>();
    expectTypeOf<One<'detail'>['tags']>().toEqualTypeOf<(string | null)[] | null | undefined>();
    expectTypeOf<One<'shown'>['title']>().toEqualTypeOf<string | null>();
    expectTypeOf<One<'shown'>['price']>().toEqualTypeOf<number | null | undefined>();
    // What the items of `detail` have from others may be anything.
    expectTypeOf<One<'shown'>['id']>().toEqualTypeOf<Json | undefined>();
    expect(job.job.sources).toHaveLength(3);
  });

  it('tells the items of several labels apart, and takes those of handlers from what they return', () => {
    const job = defineJob({
      ...base,
      pages: {
        a: { match: '/a/*', item: 'first', fields: { x: { select: 'b', type: 'number', required: true } } },
        b: { match: '/b/*', handler: (page) => ({ items: [{ length: page.text.length }] }) },
        none: { match: '/c/*', follow: ['a'] },
      },
    });
    const read = (item: Yields<typeof job>) => (item._item === 'first' ? item.x : item.length);
    expectTypeOf(read).returns.toEqualTypeOf<number>();
    expect(read({ _item: 'first', _url: '', x: 1 })).toBe(1);
  });

  it('knows the fields of places, beside the items of pages', () => {
    const sources = [{ places: { key: 'k', placeIds: ['ChIJN1t_tDeuEmsRUsoyG83frY4'] } }];
    const places = defineJob({ name: 'places', sources });
    expectTypeOf<Yields<typeof places>>().toEqualTypeOf<PlaceItem>();
    expectTypeOf<PlaceItem['rating']>().toEqualTypeOf<number | undefined>();
    const withReviews = defineJob({
      name: 'places',
      sources: [{ places: { source: 'google-maps', links: 'ChIJN1t_tDeuEmsRUsoyG83frY4', reviews: true } }],
    });
    expectTypeOf<Yields<typeof withReviews>>().toEqualTypeOf<PlaceItem | ReviewItem>();
    const both = defineJob({
      name: 'both',
      sources: [...sources, ...base.sources],
      pages: { book: { match: '/book/*', fields: { title: { select: 'h1', required: true } } } },
    });
    const read = (item: Yields<typeof both>) => (item._item === 'place' ? item.name : item.title);
    expectTypeOf(read).returns.toEqualTypeOf<string | undefined>();
  });

  it('knows nothing of items that a file’s handler returns, and of job files', () => {
    const ofFile = defineJob({ ...base, pages: { a: { match: '/a/*', handler: './a.ts' } } });
    expectTypeOf<Yields<typeof ofFile>['anything']>().toEqualTypeOf<Json>();
    const ofYaml = async (file: string) => {
      const [loaded] = await loadJobs(file);
      return loaded && scrape(loaded);
    };
    expectTypeOf(ofYaml).returns.resolves.toEqualTypeOf<Scrape<AnyItem> | undefined>();
  });
});
