import { describe, expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';

const shared = `shared:
  fields:
    name: h1
    price: { select: .price, type: number, required: true }
    offer: { select: .offer, fields: { shop: .shop } }
`;

const job = (name: string, fields: string) => `name: ${name}
sources: [{ crawl: { start: https://a.example/ } }]
pages: { x: { fields: ${fields} } }
`;

const fieldsOf = (text: string) =>
  parseJobs(text, 'jobs.yaml').map(({ job: { pages } }) => pages['x']?.fields);

describe('use', () => {
  it('takes a shared field in every job of the file, wherever its document stands', () => {
    const text = [job('a', '{ title: { use: name } }'), shared, job('b', '{ cost: { use: price } }')].join(
      '---\n',
    );
    expect(fieldsOf(text)).toEqual([
      { title: { select: 'h1', take: 'text', list: false, required: false } },
      { cost: { select: '.price', type: 'number', take: 'text', list: false, required: true } },
    ]);
    expect(parseJobs(text, 'jobs.yaml').map(({ document }) => document)).toEqual([1, 3]);
  });

  it('lets keys beside it take precedence, also below other fields', () => {
    const nested =
      '{ list: { select: li, list: true, fields: { p: { use: price, required: false, select: b } } } }';
    const [fields] = fieldsOf(`${shared}---\n${job('a', nested)}`);
    expect(fields?.['list']?.fields?.['p']).toMatchObject({ select: 'b', type: 'number', required: false });
  });

  it('names each mistake of a shared field once, where it is written', () => {
    const text = `${shared.replace('type: number', 'typ: number')}---\n${job('a', '{ p: { use: price, attr: href } }')}`;
    expect(() => parseJobs(text, 'jobs.yaml')).toThrow(
      /^jobs.yaml:4:30 shared.fields.price.typ: [^\n]*\n[^\n]*\n[^\n]*\^$/,
    );
  });

  it('names a mistake that comes of the keys beside it where these are', () => {
    const text = `${shared}---\n${job('a', '{ p: { use: price, meta: x } }')}`;
    expect(() => parseJobs(text, 'jobs.yaml')).toThrow(/^jobs.yaml:9:\d+ \(document 2\) pages.x.fields.p/);
  });

  it('is no key of jobs that are made in programs', () => {
    const text = JSON.stringify({
      name: 'a',
      sources: [{ crawl: { start: 'https://a.example/' } }],
      pages: { x: { fields: { p: { use: 'q' } } } },
    });
    expect(() => parseJobs(text, 'defineJob')).toThrow('no document of this file has shared fields');
  });
});
