import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { browserTimeoutMs } from '../../shared/deployment/worker-times.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import type { Item } from '../../shared/model.ts';
import { readMessage } from '../../shared/stores/aws/batch-message.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { serveSite } from '../engine/site.ts';
import { makeJob, unaccounted } from '../engine/world.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { type BareAccount, functionSettings, openBareAccount, recordWith } from './bare-account.ts';
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

  /** A run of a list and two pages that a script fills in. `onAsked` is called with each request of such a script. */
  const startShop = async (id: string, onAsked: () => Promise<void> = async () => undefined) => {
    const script = `fetch('/api' + location.pathname).then((r) => r.text()).then((t) => { document.querySelector('h1').textContent = t })`;
    const answer = (name: string) => async () => {
      await onAsked();
      return { body: name };
    };
    const site = await serveSite({
      '/list': { body: '<a href=/p/1>1</a><a href=/p/2>2</a>' },
      '/p/1': { body: `<h1></h1><script>${script}</script>` },
      '/p/2': { body: `<h1></h1><script>${script}</script>` },
      '/api/p/1': answer('Product 1'),
      '/api/p/2': answer('Product 2'),
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
    await startRun(account.ledger, account.queue, { id, job, baseDir: '', startedAt: Date.now() });
  };

  const startBrowser = (TMPDIR: string) => {
    const memory = { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '2048', TMPDIR };
    return startLambda(client, codeOf('browser'), { ...account.env, ...memory });
  };

  const expectRead = async (id: string) => {
    const items: Item[] = [];
    for await (const outcome of account.outcomes.list(id)) items.push(...outcome.items);
    expect(items.map(({ fields }) => fields['name']).sort()).toEqual(['Product 1', 'Product 2']);
    const counts = await account.ledger.readCounts(id);
    expect(counts).toMatchObject({ open: 0, rendered: 2 });
    expect(unaccounted(counts)).toBe(0);
    return counts;
  };

  it(
    'unpacks its Chromium, and reads what scripts make of pages',
    async () => {
      const { path: folder, remove } = temporaryFolder();
      onTestFinished(remove);
      await startShop('a');
      await using worker = await startLambda(client, codeOf('worker'), account.env);
      await using browser = await startBrowser(folder);
      await driveBoth(account, 'a', { worker, browser });
      expect(await expectRead('a')).not.toHaveProperty('crashes');
      // Chromium itself, and no profile of a page that is over.
      expect(readdirSync(folder)).toContain('chromium');
      expect(readdirSync(folder).filter((entry) => entry.startsWith('spinneret-chrome-'))).toEqual([]);
    },
    awsTimeoutMs,
  );

  it(
    'is killed while it reads, and another process reads the same pages, each once in the counts',
    async () => {
      const { path: folder, remove } = temporaryFolder();
      onTestFinished(remove);
      const { promise: asked, resolve } = Promise.withResolvers<void>();
      let isHeld = true;
      await startShop('b', () => {
        resolve();
        return isHeld ? new Promise(() => undefined) : Promise.resolve();
      });
      await using worker = await startLambda(client, codeOf('worker'), account.env);
      const killed = await startBrowser(folder);
      const records = await receiveFor(account, worker);
      const invoked = expect(killed.invoke({ Records: records }, 300_000)).rejects.toThrow(/SIGKILL/);
      await asked;
      isHeld = false;
      await killed.kill();
      await invoked;

      await using next = await startBrowser(folder);
      const batches = records.flatMap(({ body }) => readMessage(body) ?? []);
      await Promise.all(batches.map((batch) => account.endLease(batch)));
      const again = records.map(({ body }) => recordWith(body, 2));
      await account.settleInBrowser(records, answerOf(await next.invoke({ Records: again }, 300_000)));
      await driveBoth(account, 'b', { worker, browser: next });
      expect(await expectRead('b')).toMatchObject({ crashes: records.length });
    },
    awsTimeoutMs,
  );
}

/** What the first event of the browser's queue brings, once the worker has found it. */
async function receiveFor(account: BareAccount, worker: LambdaProcess): Promise<SQSRecord[]> {
  for (;;) {
    const inBrowser = await account.receiveInBrowser();
    if (inBrowser.length > 0) return inBrowser;
    await workOnce(account, worker);
  }
}

async function workOnce(account: BareAccount, worker: LambdaProcess): Promise<void> {
  const records = await account.receive();
  if (records.length === 0) return;
  const end = await worker.invoke({ Records: records }, functionSettings.workerTimeoutMs);
  await account.settle(records, answerOf(end));
}

async function driveBoth(
  account: BareAccount,
  run: string,
  { worker, browser }: Record<'worker' | 'browser', LambdaProcess>,
): Promise<void> {
  while ((await account.ledger.readCounts(run))['open'] !== 0) {
    await workOnce(account, worker);
    const inBrowser = await account.receiveInBrowser();
    if (inBrowser.length === 0) continue;
    const remainingMs = browserTimeoutMs(functionSettings.workerTimeoutMs);
    const end = await browser.invoke({ Records: inBrowser }, remainingMs);
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
