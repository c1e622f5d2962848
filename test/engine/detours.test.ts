import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { json, page, paths, redirect, type SiteAnswer, type SitePages, type SiteRequest } from './site.ts';
import { driveRun, driveTogether, endsOf, makeJob, outcomesOf } from './world.ts';

async function run(job: Record<string, unknown>) {
  const world = enterWorld();
  await world.start('r', makeJob(job));
  await driveRun(world, 'r', world.newProcess('p'));
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  return { counts: await expectAccounted(world, 'r'), ends: await endsOf(world, 'r'), items };
}

/** A page that leads on by itself. */
function refresh(content: string): SiteAnswer {
  return { body: `<head><meta http-equiv=refresh content="${content}"></head><h1>Moving</h1>` };
}

function leading(to: string): SiteAnswer {
  return { ...page('Moving'), headers: { refresh: `0; url=${to}` } };
}

/** `/1 stored` and so on, for sites whose port is not known beforehand. */
function byPath(ends: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(ends).map(([url, end]) => [new URL(url).pathname, end]));
}

const titled = { default: { fields: { title: 'h1' } } };
const followAll = { default: { follow: ['a'] } };

describe('redirects', () => {
  it('are followed as requests of their own', async () => {
    const site = await openSite({
      '/1': redirect('/2', 301),
      '/2': redirect('/3', 308),
      '/3': page('Three'),
    });
    const { ends } = await run({ sources: [{ crawl: { start: `${site.origin}/1` } }] });
    expect(byPath(ends)).toEqual({ '/1': 'skipped REDIRECTED', '/2': 'skipped REDIRECTED', '/3': 'stored' });
    expect(['/1', '/2', '/3'].map(site.hits)).toEqual([1, 1, 1]);
  });

  it('lead to a page that has all its attempts, whatever the one before it took', async () => {
    const busy = (answer: SiteAnswer) => (request: SiteRequest) =>
      request.earlier < 2 ? { status: 503 } : answer;
    const site = await openSite({ '/1': busy(redirect('/2')), '/2': busy(page('Two')) });
    const sources = [{ crawl: { start: `${site.origin}/1` } }];
    const { ends } = await run({ sources, fetch: { attempts: 3 }, politeness: { slowDown: false } });
    expect(byPath(ends)).toEqual({ '/1': 'skipped REDIRECTED', '/2': 'stored' });
    expect(['/1', '/2'].map(site.hits)).toEqual([3, 3]);
  });

  it.each<[string, SitePages, string, string]>([
    ['a loop', { '/1': redirect('/2'), '/2': redirect('/1') }, '/2', 'failed TOO_MANY_REDIRECTS'],
    ['a page that redirects to itself', { '/1': redirect('/1') }, '/1', 'failed TOO_MANY_REDIRECTS'],
    [
      'more than maxRedirects',
      { '/1': redirect('/2'), '/2': redirect('/3'), '/3': redirect('/4'), '/4': page('Four') },
      '/3',
      'failed TOO_MANY_REDIRECTS',
    ],
    ['no usable target', { '/1': redirect('mailto:a@b') }, '/1', 'failed REDIRECT_INVALID'],
  ])('end at %s', async (_, pages, last, end) => {
    const site = await openSite(pages);
    const { ends } = await run({
      sources: [{ crawl: { start: `${site.origin}/1` } }],
      fetch: { maxRedirects: 2 },
    });
    expect(byPath(ends)[last]).toBe(end);
    expect(site.log.length).toBeLessThan(6);
  });

  const hasCookie = (wanted: string) => (request: SiteRequest) =>
    (request.headers.cookie ?? '').split('; ').includes(wanted);
  const setting = (cookie: string, answer: SiteAnswer): SiteAnswer => ({
    ...answer,
    headers: { ...answer.headers, 'set-cookie': cookie },
  });
  const gated = (cookie: string, otherwise: SiteAnswer) => (request: SiteRequest) =>
    hasCookie(cookie)(request) ? page('In') : otherwise;

  it.each<[string, SitePages, Record<string, string>]>([
    ['to itself', { '/1': gated('s=1', setting('s=1; Path=/', redirect('/1'))) }, { '/1': 'stored' }],
    [
      'by a gate that sends back',
      { '/1': gated('g=ok', redirect('/gate')), '/gate': setting('g=ok; Path=/', redirect('/1')) },
      { '/1': 'skipped REDIRECTED AND stored' },
    ],
    [
      'by a gate of several steps',
      {
        '/1': gated('b=2', redirect('/a')),
        '/a': setting('a=1; Path=/', redirect('/b')),
        '/b': (request) =>
          hasCookie('a=1')(request) ? setting('b=2; Path=/', redirect('/1')) : { status: 403 },
      },
      { '/1': 'skipped REDIRECTED AND stored', '/a': 'skipped REDIRECTED' },
    ],
    [
      'onward to another page',
      { '/1': setting('s=1; Path=/', redirect('/2')), '/2': gated('s=1', { status: 403 }) },
      { '/1': 'skipped REDIRECTED', '/2': 'stored' },
    ],
    [
      'by a page that loads itself anew',
      { '/1': gated('s=1', setting('s=1; Path=/', refresh('0'))) },
      { '/1': 'stored' },
    ],
  ])('carry the cookies that they set: %s', async (_, pages, expected) => {
    const site = await openSite(pages);
    const { ends, items } = await run({ sources: [{ crawl: { start: `${site.origin}/1` } }], pages: titled });
    expect(byPath(ends)).toMatchObject(expected);
    expect(items.map(({ fields }) => fields)).toEqual([{ title: 'In' }]);
  });

  it('end where a cookie changes nothing, or always something', async () => {
    let sent = 0;
    const site = await openSite({
      '/same': setting('s=1', redirect('/same')),
      '/other': () => setting(`s=${sent++}`, redirect('/other')),
    });
    const sources = [{ urls: { list: ['/same', '/other'].map((path) => site.origin + path) } }];
    const { ends } = await run({ sources, fetch: { maxRedirects: 5 } });
    expect(byPath(ends)).toEqual({
      '/same': 'failed TOO_MANY_REDIRECTS',
      '/other': 'failed TOO_MANY_REDIRECTS',
    });
    expect([site.hits('/same'), site.hits('/other')]).toEqual([2, 6]);
  });

  it('tell the cookies of a chain to nobody else', async () => {
    const other = await openSite({ '/': page('Other') });
    const site = await openSite({
      '/1': setting('s=1; Path=/', redirect('/2')),
      '/2': setting('t=2; Path=/', redirect(`${other.origin}/`)),
      '/3': page('Three'),
    });
    const list = ['/1', '/3'].map((path) => site.origin + path);
    await run({ sources: [{ urls: { list } }] });
    const cookiesOf = (path: string) => site.log.find((request) => request.path === path)?.headers.cookie;
    expect(['/1', '/2', '/3'].map(cookiesOf)).toEqual([undefined, 's=1', undefined]);
  });

  it.each<[string, SiteAnswer]>([
    ['a page that leads on', refresh('0;url=/2')],
    ['a page that leads on after a while', refresh('5; URL=/2')],
    ['a header that leads on', { ...page('One'), headers: { refresh: '0; url=/2' } }],
  ])('follow %s', async (_, first) => {
    const site = await openSite({ '/1': first, '/2': page('Two') });
    const { ends, items } = await run({ sources: [{ crawl: { start: `${site.origin}/1` } }], pages: titled });
    expect(byPath(ends)).toEqual({ '/1': 'skipped REDIRECTED', '/2': 'stored' });
    expect(items.map(({ fields }) => fields)).toEqual([{ title: 'Two' }]);
  });

  it.each<[string, string]>([
    ['loads itself anew', '60'],
    ['loads itself anew by name', '0;url=/1#top'],
    ['leads on much later', '300;url=/2'],
  ])('leave a page that %s as it is', async (_, content) => {
    const site = await openSite({ '/1': refresh(content) });
    const { ends } = await run({ sources: [{ crawl: { start: `${site.origin}/1` } }] });
    expect(byPath(ends)).toEqual({ '/1': 'stored' });
    expect(site.hits('/1')).toBe(1);
  });

  it.each<[string, SitePages, string]>([
    ['two pages', { '/1': refresh('0;url=/2'), '/2': refresh('0;url=/1') }, '/2'],
    ['two pages, after a while', { '/1': refresh('5;url=/2'), '/2': refresh('5;url=/1') }, '/2'],
    ['three', { '/1': refresh('0;url=/2'), '/2': refresh('0;url=/3'), '/3': refresh('0;url=/2') }, '/3'],
    ['a page and a redirect', { '/1': refresh('0;url=/2'), '/2': redirect('/1') }, '/2'],
    ['headers', { '/1': leading('/2'), '/2': leading('/1') }, '/2'],
    ['itself at once', { '/1': refresh('0') }, '/1'],
    ['itself at once, by name', { '/1': refresh('0;url=/1') }, '/1'],
  ])('end at a loop of refreshes, whose stubs are no pages: %s', async (_, pages, last) => {
    const site = await openSite(pages);
    const { ends, items } = await run({ sources: [{ crawl: { start: `${site.origin}/1` } }], pages: titled });
    expect(byPath(ends)[last]).toBe('failed TOO_MANY_REDIRECTS');
    expect(items).toEqual([]);
  });

  it.each([300, 399])('follow the Location of a %i', async (status) => {
    const site = await openSite({ '/1': redirect('/2', status), '/2': page('Two') });
    const { ends } = await run({ sources: [{ crawl: { start: `${site.origin}/1` } }] });
    expect(byPath(ends)).toEqual({ '/1': 'skipped REDIRECTED', '/2': 'stored' });
  });

  it('ask for the bare question mark that was written', async () => {
    const site = await openSite({
      '/1': redirect('/f?#top'),
      '/f?': page('With'),
      '/f': page('Without', '/g?'),
    });
    const { items } = await run({ sources: [{ crawl: { start: `${site.origin}/1` } }], pages: titled });
    expect(items.map(({ fields }) => fields)).toEqual([{ title: 'With' }]);
    expect([site.hits('/f?'), site.hits('/f')]).toEqual([1, 0]);
  });

  it('lead from a start page to another host, and from a link nowhere out of scope', async () => {
    const other = await openSite({ '/home': page('Home', '/about', '/leave'), '/about': page('About') });
    const site = await openSite({ '/': redirect(`${other.origin}/home`), '/back': page('Back') });
    const pages = followAll;
    const first = await run({ sources: [{ crawl: { start: `${site.origin}/` } }], pages });
    expect(byPath(first.ends)).toMatchObject({
      '/': 'skipped REDIRECTED',
      '/home': 'stored',
      '/about': 'stored',
    });

    const leaving = await openSite({
      '/': page('Home', '/leave'),
      '/leave': redirect(`${other.origin}/about`),
    });
    const asked = other.log.length;
    const second = await run({ sources: [{ crawl: { start: `${leaving.origin}/` } }], pages });
    expect(byPath(second.ends)).toEqual({ '/': 'stored', '/leave': 'skipped REDIRECT_OUT_OF_SCOPE' });
    expect(other.log).toHaveLength(asked);
  });

  it('lead on to the order of parameters of the site, though it is the same page', async () => {
    const site = await openSite({
      '/': page('Home', '/list?page=2&size=20', '/gate?b=1&a=2'),
      '/list?page=2&size=20': redirect('/list?size=20&page=2', 301),
      '/list?size=20&page=2': page('Two'),
      '/gate?b=1&a=2': redirect('/door'),
      '/door': redirect('/gate?a=2&b=1'),
      '/gate?a=2&b=1': page('Gate'),
    });
    const { counts } = await run({ sources: [{ crawl: { start: `${site.origin}/` } }], pages: followAll });
    expect(counts).toMatchObject({ admitted: 4, stored: 3, 'skipped:REDIRECTED': 1, redirects: 2 });
    expect(site.hits('/list?size=20&page=2')).toBe(1);
    expect(site.hits('/gate?a=2&b=1')).toBe(1);
  });

  it('end where they come round to an address, or to ever other ones of one page', async () => {
    const site = await openSite({
      '/1?a&b': redirect('/1?b&a'),
      '/1?b&a': redirect('/1?a&b'),
      '/2?a': redirect('/2?a&utm_source=1'),
      '/2?a&utm_source=1': redirect('/2?utm_source=2&a'),
      '/2?utm_source=2&a': redirect('/2?a&utm_source=3'),
    });
    const list = ['/1?a&b', '/2?a'].map((path) => site.origin + path);
    const { counts } = await run({ sources: [{ urls: { list } }], fetch: { maxRedirects: 2 } });
    expect(counts).toMatchObject({ admitted: 2, failed: 2, 'failed:TOO_MANY_REDIRECTS': 2 });
    expect(site.log.length).toBeLessThan(8);
  });

  it('keep the bytes of a Location that are no UTF-8, and refuse what carries a password', async () => {
    const site = await openSite({
      '/latin': redirect('/caf\xe9?q=\xe9'),
      '/caf%E9?q=%E9': page('Coffee'),
      '/utf8': redirect(Buffer.from('/café').toString('latin1')),
      '/caf%C3%A9': page('Coffee'),
      '/in': redirect('http://me:secret@127.0.0.1/'),
    });
    const list = ['/latin', '/utf8', '/in'].map((path) => site.origin + path);
    const { counts, ends } = await run({ sources: [{ urls: { list } }] });
    expect(counts).toMatchObject({ stored: 2, 'failed:REDIRECT_INVALID': 1 });
    expect(JSON.stringify(ends)).not.toContain('secret');
  });

  it('do not take the headers of an API along to another host', async () => {
    const other = await openSite({ '/api': json([{ name: 'b' }]) });
    const site = await openSite({ '/api': redirect(`${other.origin}/api`), '/old': redirect('/api') });
    const headers = { 'x-key': 'secret' };
    const rest = { url: `${site.origin}/old`, headers, label: 'default' };
    const { counts } = await run({
      sources: [{ rest }],
      pages: { default: { fields: { name: { path: 'name' } } } },
    });
    expect(counts).toMatchObject({ stored: 1, 'skipped:REDIRECTED': 2, items: 1 });
    const keys = (log: typeof site.log) =>
      log.filter(({ path }) => path !== '/robots.txt').map((r) => r.headers['x-key']);
    expect(keys(site.log)).toEqual(['secret', 'secret']);
    expect(keys(other.log)).toEqual([undefined]);
  });
});

describe('urls.canonical: follow', () => {
  const naming = (canonical: string, ...links: string[]): SiteAnswer => ({
    body: `<link rel="canonical" href="${canonical}"><h1>x</h1>${links.map((link) => `<a href="${link}">x</a>`).join('')}`,
  });
  const job = (origin: string, list: string[]) => ({
    sources: [{ urls: { list: list.map((path) => origin + path) } }],
    pages: { default: { fields: { title: 'h1' } } },
    urls: { canonical: 'follow' },
  });

  it('skips a page in favour of the one it names, which is stored once', async () => {
    const site = await openSite({ '/1': naming('/3'), '/2': naming('/3'), '/3': naming('/3') });
    const { ends, counts } = await run(job(site.origin, paths(2)));
    expect(byPath(ends)).toEqual({
      '/1': 'skipped CANONICAL_ELSEWHERE',
      '/2': 'skipped CANONICAL_ELSEWHERE',
      '/3': 'stored',
    });
    expect(counts['items']).toBe(1);
  });

  it('takes another address of a page for the page itself', async () => {
    const site = await openSite({ '/1?b=1&a=2': naming('/1?a=2&b=1') });
    const { counts } = await run(job(site.origin, ['/1?b=1&a=2']));
    expect(counts).toMatchObject({ admitted: 1, stored: 1 });
  });

  it('does not leave the scope for it', async () => {
    const site = await openSite({ '/1': naming('https://example.com/1') });
    expect(byPath((await run(job(site.origin, paths(1)))).ends)).toEqual({ '/1': 'stored' });
  });

  it.each([[['/1']], [['/1', '/2']], [['/2', '/1']]])(
    'stores one of two pages that name each other, found as %j',
    async (list) => {
      const site = await openSite({ '/1': naming('/2'), '/2': naming('/1') });
      for (const batchSize of [1, 5]) {
        const world = enterWorld({ batchSize });
        await world.start('r', makeJob(job(site.origin, list)));
        await driveTogether(world, 'r', [world.newProcess('p'), world.newProcess('q')]);
        expect(await expectAccounted(world, 'r')).toMatchObject({
          stored: 1,
          'skipped:CANONICAL_ELSEWHERE': 1,
          items: 1,
        });
      }
    },
  );
});
