import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Field, type Job, jobSchema, type PageRule } from '../../shared/job/schema.ts';

const job = {
  name: 'books',
  sources: [{ crawl: { start: 'https://books.example/' } }],
  pages: { book: { match: '/book/*', follow: ['a', { label: 'book' }], fields: { title: 'h1' } } },
  scope: { hosts: ['Books.Example', '*.books.example', 'books.example:8080'] },
};

describe('jobSchema', () => {
  it('gives every section its defaults', () => {
    const parsed = jobSchema.parse(job);
    expect(parsed).toMatchObject({
      limits: { maxPages: 10_000 },
      politeness: { gapMs: 1_000, robots: 'obey' },
      fetch: { attempts: 3, headers: {} },
      urls: { sortParams: true },
      output: { formats: ['jsonl'] },
      network: 'public',
    });
  });

  it('turns single values into lists and short forms into long ones', () => {
    const parsed = jobSchema.parse(job);
    expect(parsed.sources[0]?.crawl?.start).toEqual(['https://books.example/']);
    expect(parsed.pages['book']?.match).toEqual(['/book/*']);
    expect(parsed.pages['book']?.follow).toEqual([
      { select: 'a', attr: 'href' },
      { attr: 'href', label: 'book' },
    ]);
    expect(parsed.scope.hosts).toEqual(['books.example', '*.books.example', 'books.example:8080']);
  });

  it('parses its own output to itself, since runs keep the parsed job', () => {
    const parsed = jobSchema.parse(job);
    expect(jobSchema.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
  });

  it('has types that need no casts', () => {
    expectTypeOf<Job['pages'][string]>().toEqualTypeOf<PageRule>();
    expectTypeOf<PageRule['fields']>().toEqualTypeOf<Record<string, Field>>();
    expectTypeOf<Field['fields']>().toEqualTypeOf<Record<string, Field> | undefined>();
    expectTypeOf<NonNullable<Job['sources'][number]['crawl']>['start']>().toEqualTypeOf<string[]>();
  });
});
