import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { page, redirect, type Site, type SitePages, sitemap } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

const headers = { 'X-Key': `\${env:KEY}`, 'X-Plain': 'plain', 'X-Both': 'label' };
const pages = {
  list: { match: '/1', follow: ['a'] },
  item: { match: ['/2', '/3'], fields: { title: 'h1' }, headers },
};

async function crawl(site: Site, hosts?: string[]) {
  const world = enterWorld({}, { KEY: 'k-12345' });
  const sources = [{ crawl: { start: `${site.origin}/1` } }];
  const scope = hosts === undefined ? {} : { hosts };
  const fetch = { headers: { 'X-Both': 'job' } };
  await world.start('r', makeJob({ sources, pages, scope, fetch, politeness: { gapMs: 0 } }));
  await driveRun(world, 'r', world.newProcess('p'));
  return outcomesOf(world, 'r');
}

describe('the headers of a source', () => {
  const secretHeaders = { 'X-Key': `\${env:KEY}`, 'X-Plain': 'plain', 'X-Both': 'source' };

  async function runWith(site: Site, source: object, more: object = {}) {
    const world = enterWorld({}, { KEY: 'k-12345' });
    const of = {
      list: { follow: ['a'], fields: { title: 'h1' }, headers: { 'X-Both': 'label', 'X-Label': '1' } },
    };
    await world.start('r', makeJob({ sources: [source], pages: of, politeness: { gapMs: 0 }, ...more }));
    await driveRun(world, 'r', world.newProcess('p'));
    await expectAccounted(world, 'r');
    return { outcomes: await outcomesOf(world, 'r'), site };
  }

  const pagesOf = {
    '/1': page('One', '/linked'),
    '/linked': page('Linked'),
    '/map.xml': sitemap('/1'),
    '/old': redirect('/1'),
  };

  it.each<[string, (origin: string) => object, string[]]>([
    ['crawl', (origin) => ({ crawl: { start: `${origin}/1`, headers: secretHeaders } }), ['/1']],
    ['urls', (origin) => ({ urls: { list: `${origin}/1`, headers: secretHeaders } }), ['/1']],
    [
      'crawl, where it redirects',
      (origin) => ({ crawl: { start: `${origin}/old`, headers: secretHeaders } }),
      ['/old', '/1'],
    ],
    [
      'sitemap',
      (origin) => ({ sitemap: { urls: `${origin}/map.xml`, headers: secretHeaders } }),
      ['/map.xml', '/1'],
    ],
  ])('go with the requests for what it names, and not along links: %s', async (_, source, paths) => {
    const pages: SitePages = { ...pagesOf };
    const site = await openSite(pages);
    pages['/map.xml'] = sitemap(`${site.origin}/1`);
    await runWith(site, source(site.origin));
    for (const path of paths) {
      expect(sentTo(site, path)).toMatchObject({
        'x-key': 'k-12345',
        'x-plain': 'plain',
        'x-both': 'source',
      });
    }
    expect(sentTo(site, '/1')).toMatchObject({ 'x-label': '1' });
    expect(sentTo(site, '/linked')).toMatchObject({ 'x-both': 'label' });
    for (const path of ['/linked', '/robots.txt']) {
      expect(sentTo(site, path)).not.toHaveProperty('x-key');
      expect(sentTo(site, path)).not.toHaveProperty('x-plain');
    }
  });

  it('go with the URLs of a file, as far as they are no secrets: the job does not spell their hosts out', async () => {
    const site = await openSite(pagesOf);
    const world = enterWorld({}, { KEY: 'k-12345' });
    writeFileSync(join(world.folder, 'urls.txt'), `${site.origin}/1\n`);
    const sources = [{ urls: { file: 'urls.txt', headers: secretHeaders } }];
    await world.start('r', makeJob({ sources, politeness: { gapMs: 0 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(sentTo(site, '/1')).toMatchObject({ 'x-plain': 'plain', 'x-both': 'source' });
    expect(sentTo(site, '/1')).not.toHaveProperty('x-key');
  });

  it('go with each attempt, and no secret of them is kept or sent to another host', async () => {
    const other = await openSite({ '/3': page('Three') });
    const site = await openSite({
      '/1': ({ earlier, headers: sent }) => (earlier === 0 ? { status: 503 } : page(String(sent['x-key']))),
      '/2': redirect(`${other.origin}/3`),
    });
    const start = [`${site.origin}/1`, `${site.origin}/2`];
    const { outcomes } = await runWith(site, { crawl: { start, headers: secretHeaders } });
    const attempts = site.log.filter(({ path }) => path === '/1');
    expect(attempts.map(({ headers: sent }) => sent['x-key'])).toEqual(['k-12345', 'k-12345']);
    expect(sentTo(other, '/3')).toMatchObject({ 'x-plain': 'plain' });
    expect(sentTo(other, '/3')).not.toHaveProperty('x-key');
    expect(outcomes.flatMap(({ items }) => items)).toContainEqual(
      expect.objectContaining({ fields: { title: '[secret]' } }),
    );
    expect(JSON.stringify(outcomes)).not.toContain('k-12345');
  });
});

const sentTo = (site: Site, path: string) => site.log.find((request) => request.path === path)?.headers;

describe('the headers of a page label', () => {
  it('are sent with its pages alone, before those of the job, and no secret of them is kept', async () => {
    const site = await openSite({
      '/1': page('One', '/2'),
      // A page may give back what it was sent.
      '/2': (request) => page(String(request.headers['x-key'])),
    });
    const outcomes = await crawl(site);
    expect(sentTo(site, '/1')).toMatchObject({ 'x-both': 'job' });
    expect(sentTo(site, '/1')).not.toHaveProperty('x-key');
    expect(sentTo(site, '/2')).toMatchObject({ 'x-key': 'k-12345', 'x-plain': 'plain', 'x-both': 'label' });
    expect(outcomes.flatMap(({ items }) => items)).toMatchObject([{ fields: { title: '[secret]' } }]);
    expect(JSON.stringify(outcomes)).not.toContain('k-12345');
  });

  it('carry their secrets to no host that the job does not spell out', async () => {
    const other = await openSite({ '/3': page('Three') });
    const site = await openSite({ '/1': page('One', `${other.origin}/3`) });
    await crawl(site, ['*.0.0.1', '127.0.0.1']);
    expect(sentTo(other, '/3')).toMatchObject({ 'x-plain': 'plain' });
    expect(sentTo(other, '/3')).not.toHaveProperty('x-key');
  });
});
