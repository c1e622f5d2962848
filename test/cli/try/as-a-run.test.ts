import { describe, expect, it } from 'vitest';
import { tryPage } from '../../../cli/try/page.ts';
import { openRunContext } from '../../../shared/engine/run-context.ts';
import type { Json, PageFact } from '../../../shared/model.ts';
import { localFiles } from '../../../shared/sources/local-file.ts';
import { pageRequest } from '../../../shared/sources/page.ts';
import { enterWorld, openSite } from '../../engine/setting.ts';
import { page, type Site, type SiteAnswer } from '../../engine/site.ts';
import { driveRun, makeJob, outcomesOf } from '../../engine/world.ts';

type Settings = Record<string, unknown>;

function jobFor({ origin }: Site, changes: Settings) {
  return makeJob({
    sources: [{ crawl: { start: `${origin}/1` } }],
    pages: { default: { fields: { title: 'h1' } } },
    network: 'allowPrivate',
    ...changes,
  });
}

async function tried(site: Site, changes: Settings) {
  const job = jobFor(site, changes) as unknown as Json;
  const run = { id: 'try', job, baseDir: '/', state: 'running', startedAt: 0 } as const;
  const context = await openRunContext(run, { env: {}, baseDir: '/', openFile: localFiles('/') });
  try {
    return await tryPage(context, pageRequest({ url: `${site.origin}/1`, label: 'default' }));
  } finally {
    await context.close();
  }
}

async function ran(site: Site, changes: Settings): Promise<PageFact | undefined> {
  const world = enterWorld();
  await world.start('r', jobFor(site, changes));
  await driveRun(world, 'r', world.newProcess('p'));
  const facts = (await outcomesOf(world, 'r')).flatMap(({ pages }) => pages);
  return facts.findLast(({ url }) => url === `${site.origin}/1`);
}

const text = { 'content-type': 'text/plain' };
const robots = (...lines: string[]): SiteAnswer => ({ headers: text, body: lines.join('\n') });
const delayed = robots('User-agent: *', 'Crawl-delay: 30');
const signals = robots('User-agent: *', 'Content-Signal: search=yes, ai-train=no');

describe('a trial of a page whose robots.txt', () => {
  it.each<[string, SiteAnswer, Settings, Partial<PageFact>]>([
    ['is not there', { status: 404 }, {}, { end: 'stored' }],
    [
      'forbids it',
      robots('User-agent: *', 'Disallow: /1'),
      {},
      { end: 'skipped', code: 'ROBOTS_DISALLOWED' },
    ],
    [
      'refuses the use of the job',
      signals,
      { politeness: { use: ['ai-train'] } },
      { end: 'skipped', code: 'CONTENT_SIGNAL' },
    ],
    ['grants the use of the job', signals, { politeness: { use: ['search'] } }, { end: 'stored' }],
    [
      'asks for a longer delay than the job allows',
      delayed,
      { politeness: { maxDelayMs: 29_000 } },
      { end: 'failed', code: 'CRAWL_DELAY_TOO_LONG' },
    ],
    [
      'asks for a delay that the job allows',
      delayed,
      { politeness: { maxDelayMs: 30_000 } },
      { end: 'stored' },
    ],
    [
      'is unreachable, at the only attempt',
      { status: 503 },
      { fetch: { attempts: 1 } },
      { end: 'failed', code: 'ROBOTS_UNREACHABLE' },
    ],
    [
      'refuses all, to a job that ignores it',
      robots('User-agent: *', 'Disallow: /', 'Content-Signal: ai-train=no'),
      { politeness: { robots: 'ignore', use: ['ai-train'] } },
      { end: 'stored' },
    ],
  ])('%s ends as the page of a run does', async (_, answer, changes, expected) => {
    const site = await openSite({ '/robots.txt': answer, '/1': page('One') });
    const { fact, items } = await tried(site, changes);
    const hits = site.hits('/1');
    expect(fact).toMatchObject(expected);
    expect(items).toHaveLength(expected.end === 'stored' ? 1 : 0);
    const { end, code, message } = (await ran(site, changes)) ?? {};
    expect({ end: fact.end, code: fact.code, message: fact.message }).toEqual({ end, code, message });
    expect(site.hits('/1')).toBe(2 * hits);
  });
});
