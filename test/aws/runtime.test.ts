import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { metricNamespace, metricUnits } from '../../shared/deployment/metric-names.ts';
import { secretPath } from '../../shared/deployment/stack.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { type Job, jobSchema } from '../../shared/job/schema.ts';
import type { Batch, Item, PageRequest } from '../../shared/model.ts';
import { formatVersion } from '../../shared/model.ts';
import { type City, makeCity } from '../../testing/demo-maps/city.ts';
import { startMaps } from '../../testing/demo-maps/server.ts';
import { placesTruth } from '../../testing/demo-maps/truth.ts';
import { type SmallSite, serveSmallSite } from '../cli/small-site.ts';
import { unaccounted } from '../engine/world.ts';
import { openOtlpReceiver } from '../functions/otlp-receiver.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { type BareAccount, functionSettings, openBareAccount, recordWith } from './bare-account.ts';
import { type AwsConnection, describeWith } from './describe-with.ts';
import { readMetrics } from './emf.ts';
import { installRuntime, type LambdaProcess, startLambda } from './lambda-process.ts';
import { bundleNextWorker } from './next-worker.ts';
import { synthApp } from './synth-app.ts';

const name = 'the built functions under AWS’s runtime client';
const runtimeClient = await installRuntime();
if (typeof runtimeClient !== 'string')
  describe(name, () => it.skip(`skipped: ${runtimeClient.skipped}`, () => {}));
else await describeWith('ministack', name, (connection) => tellFunctions(runtimeClient, connection));

const pages = 35;
const remainingMs = functionSettings.workerTimeoutMs;
const allDone = { response: { batchItemFailures: [] } };

function tellFunctions(client: string, connection: AwsConnection): void {
  let assembly: Awaited<ReturnType<typeof synthApp>>;
  let account: BareAccount;
  let site: SmallSite;
  let processes: AsyncDisposableStack;

  beforeAll(async () => {
    assembly = await synthApp();
    // The bundles of all functions are made first, where they are not in the cache.
  }, awsTimeoutMs);
  afterAll(() => assembly?.remove());
  beforeEach(async () => {
    account = await openBareAccount(connection);
    site = await serveSmallSite(pages);
    processes = new AsyncDisposableStack();
  });
  afterEach(async () => {
    await processes.disposeAsync();
    await site[Symbol.asyncDispose]();
    await account.close();
  });

  const start = async (description: string) =>
    processes.use(await startLambda(client, assembly.codeOf(description), account.env));
  const startWorker = () => start('Scrapes batches');
  const startSmallRun = (id: string) =>
    startRun(account.ledger, account.queue, { id, job: jobFor(site), baseDir: '', startedAt: Date.now() });

  describe('worker', () => {
    it('scrapes a run to its end', async () => {
      const worker = await startWorker();
      await startSmallRun('a');
      const responses = await drive(account, worker);
      expect(responses).toEqual(responses.map(() => allDone.response));
      await expectScraped(account, site, 'a');
    });

    it('searches places, counted first, each once and once over runs, with what their websites say', async () => {
      const city = makeCity({ count: 200, seed: 5 });
      const maps = await startMaps({ city, siteHosts: 2 });
      const worker = await startWorker();
      for (const [id, found] of [
        [
          'first',
          placesTruth({ city, websiteOf: maps.websiteOf, queries: ['dentist'], source: 'google-places' }),
        ],
        ['second', new Map()],
      ] as const) {
        await startRun(account.ledger, account.queue, {
          id,
          job: placesJob(maps.url, city.box),
          baseDir: '',
          startedAt: Date.now(),
        });
        await drive(account, worker);
        const items: Item[] = [];
        for await (const outcome of account.outcomes.list(id)) items.push(...outcome.items);
        expect(items.map(({ fields }) => fields['placeId']).sort()).toEqual([...found.keys()].sort());
      }
      const counts = await account.ledger.readCounts('first');
      expect(counts['place:admitted']).toBeGreaterThan(3);
      expect(counts['site:stored']).toBeGreaterThan(0);
      // The second one had nothing to pay for.
      expect(counts['billedMicroUsd']).toBe(Math.round(1e6 * maps.billed().dollars));
      expect(counts['reserved:microUsd']).toBe(counts['billedMicroUsd']);
      await maps.close();
    });

    it('stops a handler that does not end, and scrapes all other pages in the same process', async () => {
      const job = jobFor(site);
      const { product } = job.pages;
      if (product !== undefined) product.handler = './loop.mjs';
      await account.writeFile('a', './loop.mjs', loopingHandler);
      await startRun(account.ledger, account.queue, {
        id: 'a',
        job,
        baseDir: '',
        startedAt: Date.now(),
      });
      const responses = await drive(account, await startWorker());
      expect(responses).toEqual(responses.map(() => allDone.response));
      const counts = await account.ledger.readCounts('a');
      expect(counts).toMatchObject({ open: 0, stored: pages, failed: 2, 'failed:HANDLER_TIMEOUT': 1 });
      expect(counts).not.toHaveProperty('crashes');
    });

    it('reads PDFs and workbooks in threads of their own', async () => {
      await using files = await serveSmallSite(0, {
        '/report.pdf': { type: 'application/pdf', body: fileOf('pdf/files/two-pages.pdf') },
        '/scan.pdf': { type: 'application/pdf', body: fileOf('pdf/files/no-text.pdf') },
        '/prices.xlsx': { type: 'application/octet-stream', body: fileOf('xlsx/files/openpyxl.xlsx') },
      });
      const urls = ['/report.pdf', '/scan.pdf', '/prices.xlsx'].map((path) => files.origin + path);
      const job = jobSchema.parse({
        name: 'files',
        sources: [{ urls: { list: urls, label: 'file' } }],
        pages: { file: { fields: { text: { path: 'text' }, article: { path: 'Article' } } } },
        politeness: { gapMs: 0, slowDown: false },
        network: 'allowPrivate',
      });
      await startRun(account.ledger, account.queue, { id: 'a', job, baseDir: '', startedAt: Date.now() });
      await drive(account, await startWorker());
      const items: unknown[] = [];
      for await (const outcome of account.outcomes.list('a')) {
        items.push(
          ...outcome.items.map(({ fields }) => Object.values(fields).find((value) => value !== null)),
        );
      }
      // A row of the workbook has neither.
      expect(items.sort()).toEqual(['Kä & <se>', 'Tea', 'Total: 42 EUR\n\nSecond page', undefined]);
      const counts = await account.ledger.readCounts('a');
      expect(counts).toMatchObject({ open: 0, stored: 2, failed: 1, 'failed:NO_TEXT': 1 });
      expect(counts).not.toHaveProperty('crashes');
    });

    it('emits metrics that CloudWatch takes, by service alone', async () => {
      const worker = await startWorker();
      await startSmallRun('a');
      await drive(account, worker);
      const metrics = readMetrics(worker.log());
      const units: Record<string, string> = metricUnits;
      for (const { name, unit, namespace, dimensions } of metrics) {
        expect({ name, unit, namespace, dimensions }).toEqual({
          name,
          unit: units[name],
          namespace: metricNamespace,
          dimensions: [{ service: functionSettings.stack }],
        });
      }
      const sumOf = (wanted: string) =>
        metrics
          .filter(({ name }) => name === wanted)
          .flatMap(({ values }) => values)
          .reduce(sum, 0);
      expect(sumOf('Pages')).toBe(pages + 2);
      expect(sumOf('Failures')).toBe(1);
      expect(sumOf('WriteUnits')).toBeGreaterThan(0);
    });

    it('sends its metrics by OpenTelemetry too where the settings say, with the headers of the secret', async () => {
      await using receiver = await openOtlpReceiver();
      const headersSecret = 'OTLP_HEADERS';
      const ssm = new SSMClient(connection);
      const Name = secretPath(functionSettings.stack) + headersSecret;
      const Value = 'authorization=Bearer%20abc';
      await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
      const settings = { ...functionSettings, telemetry: { otlpEndpoint: receiver.origin, headersSecret } };
      const env = { ...account.env, [functionEnv.settings]: JSON.stringify(settings) };
      const worker = processes.use(await startLambda(client, assembly.codeOf('Scrapes batches'), env));
      await startSmallRun('a');
      await drive(account, worker);
      await ssm.send(new DeleteParameterCommand({ Name }));
      ssm.destroy();
      const points = receiver.exports.flatMap((sent) => sent.points);
      const pagesSent = points.filter(({ name }) => name === 'Pages').map(({ value = 0 }) => value);
      expect(pagesSent.reduce(sum, 0)).toBe(pages + 2);
      expect(points.filter(({ name }) => name === 'FetchMs')).not.toEqual([]);
      expect([...new Set(receiver.exports.map(({ headers }) => headers.authorization))]).toEqual([
        'Bearer abc',
      ]);
      expect(worker.log()).not.toContain('abc');
    });

    it('gives back a message that is no batch, and only that', async () => {
      const worker = await startWorker();
      await startSmallRun('a');
      const good = await account.receive();
      const bad = recordWith('{"hello":1}');
      const answer = await worker.invoke({ Records: [bad, ...good] }, remainingMs);
      expect(answer).toEqual({ response: { batchItemFailures: [{ itemIdentifier: bad.messageId }] } });
      const [child] = await account.receive();
      expect(JSON.parse(child?.body ?? '')).toMatchObject({ requests: [{ url: `${site.origin}/` }] });
    });

    it('hands on what it has no time to fetch', async () => {
      const worker = await startWorker();
      await startSmallRun('a');
      await settleOnce(account, worker);
      const records = await account.receive();
      expect(await worker.invoke({ Records: records }, 5_000)).toEqual(allDone);
      expect(site.seen).toEqual([]);
      await account.settle(records, allDone.response);
      const handedOn = (await account.receive()).map(batchOf);
      expect(handedOn).toMatchObject(records.map(batchOf));
      expect(handedOn).toEqual(handedOn.map(() => expect.objectContaining({ idle: expect.anything() })));
    });

    it('finishes what was under way in a process that was killed', async () => {
      const killed = await startWorker();
      await startSmallRun('a');
      await settleOnce(account, killed);
      await settleOnce(account, killed);
      const records = await account.receive();
      const fetched = site.asked(6);
      const invoked = expect(killed.invoke({ Records: records }, remainingMs)).rejects.toThrow(/SIGKILL/);
      await fetched;
      site.hold();
      // The job lets a process have two requests under way.
      await site.asked(8);
      await killed.kill();
      await invoked;
      site.release();

      const next = await startWorker();
      await Promise.all(records.map((record) => account.endLease(batchOf(record))));
      const again = records.map((record) => recordWith(record.body, 2));
      expect(await next.invoke({ Records: again }, remainingMs)).toEqual(allDone);
      await account.settle(records, allDone.response);
      await drive(account, next);
      await expectScraped(account, site, 'a');
      expect((await account.ledger.readCounts('a'))['crashes']).toBe(records.length);
    });
  });

  it('share a run with those of the next version, which an old worker leaves what it cannot read', async () => {
    const old = await startWorker();
    await using next = await bundleNextWorker();
    const young = processes.use(await startLambda(client, next.folder, account.env));
    await startSmallRun('a');
    // The seed by the old one, the first page by the new one.
    await settleOnce(account, old);
    await settleOnce(account, young);
    const records = await account.receive();
    expect(records.map(batchOf)).toEqual(
      records.map(() => expect.objectContaining({ v: formatVersion + 1 })),
    );
    const seen = [...site.seen];

    expect(await old.invoke({ Records: records }, remainingMs)).toEqual(allDone);
    await account.settle(records, allDone.response);
    expect(site.seen).toEqual(seen);
    expect(await account.delayed()).toBe(records.length);
    const deadLetter = await start('Splits batches');
    expect(await deadLetter.invoke({ Records: records }, remainingMs)).toEqual(allDone);
    expect(await account.delayed()).toBe(2 * records.length);
    expect(await account.ledger.readCounts('a')).toMatchObject({ open: records.length });

    // As they come back when their delay is over.
    const again = records.map(({ body }) => recordWith({ ...JSON.parse(body), handedOn: 1 }));
    expect(await young.invoke({ Records: again }, remainingMs)).toEqual(allDone);
    await drive(account, young);
    await expectScraped(account, site, 'a');
  });

  describe('dead-letter', () => {
    const startDeadLetter = () => start('Splits batches');

    it('sends a batch back without blame that nobody has ever begun', async () => {
      const deadLetter = await startDeadLetter();
      const batch = await startLone(account, site, ['/p/1', '/p/2']);
      expect(await deadLetter.invoke({ Records: [recordWith(batch, 6)] }, remainingMs)).toEqual(allDone);
      const [back] = await account.receive();
      expect(back && batchOf(back)).toMatchObject(batch);
      expect(back && batchOf(back)).not.toHaveProperty('crashes');
      expect(await account.ledger.readCounts(batch.run)).not.toHaveProperty('crashes');
      expect(site.seen).toEqual([]);
    });

    it('splits a batch that has killed its process, and its requests are scraped', async () => {
      const deadLetter = await startDeadLetter();
      const batch = { ...(await startLone(account, site, ['/p/1', '/p/2', '/p/3'])), crashes: 2 };
      expect(await deadLetter.invoke({ Records: [recordWith(batch)] }, remainingMs)).toEqual(allDone);
      const children = await account.receive();
      const urls = children.flatMap((record) => batchOf(record).requests).map(({ url }) => url);
      expect(urls.sort()).toEqual(batch.requests.map(({ url }) => url));
      expect(children).toHaveLength(3);
      expect(await account.ledger.readCounts(batch.run)).toMatchObject({ open: 3 });
      expect(await account.ledger.readCounts(batch.run)).not.toHaveProperty('failed');
      expect(site.seen).toEqual([]);

      const worker = await startWorker();
      // Suspects are worked on one by one; the others are sent again.
      expect(await worker.invoke({ Records: children }, remainingMs)).toEqual(allDone);
      await account.settle(children, allDone.response);
      await drive(account, worker);
      expect(await account.ledger.readCounts(batch.run)).toMatchObject({ open: 0, stored: 3 });
    });

    it('counts a lone request as failed that has killed its process five times', async () => {
      const deadLetter = await startDeadLetter();
      const batch = await startLone(account, site, ['/p/1']);
      const invoke = (crashes: number) =>
        deadLetter.invoke({ Records: [recordWith({ ...batch, crashes })] }, remainingMs);
      expect(await invoke(4)).toEqual(allDone);
      const [back] = await account.receive();
      expect(back && batchOf(back)).toMatchObject({ ...batch, crashes: 4 });
      expect(await invoke(5)).toEqual(allDone);
      const counts = await account.ledger.readCounts(batch.run);
      expect(counts).toMatchObject({ open: 0, failed: 1, 'failed:BATCH_CRASHED': 1 });
      expect(await account.finished()).toEqual([batch.run]);
      expect(site.seen).toEqual([]);
    });
  });
}

/** As it is after bundling: a file of its own. */
const loopingHandler = `export default ({ url, items }) => {
  while (url.endsWith('/p/3'));
  return { items };
};`;

const fileOf = (name: string) => readFileSync(join(import.meta.dirname, '../extract', name));

const sum = (a: number, b: number) => a + b;

function jobFor(site: SmallSite): Job {
  return jobSchema.parse({
    name: 'small',
    sources: [{ crawl: { start: `${site.origin}/`, label: 'home' } }],
    pages: {
      home: { follow: ['a'] },
      product: {
        match: '/p/*',
        fields: { title: 'h1', price: { select: '.price', type: 'number', required: true } },
      },
      gone: { match: ['/gone', '/private'] },
    },
    politeness: { gapMs: 0, slowDown: false },
    fetch: { concurrencyPerHost: 2 },
    network: 'allowPrivate',
  });
}

function placesJob(endpoint: string, box: City['box']): Job {
  const places = {
    key: 'demo-key',
    queries: ['dentist'],
    areas: [{ box }],
    fields: ['name', 'phone', 'emails'],
    onlyNew: true,
    perMinute: 60_000,
    endpoint,
  };
  return jobSchema.parse({
    name: 'dentists',
    sources: [{ places }],
    limits: { budgetUsd: 1 },
    politeness: { gapMs: 0, slowDown: false },
    network: 'allowPrivate',
  });
}

/** A run of one open batch with these pages. */
async function startLone(account: BareAccount, site: SmallSite, paths: string[]): Promise<Batch> {
  const requests = paths.map((path): PageRequest => {
    return { kind: 'page', url: site.origin + path, label: 'product', depth: 0, attempt: 0 };
  });
  const run = 'lone';
  await account.ledger.createRun({
    id: run,
    job: JSON.parse(JSON.stringify(jobFor(site))),
    baseDir: '',
    state: 'running',
    startedAt: Date.now(),
  });
  return { run, id: 'seed', host: new URL(site.origin).host, requests };
}

/** Gives the worker what the queue brings until a run is over; returns all that it answered. */
async function drive(account: BareAccount, worker: LambdaProcess): Promise<SQSBatchResponse[]> {
  const responses: SQSBatchResponse[] = [];
  for (;;) {
    const response = await settleOnce(account, worker);
    if (response !== undefined) responses.push(response);
    if ((await account.finished()).length > 0) return responses;
  }
}

async function settleOnce(
  account: BareAccount,
  worker: LambdaProcess,
): Promise<SQSBatchResponse | undefined> {
  const records = await account.receive();
  if (records.length === 0) return undefined;
  const answer = await worker.invoke({ Records: records }, remainingMs);
  if ('error' in answer) throw new Error(JSON.stringify(answer.error));
  const response = answer.response as SQSBatchResponse;
  await account.settle(records, response);
  return response;
}

function batchOf({ body }: SQSRecord): Batch {
  return JSON.parse(body);
}

/** Every page once, whatever happened on the way. */
async function expectScraped(account: BareAccount, site: SmallSite, run: string): Promise<void> {
  const numbers = Array.from({ length: pages }, (_, index) => index + 1);
  const ends: string[] = [];
  const items: string[] = [];
  for await (const outcome of account.outcomes.list(run)) {
    for (const { kind, end, url } of outcome.pages) if (kind === 'page') ends.push(`${end} ${url}`);
    for (const { url, fields } of outcome.items) items.push(`${url} ${fields['title']} ${fields['price']}`);
  }
  const stored = ['/', ...numbers.map((number) => `/p/${number}`)].map(
    (path) => `stored ${site.origin}${path}`,
  );
  expect(ends.sort()).toEqual([...stored, `failed ${site.origin}/gone`].sort());
  const expected = numbers.map((number) => {
    return `${site.origin}/p/${number} Page ${number} ${number % 10 === 0 ? null : number + 0.5}`;
  });
  expect(items.sort()).toEqual(expected.sort());

  const counts = await account.ledger.readCounts(run);
  expect(counts).toMatchObject({ open: 0, stored: pages + 1, failed: 1, 'failed:HTTP_404': 1 });
  expect(unaccounted(counts)).toBe(0);
  expect((await account.ledger.readRun(run))?.state).toBe('finished');
}
