import { describe, expect, it } from 'vitest';
import { maxRecordBytes } from '../../shared/engine/recrawl/compare-page.ts';
import { exported, linksTo, markedPages, product, recrawlJob, runAgain, tagged } from './recrawl-site.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SitePages, SiteRequest } from './site.ts';
import { driveRun } from './world.ts';

function shop(): SitePages {
  return {
    '/': tagged(linksTo('/p/1', '/p/2', '/p/3')),
    '/p/1': tagged(product('One', 1)),
    '/p/2': tagged(product('Two', 2)),
    '/p/3': { body: product('Three', 3, 'token 1') },
  };
}

/** A site and a world in which a first run has been. */
async function afterFirst(pages: SitePages, parts: object = {}) {
  const site = await openSite(pages);
  const world = enterWorld();
  const job = recrawlJob(site, parts);
  const first = await runAgain(world, 'one', job);
  return { site, world, job, first, again: (id = 'two', other = job) => runAgain(world, id, other) };
}

describe('recrawl', () => {
  it('asks for pages by their validators, and has items and links of those that have not changed', async () => {
    const { site, world, first, again } = await afterFirst(shop());
    expect(first).toMatchObject({ 'change:pages:new': 4, 'change:items:new': 3, items: 3 });
    const second = await again();
    const unchanged = { 'change:pages:unchanged': 4, 'change:items:unchanged': 3 };
    expect(second).toMatchObject({ ...unchanged, reused: 3, items: 3 });
    expect(second).not.toHaveProperty('change:pages:new');
    // Once each, in both runs; robots.txt is known.
    expect(['/', '/p/1', '/p/2', '/p/3', '/robots.txt'].map(site.hits)).toEqual([2, 2, 2, 2, 1]);
    const withoutMarks = (records: object[]) => records.map((record) => ({ ...record, _change: '' }));
    expect(withoutMarks(await exported(world, 'two', 'items'))).toEqual(
      withoutMarks(await exported(world, 'one', 'items')),
    );
  });

  it('learns new validators of an unchanged page twice, and leaves a page with others each time at that', async () => {
    let answers = 0;
    const asked: (string | undefined)[] = [];
    const page = ({ headers }: SiteRequest) => {
      asked.push(headers['if-none-match']);
      answers += 1;
      return { body: product('One', 1), headers: { etag: `"${answers}"` } };
    };
    const { again } = await afterFirst({ '/': tagged(linksTo('/p/1')), '/p/1': page });
    for (const id of ['two', 'three', 'four', 'five'])
      expect(await again(id)).toMatchObject({ 'change:pages:unchanged': 2 });
    expect(asked).toEqual([undefined, '"1"', '"2"', '"3"', '"3"']);
  });

  it('says that a page is gone that nothing leads to, whatever is known of robots.txt, where that is not obeyed', async () => {
    const pages: SitePages = { ...shop(), '/robots.txt': { body: 'User-agent: *\nDisallow: /p/3' } };
    const site = await openSite(pages);
    const world = enterWorld();
    await runAgain(world, 'obeys', recrawlJob(site, { name: 'other' }));
    const job = recrawlJob(site, { politeness: { robots: 'ignore' } });
    expect(await runAgain(world, 'one', job)).toMatchObject({ 'change:pages:new': 4 });
    pages['/'] = tagged(linksTo('/p/1', '/p/2'));
    expect(await runAgain(world, 'two', job)).toMatchObject({ 'change:pages:gone': 1 });
  });

  it('counts pages that are too large to be known to the next run, in each run, and stores their items', async () => {
    const large = product('n'.repeat(maxRecordBytes), 1);
    const { site, world, first, again } = await afterFirst({
      '/': tagged(linksTo('/p/1')),
      '/p/1': tagged(large),
    });
    const unknown = { 'change:tooLarge': 1, items: 1, stored: 2 };
    expect(first).toMatchObject({ ...unknown, 'change:pages:new': 1 });
    expect(await again()).toMatchObject({ ...unknown, 'change:pages:unchanged': 1, reused: 1 });
    expect(await markedPages(world, 'two', site)).toEqual(['/ unchanged']);
  });

  it('marks what is new, changed, unchanged and gone, and says which fields changed', async () => {
    const pages = shop();
    const { site, world, again } = await afterFirst(pages);
    pages['/'] = tagged(linksTo('/p/1', '/p/3', '/p/4'));
    pages['/p/1'] = tagged(product('One', 10));
    pages['/p/3'] = { body: product('Three', 3, 'token 2') };
    pages['/p/4'] = tagged(product('Four', 4));
    const counts = await again();
    expect(await markedPages(world, 'two', site)).toEqual([
      '/ changed',
      '/p/1 changed',
      '/p/3 unchanged',
      '/p/4 new',
    ]);
    expect(counts).toMatchObject({ 'change:otherBody': 1, 'change:items:gone': 1, 'change:pages:gone': 1 });
    expect(await exported(world, 'two', 'items')).toMatchObject([
      { name: 'One', _change: 'changed', _changes: { price: { from: 1, to: 10 } } },
      { name: 'Three', _change: 'unchanged' },
      { name: 'Four', _change: 'new' },
    ]);
    const gone = { _item: 'product', _url: `${site.origin}/p/2`, _change: 'gone', _reason: 'notLinked' };
    expect(await exported(world, 'two', 'gone')).toEqual([{ ...gone, name: 'Two', price: 2 }]);
    // It is gone once, and new should it come back.
    expect(await again('three')).not.toHaveProperty('change:pages:gone');
    pages['/'] = tagged(linksTo('/p/1', '/p/2', '/p/3', '/p/4'));
    await again('four');
    expect(await markedPages(world, 'four', site)).toContain('/p/2 new');
  });

  it.each([404, 410])(
    'tells that a page is gone by %i from one that failed, and by that doubts the rest',
    async (status) => {
      const pages = shop();
      const { site, world, job, again } = await afterFirst(pages, { fetch: { attempts: 1 } });
      pages['/p/1'] = { status };
      expect(await again()).toMatchObject({ 'change:pages:gone': 1 });
      expect(await exported(world, 'two', 'gone')).toMatchObject([
        { name: 'One', _change: 'gone', _reason: `HTTP_${status}` },
      ]);
      pages['/'] = tagged(linksTo('/p/1', '/p/3'));
      pages['/p/3'] = { status: 500 };
      const counts = await again('three', job);
      expect(counts).toMatchObject({ 'change:pages:notSeen': 2, 'change:doubt:HTTP_500': 1 });
      expect(counts['change:pages:gone']).toBeUndefined();
      const marks = { _change: 'notSeen', _reason: 'HTTP_500' };
      expect(await exported(world, 'three', 'gone')).toMatchObject([
        { _url: `${site.origin}/p/2`, ...marks },
        { _url: `${site.origin}/p/3`, ...marks },
      ]);
    },
  );

  it.each([
    [301, 'gone'],
    [308, 'gone'],
    [302, 'notSeen'],
  ])(
    'says once that a page has moved for good, and each time that it leads elsewhere: %i',
    async (status, is) => {
      const pages = shop();
      const { site, world, again } = await afterFirst(pages);
      pages['/p/2'] = { status, headers: { location: '/p/9' } };
      pages['/p/9'] = tagged(product('Two', 2));
      const counts = await again();
      expect(counts).toMatchObject({ [`change:pages:${is}`]: 1, 'change:pages:new': 1, items: 3 });
      const mark = { _url: `${site.origin}/p/2`, name: 'Two', _change: is, _reason: 'REDIRECTED' };
      expect(await exported(world, 'two', 'gone')).toMatchObject([mark]);
      const third = await again('three');
      expect(third).toMatchObject({ 'change:items:unchanged': 3 });
      expect(await exported(world, 'three', 'gone')).toMatchObject(is === 'gone' ? [] : [mark]);
    },
  );

  it('does not say that a page is no longer linked where a limit left out links', async () => {
    const pages = shop();
    const { again, job } = await afterFirst(pages);
    pages['/'] = tagged(linksTo('/p/1', '/p/3'));
    const counts = await again('two', { ...job, limits: { ...job.limits, maxPages: 2 } });
    expect(counts).toMatchObject({ 'change:doubt:LIMIT_PAGES': 1 });
    expect(counts['change:pages:gone']).toBeUndefined();
  });

  it.each([412, 500])('asks for the whole page where the condition is answered with %i', async (status) => {
    const tag = { etag: '"one"' };
    const page = (price: number) => (asked: SiteRequest) =>
      'if-none-match' in asked.headers ? { status } : { body: product('1', price), headers: tag };
    const content: SitePages = { '/': tagged(linksTo('/p/1')), '/p/1': page(1) };
    const site = await openSite(content);
    const world = enterWorld();
    const job = recrawlJob(site, { fetch: { attempts: 2 } });
    await runAgain(world, 'run-1', job);
    content['/p/1'] = page(2);
    const counts = await runAgain(world, 'run-2', job);
    expect(counts).toMatchObject({ 'change:pages:changed': 1 });
    expect(counts).not.toHaveProperty('change:pages:notSeen');
    expect(Object.keys(counts).filter((name) => name.startsWith('untrue:'))).toEqual([]);
    expect(site.hits('/p/1')).toBe(3);
  });

  it('finds a host that answers 304 for what has changed, and reads its pages whole from then on', async () => {
    const lying =
      (body: string) =>
      ({ headers }: SiteRequest) =>
        headers['if-none-match'] === undefined ? { body, headers: { etag: '"same"' } } : { status: 304 };
    const pages: SitePages = {
      '/': lying(linksTo('/p/1', '/p/2')),
      '/p/1': lying(product('One', 1)),
      '/p/2': lying(product('Two', 2)),
    };
    const { site, world, again, job } = await afterFirst(pages, { recrawl: { verify: 1 } });
    pages['/p/1'] = lying(product('One', 5));
    const counts = await again();
    const { host } = new URL(site.origin);
    expect(counts).toMatchObject({ [`untrue:${host}`]: 1, 'reused:checked': 3, retries: 3 });
    expect(await exported(world, 'two', 'items')).toMatchObject([
      { _change: 'changed', price: 5 },
      { _change: 'unchanged' },
    ]);
    // Unchecked, what it says would be believed.
    pages['/p/1'] = lying(product('One', 6));
    await again('three', { ...job, recrawl: { verify: 0 } });
    expect(await exported(world, 'three', 'items')).toMatchObject([{ price: 5 }, { price: 2 }]);
  });

  it.each<[string, Record<string, string>, object, object, number]>([
    ['by date', { 'last-modified': 'Sat, 01 Jan 2022 00:00:00 GMT' }, {}, {}, 304],
    [
      'not by a date of the same second',
      { 'last-modified': new Date(Date.now() + 9e6).toUTCString() },
      {},
      {},
      200,
    ],
    ['by a weak tag', { etag: 'W/"a"' }, {}, {}, 304],
    ['not by what is no tag', { etag: 'a' }, {}, {}, 200],
    ['not where all varies', { etag: '"a"', vary: '*' }, {}, {}, 200],
    [
      'where nothing differs by which it varies',
      { etag: '"a"', vary: 'Accept-Language, Cookie' },
      {},
      {},
      304,
    ],
    [
      'not where the job sends another header by which it varies',
      { etag: '"a"', vary: 'accept-language' },
      {},
      { fetch: { headers: { 'Accept-Language': 'de' } } },
      200,
    ],
    [
      'not with other selectors',
      { etag: '"a"' },
      {},
      { pages: { default: { fields: { other: 'h1' } } } },
      200,
    ],
    [
      'not where the page forbids to follow its links',
      { etag: '"a"', 'x-robots-tag': 'nofollow' },
      {},
      {},
      200,
    ],
  ])('asks conditionally %s', async (_, headers, parts, later, status) => {
    const answers: number[] = [];
    const page = ({ headers: asked }: SiteRequest) => {
      const isAsked = (asked['if-none-match'] ?? asked['if-modified-since']) !== undefined;
      answers.push(isAsked ? 304 : 200);
      return isAsked ? { status: 304 } : { body: product('One', 1), headers };
    };
    const pages = { default: { fields: { name: 'h1' } } };
    const { site, again } = await afterFirst({ '/': page }, { pages, ...parts });
    await again('two', recrawlJob(site, { pages, ...parts, ...later }));
    expect(answers).toEqual([200, status]);
  });

  it('compares a page without items by its text and links', async () => {
    const text = (words: string, token: string, ...links: string[]) => ({
      body: `<title>t</title><input value="${token}"><script>${token}</script><p>${words}</p>${linksTo(...links)}`,
    });
    const pages: SitePages = {
      '/': text('hello', 'a', '/a', '/b'),
      '/a': text('one', 'a'),
      '/b': text('two', 'a', '/a'),
    };
    const { site, world, again } = await afterFirst(pages);
    pages['/'] = text('hello', 'b', '/a', '/b');
    pages['/a'] = text('other', 'a');
    pages['/b'] = text('two', 'a', '/');
    await again();
    expect(await markedPages(world, 'two', site)).toEqual(['/ unchanged', '/a changed', '/b changed']);
  });

  it('keeps what two runs of a job at once find, each by what it read', async () => {
    const pages = shop();
    const { world, job, site } = await afterFirst(pages);
    pages['/p/1'] = tagged(product('One', 10));
    world.advance(60_000);
    await world.start('left', job);
    await world.start('right', job);
    await Promise.all(['left', 'right'].map((id) => driveRun(world, id, world.newProcess(id))));
    const marks = await Promise.all(['left', 'right'].map((id) => markedPages(world, id, site)));
    for (const mark of marks) expect(mark).toContain('/p/3 unchanged');
    expect(marks.flat().filter((mark) => mark === '/p/1 changed').length).toBeGreaterThan(0);
    for (const id of ['left', 'right'])
      expect(await world.ledger.readCounts(id)).not.toHaveProperty('change:pages:gone');
  });
});
