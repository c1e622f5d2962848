import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { connectStores, readEnvironment } from '../../functions/environment.ts';
import { openStackKeys } from '../../functions/stack-keys.ts';
import { makeWorkHandler } from '../../functions/work.ts';
import { findChromium } from '../../shared/browser/find-chromium.ts';
import { makeOnePageRenderer } from '../../shared/browser/one-page-renderer.ts';
import { usageOf } from '../../shared/cost/cost.ts';
import { browserTimeoutMs } from '../../shared/deployment/worker-times.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Item } from '../../shared/model.ts';
import { type BareAccount, functionSettings, openBareAccount } from '../aws/bare-account.ts';
import { describeWith } from '../aws/describe-with.ts';
import { formsOf, putSecret } from '../aws/put-secret.ts';
import { describeBrowser } from '../browser/chromium.ts';
import { loginJob, openLoginSite } from '../engine/login-site.ts';
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
    const startJob = (id: string, job: Job) =>
      startRun(account.ledger, account.queue, { id, job, baseDir: '', startedAt: Date.now() });
    const start = (id: string, use: string) => startJob(id, jobOf(site, use));

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

    it('reads pages in a session that the worker opens, without the secrets that open it', async () => {
      const members = await openLoginSite({ pages: 5, pagesPerSession: 6 });
      await putSecret(connection, functionSettings.stack, 'PASS', members.password);
      const member = { match: '**/p/*', render: 'browser', fields: { name: 'h1' } };
      await startJob(
        'members',
        makeJob(loginJob(members, { pages: { member, default: { follow: ['a'] } } })),
      );
      await drive('members');
      expect(await itemsOf('members')).toEqual([1, 2, 3, 4, 5].map((id) => `Page /p/${id}`));
      const counts = await account.ledger.readCounts('members');
      expect(counts).toMatchObject({ rendered: 5, 'sessions:logins': members.logins() });
      expect(members.logins()).toBeGreaterThan(1);
      expect(unaccounted(counts)).toBe(0);
      const stored = await account.stored();
      expect(stored).toContain('SESSION#test/member');
      expect(stored).toMatch(/KEY#arn:aws:kms\S*#sessionsInBrowser/);
      for (const secret of [members.password, ...members.sessions.keys()]) {
        for (const form of formsOf(secret)) expect(stored).not.toContain(form);
      }
    }, 60_000);

    it('opens no session of other jobs, whose key it may not unwrap', async () => {
      const environment = readEnvironment();
      const stores = connectStores(environment);
      const ofWorker = openStackKeys(environment, stores, { mayMake: true });
      const ofBrowser = openStackKeys(environment, stores, { mayMake: false });
      const [own, others] = [
        await ofWorker.sessionKey('sessionsInBrowser'),
        await ofWorker.sessionKey('sessions'),
      ];
      expect(await ofBrowser.sessionKey('sessionsInBrowser')).toEqual(own);
      expect(others).not.toEqual(own);
      stores.close();
    });

    it('keeps the capture of a page, and the page with what it loaded, in the bucket', async () => {
      const shown = { ...jobOf(site, 'browser'), keep: 'warc' as const };
      const product = shown.pages['product'];
      if (product?.render === undefined) throw new Error('no page in a browser');
      product.render = { ...product.render, capture: 'screenshot' };
      await startJob('shown', shown);
      await drive('shown');
      expect(await itemsOf('shown')).toEqual(names);
      const captures = new Set<string | undefined>();
      for await (const { pages: facts } of account.outcomes.list('shown')) {
        for (const { label, end, file } of facts)
          if (label === 'product' && end === 'stored') captures.add(file?.sha256);
      }
      const stored = await account.stored();
      expect(captures).not.toContain(undefined);
      // A screenshot for each page that looks another way.
      expect(stored.split('\x89PNG\r\n')).toHaveLength(captures.size + 1);
      for (const path of ['/list', '/p/1', '/p/3', '/api/1'])
        expect(stored).toContain(`WARC-Target-URI: ${site.origin}${path}\r\n`);
      // What the browser made of a page, beside what the server sent.
      expect(stored).toMatch(/WARC-Type: conversion/);
    }, 60_000);
  });
});
