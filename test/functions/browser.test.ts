import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { makeWorkHandler } from '../../functions/work.ts';
import { findChromium } from '../../shared/browser/find-chromium.ts';
import { makeOnePageRenderer } from '../../shared/browser/one-page-renderer.ts';
import { usageOf } from '../../shared/cost/cost.ts';
import { browserTimeoutMs } from '../../shared/deployment/worker-times.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import type { Item } from '../../shared/model.ts';
import { type BareAccount, functionSettings, openBareAccount } from '../aws/bare-account.ts';
import { describeWith } from '../aws/describe-with.ts';
import { describeBrowser } from '../browser/chromium.ts';
import { type Site, type SitePages, serveSite } from '../engine/site.ts';
import { makeJob, unaccounted } from '../engine/world.ts';

const timeoutMs = browserTimeoutMs(functionSettings.workerTimeoutMs);
const product = (id: number) => ({
  body: `<div id=app></div><script>fetch('/api/${id}').then((r) => r.json()).then((p) => { app.innerHTML = '<h1>' + p.name + '</h1>' })</script>`,
});
const pages: SitePages = {
  '/list': { body: '<a href=/p/1>1</a><a href=/p/2>2</a><a href=/p/3>3</a>' },
  '/p/1': product(1),
  '/p/2': product(2),
  '/p/3': { body: '<h1>Product 3</h1>' },
  '/api/1': { body: '{"name":"Product 1"}' },
  '/api/2': { body: '{"name":"Product 2"}' },
};
const names = ['Product 1', 'Product 2', 'Product 3'];

const jobOf = ({ origin }: Site, use: string) =>
  makeJob({
    sources: [{ crawl: { start: `${origin}/list` } }],
    pages: {
      product: { match: '**/p/*', render: use, fields: { name: { select: 'h1', required: true } } },
      default: { follow: ['a'] },
    },
    politeness: { robots: 'ignore' },
  });

await describeWith('ministack', 'the function with a browser', (connection) => {
  describeBrowser('of this machine', () => {
    let account: BareAccount;
    let site: Site;
    beforeAll(async () => {
      account = await openBareAccount(connection, true);
      Object.assign(process.env, account.env, { AWS_EC2_METADATA_DISABLED: 'true' });
    });
    afterAll(() => account.close());
    beforeEach(async () => {
      site = await serveSite(pages);
      onTestFinished(() => site.close());
    });

    const open = () => {
      const findProgram = async () => ({ path: findChromium(undefined), sandbox: false });
      return makeWorkHandler({ openBrowser: (maxPages) => makeOnePageRenderer({ findProgram, maxPages }) });
    };
    const start = (id: string, use: string) =>
      startRun(account.ledger, account.queue, {
        id,
        job: jobOf(site, use),
        baseDir: '',
        startedAt: Date.now(),
      });

    /** Calls both functions with what their queues bring until the run is over; returns how often the one with the browser was. */
    const drive = async (id: string): Promise<number> => {
      const [work, read] = [makeWorkHandler(), open()];
      let calls = 0;
      while ((await account.ledger.readCounts(id))['open'] !== 0) {
        const records = await account.receive();
        if (records.length > 0) {
          const answer = await work({ Records: records }, { getRemainingTimeInMillis: () => 120_000 });
          await account.settle(records, answer);
        }
        const inBrowser = await account.receiveInBrowser();
        if (inBrowser.length === 0) continue;
        calls += 1;
        const answer = await read({ Records: inBrowser }, { getRemainingTimeInMillis: () => timeoutMs });
        await account.settleInBrowser(inBrowser, answer);
      }
      return calls;
    };

    const itemsOf = async (id: string) => {
      const items: Item[] = [];
      for await (const outcome of account.outcomes.list(id)) items.push(...outcome.items);
      return items.map(({ fields }) => fields['name']).sort();
    };

    it.each([
      ['browser', 3],
      ['auto', 2],
    ])(
      'reads pages of render: %s, each once, and the worker all others',
      async (use, rendered) => {
        await start(use, use);
        expect(await drive(use)).toBeGreaterThan(0);
        expect(await itemsOf(use)).toEqual(names);
        const counts = await account.ledger.readCounts(use);
        expect(counts).toMatchObject({ open: 0, rendered, stored: 4 });
        expect(unaccounted(counts)).toBe(0);
        for (const path of Object.keys(pages)) expect([path, site.hits(path)]).toEqual([path, 1]);
        // Its time is counted apart, since another processor has another price.
        const { lambdaX86MbMs = 0, lambdaMbMs = 0 } = usageOf(counts);
        expect(lambdaMbMs).toBeGreaterThan(0);
        expect(lambdaX86MbMs).toBeGreaterThan(0);
      },
      60_000,
    );
  });
});
