import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { page, type SiteAnswer, type SitePages } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

const fields = { title: 'h1' };

async function crawl(pages: SitePages, politeness: object = {}, follow: unknown[] = ['a[href]']) {
  const site = await openSite(pages);
  const world = enterWorld();
  const sources = [{ crawl: { start: `${site.origin}/1` } }];
  const rule = { default: { fields, follow } };
  await world.start('r', makeJob({ sources, pages: rule, politeness: { gapMs: 0, ...politeness } }));
  await driveRun(world, 'r', world.newProcess('p'));
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  const asked = ['/1', '/2', '/3', '/4'].filter((path) => site.hits(path) > 0);
  return {
    counts: await expectAccounted(world, 'r'),
    titles: items.map((item) => item.fields['title']).sort(),
    asked,
  };
}

function marked(title: string, robots: string, ...links: string[]): SiteAnswer {
  const { body = '' } = page(title, ...links);
  return { body: `<!doctype html><meta name="robots" content="${robots}">${String(body).slice(15)}` };
}

describe('robots meta', () => {
  const pages = {
    '/1': marked('One', 'noindex', '/2'),
    '/2': marked('Two', 'nofollow', '/3', '/1'),
    '/3': page('Three'),
  };

  it('keeps nothing of a page with noindex, and follows no link of one with nofollow', async () => {
    const { counts, titles, asked } = await crawl(pages);
    expect({ titles, asked }).toEqual({ titles: ['Two'], asked: ['/1', '/2'] });
    expect(counts).toMatchObject({ 'skipped:NOINDEX': 1, stored: 1, items: 1, 'refused:nofollow': 2 });
  });

  it('is not read where the job says so', async () => {
    const { titles } = await crawl(pages, { robotsMeta: 'ignore' });
    expect(titles).toEqual(['One', 'Three', 'Two']);
  });

  it('binds by the header, too', async () => {
    const one = { ...page('One', '/2'), headers: { 'x-robots-tag': 'none' } };
    const { counts, asked } = await crawl({ '/1': one, '/2': page('Two') });
    expect(asked).toEqual(['/1']);
    expect(counts).toMatchObject({ 'skipped:NOINDEX': 1, 'refused:nofollow': 1 });
  });

  it('does not bind the answers of an API', async () => {
    const site = await openSite({
      '/api': {
        headers: { 'content-type': 'application/json', 'x-robots-tag': 'none' },
        body: JSON.stringify([{ title: 'One' }]),
      },
    });
    const world = enterWorld();
    const sources = [{ rest: { url: `${site.origin}/api`, label: 'default' } }];
    await world.start(
      'r',
      makeJob({ sources, pages: { default: { fields: { title: { path: 'title' } } } } }),
    );
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, items: 1 });
  });
});

describe('Content-Signal', () => {
  const robots = (...lines: string[]): SitePages => ({
    '/robots.txt': { headers: { 'content-type': 'text/plain' }, body: lines.join('\n') },
    '/1': page('One'),
  });

  it.each<[string, string[], string[] | undefined, string]>([
    [
      'a use that is refused',
      ['User-agent: *', 'Content-Signal: search=yes, ai-train=no'],
      ['ai-train'],
      'skipped',
    ],
    ['one of two', ['User-agent: *', 'content-signal:AI-Input=No'], ['search', 'ai-input'], 'skipped'],
    [
      'a use that is granted',
      ['User-agent: *', 'Content-Signal: search=yes, ai-train=no'],
      ['search'],
      'stored',
    ],
    ['a use that is not named', ['User-agent: *', 'Content-Signal: ai-train=no'], ['ai-input'], 'stored'],
    ['no use at all', ['User-agent: *', 'Content-Signal: search=no, ai-train=no'], undefined, 'stored'],
    ['another crawler', ['User-agent: otherbot', 'Content-Signal: ai-train=no'], ['ai-train'], 'stored'],
    [
      'its own group',
      ['User-agent: spinneret', 'Content-Signal: ai-train=no', 'Allow: /'],
      ['ai-train'],
      'skipped',
    ],
    [
      'the first of two groups',
      ['User-agent: *', 'Content-Signal: ai-train=no', 'User-agent: b', 'Content-Signal: ai-train=yes'],
      ['ai-train'],
      'skipped',
    ],
    [
      'what is no signal',
      ['User-agent: *', 'Content-Signal: ai-train', 'Content-Signal: =no'],
      ['ai-train'],
      'stored',
    ],
  ])('binds a job by its use: %s', async (_, lines, use, end) => {
    const { counts, asked } = await crawl(robots(...lines), use === undefined ? {} : { use });
    expect(counts).toMatchObject(end === 'stored' ? { stored: 1 } : { 'skipped:CONTENT_SIGNAL': 1 });
    expect(asked).toEqual(end === 'stored' ? ['/1'] : []);
  });

  it('does not bind a job that ignores robots.txt', async () => {
    const lines = ['User-agent: *', 'Content-Signal: ai-train=no'];
    const { counts } = await crawl(robots(...lines), { use: ['ai-train'], robots: 'ignore' });
    expect(counts).toMatchObject({ stored: 1 });
  });
});

describe('rel=nofollow', () => {
  const list = (...links: string[]): SiteAnswer => ({ body: `<h1>One</h1>${links.join('')}` });
  const others = { '/2': page('Two'), '/3': page('Three'), '/4': page('Four') };

  it.each<[string, unknown[]]>([
    ['the default', [{}]],
    ['a selector', ['a[href]']],
    ['a list of selectors with commas of other kinds', ['a:is(.x, [title="a, b"]), a']],
    ['a selector with a descendant', ['h1 ~ a']],
    ['a selector with comments', ['h1 ~ a /* all, but */', 'b/* , */']],
  ])('is left out and counted, by %s', async (_, follow) => {
    const links = [
      '<a href=/2 rel="external NoFollow">2</a>',
      '<a href=/3>3</a>',
      '<a href=/4 rel=nofollower>4</a>',
    ];
    const { counts, asked } = await crawl({ '/1': list(...links), ...others }, {}, follow);
    expect(asked).toEqual(['/1', '/3', '/4']);
    expect(counts).toMatchObject({ stored: 3, 'refused:nofollow': 1 });
  });

  it('does not keep out what another link of the page leads to', async () => {
    const links = ['<a href=/2 rel=nofollow>2</a>', '<a href=/2>2</a>', '<a href=/2 rel=nofollow>2</a>'];
    const { counts, asked } = await crawl({ '/1': list(...links), ...others });
    expect(asked).toEqual(['/1', '/2']);
    expect(counts['refused:nofollow']).toBeUndefined();
  });

  it('is not read where the job says so', async () => {
    const links = ['<a href=/2 rel=nofollow>2</a>', '<a href=/3>3</a>'];
    const { asked } = await crawl({ '/1': list(...links), ...others }, { nofollow: 'ignore' });
    expect(asked).toEqual(['/1', '/2', '/3']);
  });

  it('is counted by what a rule would have taken, and for each URL once', async () => {
    const links = [
      '<a href=/2 rel=nofollow>2</a>',
      '<a href=/2 rel=nofollow>2</a>',
      '<a href=/3 rel=nofollow>3</a>',
    ];
    const rule = [{ match: ['/2'] }];
    const { counts, asked } = await crawl({ '/1': list(...links), ...others }, {}, rule);
    expect(asked).toEqual(['/1']);
    expect(counts).toMatchObject({ 'refused:nofollow': 1, 'refused:pattern': 1 });
  });
});
