import { describe, expect, it } from 'vitest';
import { openRunContext, type RunContext } from '../../shared/engine/run-context.ts';
import { openGate, type RobotsGate } from '../../shared/engine/turns/robots-gate.ts';
import { selectAllLinks, selectPageLinks, selectSourceLinks } from '../../shared/engine/visit/links.ts';
import type { PageRequest } from '../../shared/model.ts';
import { localFiles } from '../../shared/sources/local-file.ts';
import { makeJob } from './world.ts';

const page: PageRequest = { kind: 'page', url: 'http://a.test/', label: 'item', depth: 1, attempt: 0 };
const origin = { request: page, batch: 'b' };

async function contextOf(job: Record<string, unknown> = {}): Promise<RunContext> {
  const whole = makeJob({
    sources: [{ crawl: { start: 'http://a.test/' } }],
    pages: { item: { match: '/i/*' }, list: { match: '/l/*' } },
    ...job,
  });
  const run = { id: 'r', job: whole, baseDir: '.', state: 'running' as const, startedAt: 0 };
  return openRunContext(run as never, { env: {}, baseDir: '/', openFile: localFiles('/') });
}

const noPrivate: RobotsGate = { ...openGate, forbids: (url) => url.includes('private') };
const links = (...urls: string[]) => ({ links: urls.map((url) => ({ url })) });

describe('selectPageLinks', () => {
  it('makes requests one deeper, with label and referrer', async () => {
    const { requests, counts } = selectPageLinks(
      await contextOf(),
      openGate,
      origin,
      links('http://a.test/i/1'),
    );
    const expected = { kind: 'page', url: 'http://a.test/i/1', label: 'item', depth: 2, attempt: 0 };
    expect(requests).toEqual([{ ...expected, referrer: page.url }]);
    expect(counts).toEqual({});
  });

  it('counts what it refuses, by the first reason there is', async () => {
    const context = await contextOf({ limits: { maxDepth: 2 } });
    const urls = ['http://a.test/x', 'http://b.test/i/1', 'http://a.test/i/private', 'http://a.test/i/1'];
    const { requests, counts } = selectPageLinks(context, noPrivate, origin, links(...urls));
    expect(requests.map(({ url }) => url)).toEqual(['http://a.test/i/1']);
    expect(counts).toEqual({
      'refused:label': 1,
      'refused:scope': 1,
      'refused:robots': 1,
    });
    const deep = { ...origin, request: { ...page, depth: 2 } };
    const deeper = selectPageLinks(context, noPrivate, deep, links('http://a.test/i/1'));
    expect(deeper).toEqual({ requests: [], known: [], counts: { 'refused:depth': 1 }, undecided: [] });
  });

  it.each<[string, Record<string, unknown>, string[], string[]]>([
    [
      'leaves out what is plainly a file',
      {},
      [
        '/a.JPG',
        '/a.zip?x=1',
        '/d/a.pdf#p',
        '/a.woff2',
        '/a',
        '/a.html',
        '/a.php',
        '/v1.2',
        '/a.jpg/',
        '/?f=a.pdf',
        '/.well-known',
      ],
      ['/a', '/a.html', '/a.php', '/v1.2', '/a.jpg/', '/?f=a.pdf', '/.well-known'],
    ],
    ['takes a wiki for what it is', {}, ['/wiki/File:A.png'], ['/wiki/File:A.png']],
    [
      'follows files that a pattern names',
      { pages: { item: { match: ['/i/*.pdf', '/**'] } } },
      ['/i/a.pdf', '/a.doc'],
      ['/i/a.pdf'],
    ],
    [
      'follows files that a selector names',
      { pages: { item: { follow: ['a[href$=".zip"]'] } } },
      ['/a.zip', '/a.gz'],
      ['/a.zip'],
    ],
    [
      'follows files in scope.include',
      { scope: { include: ['/**/*.png', '/*.png'] } },
      ['/a.png', '/a.gif'],
      ['/a.png'],
    ],
    ['goes by the job', { scope: { ignoreExtensions: ['xyz'] } }, ['/a.xyz', '/a.jpg'], ['/a.jpg']],
    ['leaves out none', { scope: { ignoreExtensions: [] } }, ['/a.jpg'], ['/a.jpg']],
  ])('%s', async (_, job, paths, followed) => {
    const context = await contextOf({ pages: { item: {} }, ...job });
    const { requests, counts } = selectPageLinks(
      context,
      openGate,
      origin,
      links(...paths.map((path) => `http://a.test${path}`)),
    );
    expect(requests.map(({ url }) => url.slice('http://a.test'.length))).toEqual(followed);
    const others = (counts['refused:file'] ?? 0) + (counts['refused:scope'] ?? 0);
    expect(others).toBe(paths.length - followed.length);
  });

  it('takes the label of the rule before that of the URL', async () => {
    const found = {
      links: [
        { url: 'http://a.test/i/1', label: 'list' },
        { url: 'http://a.test/x', label: 'list' },
      ],
    };
    const { requests } = selectPageLinks(await contextOf(), openGate, origin, found);
    expect(requests.map(({ url, label }) => `${label} ${url}`)).toEqual([
      'list http://a.test/i/1',
      'list http://a.test/x',
    ]);
  });

  it('leaves out what another batch has brought into the run, and only that', async () => {
    const context = await contextOf();
    const owners = {
      'http://a.test/i/1': 'other',
      'http://a.test/i/2': origin.batch,
      'http://a.test/i/3': undefined,
    };
    for (const [url, owner] of Object.entries(owners)) context.known.of(url).owner = owner;
    const { requests, known, counts } = selectPageLinks(
      context,
      openGate,
      origin,
      links(...Object.keys(owners)),
    );
    expect(requests.map(({ url }) => url)).toEqual(['http://a.test/i/2', 'http://a.test/i/3']);
    expect(known.map(({ url }) => url)).toEqual(['http://a.test/i/1']);
    expect(counts).toEqual({ duplicates: 1 });
  });

  it('judges by the robots.txt of the moment', async () => {
    const context = await contextOf();
    const select = (gate: RobotsGate) =>
      selectPageLinks(context, gate, origin, links('http://a.test/i/private'));
    expect(select(openGate).requests).toHaveLength(1);
    expect(select(noPrivate).requests).toHaveLength(0);
    expect(select(openGate).requests).toHaveLength(1);
  });

  it('judges by the host of the page', async () => {
    const context = await contextOf();
    const select = (url: string) =>
      selectPageLinks(
        context,
        openGate,
        { ...origin, request: { ...page, url } },
        links('http://a.test/i/1'),
      );
    expect(select('http://b.test/').requests).toHaveLength(0);
    expect(select('http://a.test/').requests).toHaveLength(1);
    expect(select('http://b.test/').requests).toHaveLength(0);
  });
});

describe('selectSourceLinks', () => {
  it('takes files that a source names', async () => {
    const { requests } = selectSourceLinks(await contextOf({ pages: { item: {} } }), [
      { url: 'http://a.test/a.pdf' },
    ]);
    expect(requests).toHaveLength(1);
  });

  it('takes what a source names, whatever scope, depth and robots.txt say of links', async () => {
    const context = await contextOf({ limits: { maxDepth: 0 }, scope: { hosts: 'c.test' } });
    const { requests } = selectSourceLinks(context, links('http://b.test/i/private').links);
    expect(requests).toEqual([
      { kind: 'page', url: 'http://b.test/i/private', label: 'item', depth: 0, attempt: 0 },
    ]);
  });

  it('has no use for pages without a label', async () => {
    const { requests, counts } = selectSourceLinks(await contextOf(), links('http://a.test/x').links);
    expect([requests, counts]).toEqual([[], { 'refused:label': 1 }]);
  });

  it('takes each page once, as it was written first, and counts what cannot be asked for', async () => {
    const found = links(
      'http://A.test/i/1?b=1&a=2#x',
      'http://a.test/i/1?a=2&b=1',
      'mailto:a@b',
      'http://u:p@a.test/i/2',
      'http://',
    );
    const { requests, counts } = selectSourceLinks(await contextOf(), found.links);
    expect(requests.map(({ url }) => url)).toEqual(['http://a.test/i/1?b=1&a=2']);
    expect(counts).toEqual({
      duplicates: 1,
      'refused:scheme': 1,
      'refused:credentials': 1,
      'refused:url': 1,
    });
  });
});

describe('selectAllLinks', () => {
  const countUp = (to: number) => {
    let next = 0;
    return {
      take: (most: number) =>
        Array.from({ length: Math.min(most, to - next) }, () => ({ url: `http://a.test/i/${next++}` })),
      left: () => to - next,
    };
  };
  const select = async (maxPages: number, found: number, used = 0) => {
    const context = await contextOf({ limits: { maxPages } });
    context.limits.learn({ 'reserved:pages': used });
    const moreLinks = countUp(found);
    return selectAllLinks(context, openGate, origin, { links: moreLinks.take(2_000), moreLinks });
  };

  it('looks at links until there are more than the run can still admit, and counts the others', async () => {
    const { requests, counts } = await select(10_000, 400_000, 4_000);
    expect(requests.length).toBeGreaterThanOrEqual(7_000);
    expect(requests.length).toBeLessThan(13_000);
    expect(counts).toEqual({ 'refused:limit': 400_000 - requests.length });
  });

  it('looks at all of them where the run may have them', async () => {
    const { requests, counts } = await select(1_000_000, 30_000);
    expect([requests.length, counts]).toEqual([30_000, {}]);
  });
});
