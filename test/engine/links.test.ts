import { describe, expect, it } from 'vitest';
import { selectPageLinks, selectSourceLinks } from '../../shared/engine/links.ts';
import { openGate, type RobotsGate } from '../../shared/engine/robots-gate.ts';
import { openRunContext, type RunContext } from '../../shared/engine/run-context.ts';
import type { PageRequest } from '../../shared/model.ts';
import { localFiles } from '../../shared/sources/local-file.ts';
import { makeJob } from './world.ts';

const page: PageRequest = { kind: 'page', url: 'http://a.test/', label: 'item', depth: 1, attempt: 0 };
const seed: PageRequest = { ...page, kind: 'seed', url: 'spinneret:seed', depth: 0 };

async function contextOf(job: Record<string, unknown> = {}): Promise<RunContext> {
  const whole = makeJob({
    sources: [{ crawl: { start: 'http://a.test/' } }],
    pages: { item: { match: '/i/*' }, list: { match: '/l/*' } },
    ...job,
  });
  const run = { id: 'r', job: whole, baseDir: '.', state: 'running' as const, startedAt: 0 };
  return openRunContext(run as never, { env: {}, baseDir: '/', openFile: localFiles('/') });
}

const noPrivate: RobotsGate = { forbids: (url) => url.includes('private'), crawlDelayMs: 0 };
const links = (...urls: string[]) => urls.map((url) => ({ url }));

describe('selectPageLinks', () => {
  it('makes requests one deeper, with label and referrer', async () => {
    const { requests, refused } = selectPageLinks(
      await contextOf(),
      openGate,
      page,
      links('http://a.test/i/1#x'),
    );
    const expected = { kind: 'page', url: 'http://a.test/i/1', label: 'item', depth: 2, attempt: 0 };
    expect(requests).toEqual([{ ...expected, referrer: page.url }]);
    expect(refused).toEqual({});
  });

  it('counts what it refuses, by the first reason there is', async () => {
    const context = await contextOf({ limits: { maxDepth: 2 } });
    const urls = [
      'mailto:a@b',
      'http://a.test/x',
      'http://b.test/i/1',
      'http://a.test/i/private',
      'http://a.test/i/1',
    ];
    const { requests, refused } = selectPageLinks(context, noPrivate, page, links(...urls));
    expect(requests.map(({ url }) => url)).toEqual(['http://a.test/i/1']);
    expect(refused).toEqual({
      'refused:url': 1,
      'refused:label': 1,
      'refused:scope': 1,
      'refused:robots': 1,
    });
    const deeper = selectPageLinks(context, noPrivate, { ...page, depth: 2 }, links('http://a.test/i/1'));
    expect(deeper).toEqual({ requests: [], refused: { 'refused:depth': 1 } });
  });

  it('takes a URL once, and the label of the rule before that of the URL', async () => {
    const found = [
      { url: 'http://a.test/i/1', label: 'list' },
      { url: 'http://a.test/i/1' },
      { url: 'http://a.test/x', label: 'list' },
    ];
    const { requests, refused } = selectPageLinks(await contextOf(), openGate, page, found);
    expect(requests.map(({ url, label }) => `${label} ${url}`)).toEqual([
      'list http://a.test/i/1',
      'list http://a.test/x',
    ]);
    expect(refused).toEqual({});
  });
});

describe('selectSourceLinks', () => {
  it('takes what a source names, whatever scope, depth and robots.txt say of links', async () => {
    const context = await contextOf({ limits: { maxDepth: 0 }, scope: { hosts: 'c.test' } });
    const { requests } = selectSourceLinks(context, seed, links('http://b.test/i/private'));
    expect(requests).toEqual([
      { kind: 'page', url: 'http://b.test/i/private', label: 'item', depth: 0, attempt: 0 },
    ]);
  });

  it('has no use for pages without a label', async () => {
    const { requests, refused } = selectSourceLinks(await contextOf(), seed, links('http://a.test/x'));
    expect([requests, refused]).toEqual([[], { 'refused:label': 1 }]);
  });
});
