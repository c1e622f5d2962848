import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { browserTimeoutMs } from '../../shared/deployment/worker-times.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import type { Item } from '../../shared/model.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { serveSite } from '../engine/site.ts';
import { makeJob, unaccounted } from '../engine/world.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { type BareAccount, functionSettings, openBareAccount } from './bare-account.ts';
import { type AwsConnection, describeWith } from './describe-with.ts';
import { installChromium } from './install-chromium.ts';
import { installRuntime, type LambdaProcess, startLambda } from './lambda-process.ts';
import { synthApp } from './synth-app.ts';

const name = 'the built function with a browser under AWS’s runtime client';
const [runtimeClient, packages] = [await installRuntime(), await installChromium()];
if (typeof runtimeClient !== 'string')
  describe(name, () => it.skip(`skipped: ${runtimeClient.skipped}`, () => {}));
else if (typeof packages !== 'string')
  describe(name, () => it.skip(`skipped: ${packages.skipped}`, () => {}));
else if (process.platform !== 'linux' || process.arch !== 'x64')
  describe(name, () => it.skip('skipped: its Chromium is one for Linux on x64', () => {}));
else await describeWith('ministack', name, (connection) => tellBrowser(runtimeClient, packages, connection));

/** "Lambda quotas", AWS: what a function's code and layers may take, unzipped. */
const maxCodeBytes = 250 * 1024 ** 2;

function tellBrowser(client: string, packages: string, connection: AwsConnection): void {
  let assembly: Awaited<ReturnType<typeof synthApp>>;
  let account: BareAccount;
  const codeOf = (what: 'browser' | 'worker') =>
    assembly.codeOf(what === 'browser' ? 'Reads pages in a browser' : 'Scrapes batches');

  beforeAll(async () => {
    assembly = await synthApp({ settings: 'aws: { browser: {}, jobs: [] }\n', packages });
    account = await openBareAccount(connection, true);
  }, awsTimeoutMs);
  afterAll(async () => {
    await account?.close();
    assembly?.remove();
  });

  it('is within what Lambda takes, and the scrape worker has nothing of it', () => {
    expect(bytesOf(codeOf('browser'))).toBeLessThan(maxCodeBytes / 2);
    const beside = readdirSync(join(codeOf('worker'), 'node_modules'));
    expect(beside).not.toEqual(expect.arrayContaining(['playwright-core']));
    expect(beside).not.toEqual(expect.arrayContaining(['@sparticuz']));
    expect(bytesOf(codeOf('worker'))).toBeLessThan(15e6);
  });

  it(
    'unpacks its Chromium, and reads what scripts make of pages',
    async () => {
      const site = await serveSite({
        '/list': { body: '<a href=/p/1>1</a><a href=/p/2>2</a>' },
        ...Object.fromEntries(
          [1, 2].map((id) => [
            `/p/${id}`,
            {
              body: `<h1></h1><script>fetch('/api/${id}').then((r) => r.text()).then((t) => { document.querySelector('h1').textContent = t })</script>`,
            },
          ]),
        ),
        '/api/1': { body: 'Product 1' },
        '/api/2': { body: 'Product 2' },
      });
      onTestFinished(() => site.close());
      const job = makeJob({
        sources: [{ crawl: { start: `${site.origin}/list` } }],
        pages: {
          product: { match: '**/p/*', render: 'browser', fields: { name: 'h1' } },
          default: { follow: ['a'] },
        },
        politeness: { robots: 'ignore' },
      });
      await startRun(account.ledger, account.queue, { id: 'a', job, baseDir: '', startedAt: Date.now() });
      const { path: TMPDIR, remove } = temporaryFolder();
      onTestFinished(remove);
      const memory = { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '2048', TMPDIR };
      await using worker = await startLambda(client, codeOf('worker'), account.env);
      await using browser = await startLambda(client, codeOf('browser'), { ...account.env, ...memory });
      await driveBoth(account, { worker, browser });
      const items: Item[] = [];
      for await (const outcome of account.outcomes.list('a')) items.push(...outcome.items);
      expect(items.map(({ fields }) => fields['name']).sort()).toEqual(['Product 1', 'Product 2']);
      const counts = await account.ledger.readCounts('a');
      expect(counts).toMatchObject({ open: 0, rendered: 2 });
      expect(counts).not.toHaveProperty('crashes');
      expect(unaccounted(counts)).toBe(0);
      // Chromium itself, and no profile of a page that is over.
      expect(readdirSync(TMPDIR)).toContain('chromium');
      expect(readdirSync(TMPDIR).filter((entry) => entry.startsWith('spinneret-chrome-'))).toEqual([]);
    },
    awsTimeoutMs,
  );
}

async function driveBoth(
  account: BareAccount,
  { worker, browser }: Record<'worker' | 'browser', LambdaProcess>,
): Promise<void> {
  const { workerTimeoutMs } = functionSettings;
  while ((await account.ledger.readCounts('a'))['open'] !== 0) {
    const records = await account.receive();
    if (records.length > 0)
      await account.settle(records, answerOf(await worker.invoke({ Records: records }, workerTimeoutMs)));
    const inBrowser = await account.receiveInBrowser();
    if (inBrowser.length === 0) continue;
    const end = await browser.invoke({ Records: inBrowser }, browserTimeoutMs(workerTimeoutMs));
    await account.settleInBrowser(inBrowser, answerOf(end));
  }
}

function answerOf(end: Awaited<ReturnType<LambdaProcess['invoke']>>) {
  expect(end).toEqual({ response: { batchItemFailures: [] } });
  return { batchItemFailures: [] };
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}
