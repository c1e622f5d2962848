import { describe, expect, it } from 'vitest';
import { urlKeyOf } from '../../../shared/engine/ids.ts';
import { makeRunRecrawl } from '../../../shared/engine/recrawl/run-recrawl.ts';
import { makeNormalise } from '../../../shared/fetch/url.ts';
import type { PageRequest } from '../../../shared/model.ts';
import { pageRequest } from '../../../shared/sources/page.ts';
import { makeJob } from '../world.ts';

const url = 'http://a.test/p';
const request = pageRequest({ url, label: 'item' });

function recrawlOf(parts: Record<string, unknown> = {}, handled: string[] = []) {
  const job = makeJob({
    sources: [
      { crawl: { start: ['http://a.test/?b=1&a=2', 'http://a.test/second'] } },
      { urls: { list: ['http://a.test/listed'], headers: { 'X-Source': 'list' } } },
    ],
    pages: { item: { fields: { title: 'h1' }, headers: { 'X-Label': 'item' } }, other: {} },
    fetch: { headers: { 'X-Own': 'job', 'x-label': 'none' } },
    ...parts,
  });
  return makeRunRecrawl(job, { verify: 0.5 }, handled);
}

describe('makeRunRecrawl', () => {
  it('knows the pages with which a crawl begins, however they are written, and no others', () => {
    const { isStart } = recrawlOf();
    const normalise = makeNormalise(makeJob({ sources: [{ crawl: { start: url } }] }).urls);
    const keys = ['/?a=2&b=1', '/second', '/listed', '/p'].map(
      (path) => urlKeyOf(pageRequest({ url: `http://a.test${path}`, label: '' }), normalise).key,
    );
    expect(keys.map(isStart)).toEqual([true, true, false, false]);
  });

  it('has no budget but that of the job', () => {
    expect(recrawlOf()).not.toHaveProperty('budget');
    const job = makeJob({ sources: [{ crawl: { start: url } }] });
    expect(makeRunRecrawl(job, { verify: 0, budget: 7 }, [])).toMatchObject({
      job: 'test',
      verify: 0,
      budget: 7,
    });
  });
});

describe('ruleOf', () => {
  it('is another one for whatever decides what is extracted', () => {
    const variants: Record<string, unknown>[] = [
      {},
      { pages: { item: { fields: { title: 'h2' } }, other: {} } },
      { timeZone: 'Europe/Berlin' },
      { namespaces: { dc: 'http://purl.org/dc/elements/1.1/' } },
      { urls: { canonical: 'follow' } },
      { politeness: { robotsMeta: 'ignore' } },
    ];
    const rules = variants.map((parts) => recrawlOf(parts).ruleOf('item'));
    expect(new Set(rules).size).toBe(variants.length);
    expect(rules).not.toContain(undefined);
    expect(recrawlOf().ruleOf('item')).toBe(rules[0]);
    expect(recrawlOf().ruleOf('other')).not.toBe(rules[0]);
  });

  it('is not known of a handler or a browser, nor of a label that the job has not', () => {
    const recrawl = recrawlOf(
      { pages: { item: { handler: 'x.ts' }, seen: { render: 'browser' }, other: {} } },
      ['other'],
    );
    expect(['item', 'seen', 'other', 'none', 'item'].map(recrawl.ruleOf)).toEqual(Array(5).fill(undefined));
  });
});

describe('variantOf', () => {
  const variant = (varied: string[], more: Partial<PageRequest> = {}, session?: string) =>
    recrawlOf().variantOf({ ...request, ...more } as PageRequest, varied, session);

  it('is another one for another session, and for another value of a header by which the answer varies', () => {
    const plain = variant([]);
    expect([variant([], {}, 's'), variant(['x-own'])]).not.toContain(plain);
    expect(variant([], { headers: { 'X-Own': 'request' } })).toBe(plain);
    const byOwn = variant(['x-own']);
    expect(variant(['x-own'], { headers: { 'X-Own': 'request' } })).not.toBe(byOwn);
    expect(variant(['x-own'], { headers: { 'X-Own': 'job' } })).toBe(byOwn);
    // The label's come before those of the job, and those of the source that named the page before these.
    expect(variant(['x-label'])).not.toBe(variant(['x-label'], { label: 'other' }));
    expect(variant(['x-source'], { headersOf: 1 })).not.toBe(variant(['x-source']));
    expect(variant(['x-source'], { source: 1 } as object)).toBe(variant(['x-source'], { headersOf: 1 }));
  });

  it('is not known where the answer varies by cookies that a chain of redirects set', () => {
    const cookies = { received: [], changedAt: -1 };
    expect(variant(['cookie'], { cookies })).toBeUndefined();
    expect([variant(['cookie']), variant(['x-own'], { cookies })]).not.toContain(undefined);
  });
});
