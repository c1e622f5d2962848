import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { page } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

/** Takes the regex beyond all time; RE2 cannot run it either, since it looks ahead. */
const exploding = 'regex:^https?://[^/]+/(?=a)a*a*a*a*a*a*a*a*$';
const badPath = `/${'a'.repeat(60)}b`;

async function run(job: Record<string, unknown>) {
  const world = enterWorld();
  await world.start('r', makeJob(job));
  await driveRun(world, 'r', world.newProcess('p'));
  const counts = await expectAccounted(world, 'r');
  const facts = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.pages);
  const reported = facts
    .filter(({ code }) => code === 'REGEX_TIMEOUT')
    .map(({ url }) => new URL(url).pathname);
  const stored = facts.filter(({ kind, end }) => kind === 'page' && end === 'stored');
  return { counts, reported, stored: stored.map(({ url }) => new URL(url).pathname).sort() };
}

describe('a URL that explodes a regex of the job is refused alone, and reported', () => {
  const index = { '/': page('Index', '/1', badPath, '/aa'), '/1': page('One'), '/aa': page('Two') };
  const all = { default: { follow: ['a'] } };

  it.each<[string, Record<string, unknown>, string[]]>([
    [
      'match of a follow rule',
      { pages: { default: { follow: [{ select: 'a', match: exploding }] } } },
      ['/', '/aa'],
    ],
    [
      'exclude of a follow rule',
      { pages: { default: { follow: [{ select: 'a', exclude: exploding }] } } },
      ['/', '/1'],
    ],
    ['scope.include', { pages: all, scope: { include: [exploding, '/'] } }, ['/', '/aa']],
    ['scope.exclude', { pages: all, scope: { exclude: exploding } }, ['/', '/1']],
    ['match of a label', { pages: { ...all, other: { match: exploding } } }, ['/', '/1', '/aa']],
  ])('by %s', async (_, job, stored) => {
    const site = await openSite(index);
    const result = await run({ sources: [{ crawl: { start: `${site.origin}/` } }], ...job });
    expect(result.stored).toEqual(stored);
    expect(result.reported).toEqual([badPath]);
    expect(result.counts).toMatchObject({ 'refused:regex': 1, 'source:failed:REGEX_TIMEOUT': 1 });
  });

  it.each([
    ['RE2 decides of', exploding.replace('(?=a)a*a*a*a*a*a*a*a*', '(a+)+'), []],
    [
      'an older store has and nothing can run is refused for',
      'regex:^https?://[^/]+/(?=(a+)+$)a+$',
      [badPath],
    ],
  ])('a regex that %s it', async (_, pattern, reported) => {
    const site = await openSite({ ...index, [badPath]: page('Three') });
    const world = enterWorld();
    const job = makeJob({ sources: [{ crawl: { start: `${site.origin}/` } }], pages: all });
    // The schema refuses the second one today; the frozen job of a run is not read by it again.
    await world.start('r', { ...job, scope: { ...job.scope, exclude: [pattern] } });
    await driveRun(world, 'r', world.newProcess('p'));
    const facts = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.pages);
    const pathsOf = (list: typeof facts) => list.map(({ url }) => new URL(url).pathname).sort();
    expect(pathsOf(facts.filter(({ code }) => code === 'REGEX_TIMEOUT'))).toEqual(reported);
    const stored = pathsOf(facts.filter(({ kind, end }) => kind === 'page' && end === 'stored'));
    expect(stored).toEqual(reported.length === 0 ? ['/', '/1', badPath].sort() : ['/', '/1']);
  });

  it('of a list of URLs', async () => {
    const site = await openSite(index);
    const list = ['/1', badPath, '/aa'].map((path) => site.origin + path);
    const pages = { default: {}, other: { match: exploding } };
    const result = await run({ sources: [{ urls: { list } }], pages });
    expect(result.stored).toEqual(['/1', '/aa']);
    expect(result.reported).toEqual([badPath]);
    expect(result.counts).toMatchObject({ 'refused:regex': 1 });
  });

  it('of a sitemap', async () => {
    const site = await openSite(index);
    const urls = ['/1', badPath, '/aa'].map((path) => `<url><loc>${site.origin}${path}</loc></url>`).join('');
    const map = await openSite({
      '/s.xml': { body: `<urlset>${urls}</urlset>`, headers: { 'content-type': 'application/xml' } },
    });
    const sources = [{ sitemap: { urls: [`${map.origin}/s.xml`], include: exploding } }];
    const result = await run({ sources, pages: { default: {} } });
    expect(result.stored).toEqual(['/aa']);
    expect(result.reported).toEqual([badPath]);
  });

  it('and so is the canonical link of a page, which stands', async () => {
    const head = `<head><link rel=canonical href="${badPath}"></head>`;
    const site = await openSite({ '/': { body: `${head}<h1>Index</h1>` } });
    const sources = [{ crawl: { start: `${site.origin}/` } }];
    const job = {
      sources,
      pages: { default: {} },
      urls: { canonical: 'follow' },
      scope: { exclude: exploding },
    };
    expect((await run(job)).stored).toEqual(['/']);
  });
});
