import { afterEach, describe, expect, it, vi } from 'vitest';
import { callWebhook } from '../../functions/webhook.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import type { Run } from '../../shared/model.ts';
import { type Site, type SiteAnswer, type SitePages, serveSite } from '../engine/site.ts';

const pauses = vi.hoisted((): number[] => []);
vi.mock('node:timers/promises', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  setTimeout: async (ms: number) => void pauses.push(ms),
}));

let site: Site;
afterEach(async () => {
  pauses.length = 0;
  await site.close();
});

/** Calls the webhook of a job at `/hook`, answered as `pages` say. Returns what came of it. */
async function call(pages: SitePages | SiteAnswer[], job: object = {}): Promise<string | undefined> {
  site = await serveSite(Array.isArray(pages) ? { '/hook': ({ earlier }) => pages[earlier] ?? {} } : pages);
  const parsed = jobSchema.parse({
    name: 'shop',
    sources: [{ crawl: { start: 'https://shop.test/' } }],
    pages: { default: { fields: { name: 'h1' } } },
    output: { webhook: `${site.origin}/hook` },
    ...job,
  });
  const run: Run = {
    id: 'shop-1',
    job: JSON.parse(JSON.stringify(parsed)),
    baseDir: '',
    state: 'finished',
    startedAt: 0,
  };
  return callWebhook('Tested', run, { run: 'shop-1' });
}

const allowed = { network: 'allowPrivate' };

describe('callWebhook', () => {
  it('posts the report as JSON', async () => {
    expect(await call([{}], allowed)).toBe('delivered');
    expect(site.log).toMatchObject([
      { method: 'POST', body: '{"run":"shop-1"}', headers: { 'content-type': 'application/json' } },
    ]);
  });

  it.each([[{}], [{ network: 'public' }]])(
    'is bound by the address guard like any other fetch of the job: %j',
    async (job) => {
      expect(await call([{}], job)).toBe('ADDRESS_REFUSED');
      expect(site.log).toEqual([]);
    },
  );

  it('is bound by it by name, too', async () => {
    site = await serveSite({});
    const { port } = new URL(site.origin);
    await site.close();
    const webhook = `http://localhost:${port}/hook`;
    expect(await call([{}], { output: { webhook } })).toBe('ADDRESS_REFUSED');
    expect(site.log).toEqual([]);
  });

  it('has not delivered where the address redirects, which is not followed', async () => {
    const pages = { '/hook': { status: 308, headers: { location: '/moved' } }, '/moved': {} };
    expect(await call(pages, allowed)).toBe('HTTP_308');
    expect(site.hits('/moved')).toBe(0);
  });

  it('tries three times, with pauses, and says why it failed', async () => {
    expect(await call([{ status: 503 }, { status: 503 }, {}], allowed)).toBe('delivered');
    expect([site.log.length, pauses]).toEqual([3, [2_000, 2_000]]);
    await site.close();
    expect(await call(Array(5).fill({ status: 503 }), allowed)).toBe('HTTP_503');
    expect(site.log).toHaveLength(3);
  });

  it('is nothing to a job that names none', async () => {
    expect(await call([{}], { ...allowed, output: {} })).toBeUndefined();
    expect([site.log, pauses]).toEqual([[], []]);
  });
});
