import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workDeliveries } from '../../../shared/deployment/function-limits.ts';
import { functionEnv } from '../../../shared/deployment/function-settings.ts';
import { objectKeys } from '../../../shared/deployment/object-keys.ts';
import { startRun } from '../../../shared/engine/run/start-run.ts';
import { jobSchema } from '../../../shared/job/schema.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import type { Counts } from '../../../shared/model.ts';
import { awsTimeoutMs } from '../aws-timeout.ts';
import { type BareAccount, functionSettings, openBareAccount } from '../bare-account.ts';
import { type AwsConnection, describeWith } from '../describe-with.ts';
import { type FaultProxy, openFaultProxy } from '../fault-proxy.ts';
import { installRuntime, startLambda } from '../lambda-process.ts';
import { synthApp } from '../synth-app.ts';
import { type FunctionRole, playRun, type Rules } from './account.ts';
import { heldBackSeconds } from './batching-window.ts';
import { serveChains } from './chain-site.ts';
import { deliverTwice } from './delivery.ts';
import { detectLoops, type LoopMode } from './lineage.ts';
import { concurrency, throttleEach } from './throttling.ts';

/**
 * What AWS does and emulators leave out, played between queue and functions: each rule is a file of this folder.
 * The functions are the built ones, under AWS's runtime client; tables, queues and buckets are the emulator's.
 */
const name = 'the built functions, by the rules of AWS';
const runtimeClient = await installRuntime();
if (typeof runtimeClient !== 'string')
  describe(name, () => it.skip(`skipped: ${runtimeClient.skipped}`, () => {}));
else await describeWith('ministack', name, (connection) => tellRules(runtimeClient, connection));

const descriptions: Record<FunctionRole, string> = {
  worker: 'Scrapes batches',
  deadLetter: 'Splits batches',
};

function tellRules(client: string, connection: AwsConnection): void {
  let assembly: Awaited<ReturnType<typeof synthApp>>;
  let account: BareAccount;
  let proxy: FaultProxy;
  let resources: AsyncDisposableStack;

  beforeAll(async () => {
    assembly = await synthApp();
    // The bundles of all functions are made first, where they are not in the cache.
  }, awsTimeoutMs);
  afterAll(() => assembly?.remove());
  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    account = resources.adopt(await openBareAccount(connection), (opened) => opened.close());
    proxy = resources.adopt(await openFaultProxy(), (opened) => opened.close());
    proxy.forwardTo(connection.endpoint);
  });
  afterEach(() => resources.disposeAsync());

  const serve = async (length: number) => resources.use(await serveChains(length));
  const start = async (role: FunctionRole) => {
    const env = { ...account.env, AWS_ENDPOINT_URL: proxy.endpoint };
    return resources.use(await startLambda(client, assembly.codeOf(descriptions[role]), env));
  };
  const play = async (rules: Rules): Promise<Counts> => {
    const [worker, deadLetter] = await Promise.all([start('worker'), start('deadLetter')]);
    const remainingMs = functionSettings.workerTimeoutMs;
    const bounds = { maxReceives: workDeliveries, maxLetterReceives: assembly.lastReceives() };
    await playRun({ account, worker, deadLetter, remainingMs, ...bounds, rules });
    return account.ledger.readCounts('r');
  };
  const startJob = (source: object, pages: object) =>
    startRun(account.ledger, account.queue, {
      id: 'r',
      job: jobSchema.parse({
        ...{ name: 'played', sources: [source], pages, network: 'allowPrivate' },
        politeness: { gapMs: 0, slowDown: false, robots: 'ignore' },
      }),
      baseDir: '',
      startedAt: Date.now(),
    });
  const startChains = (...starts: string[]) =>
    startJob(
      { crawl: { start: starts, label: 'page' } },
      { page: { match: '/*/*', follow: ['.next'], fields: { title: 'h1' } } },
    );
  const modeOf = (role: FunctionRole) =>
    (assembly.functionOf(descriptions[role])['RecursiveLoop'] ?? 'Terminate') as LoopMode;

  describe('recursive-loop detection', () => {
    const detected = (modes: Record<FunctionRole, LoopMode>) => {
      const detection = detectLoops(proxy);
      const rules: Rules = {
        admit: (records, by) => detection.traceFor(records, modes[by]) ?? 'refuse',
      };
      return { rules, detection };
    };
    const deployed = () => ({ worker: modeOf('worker'), deadLetter: modeOf('deadLetter') });

    it('stops a pagination that the functions are not allowed to follow', async () => {
      await startChains(`${(await serve(25)).origin}/a/1`);
      const { rules, detection } = detected({ worker: 'Terminate', deadLetter: 'Terminate' });
      await expect(play(rules)).rejects.toThrow(/lies in the last queue/);
      expect(detection.dropped()).toBeGreaterThan(0);
      expect(detection.longest()).toBe(16);
      expect(await account.ledger.readCounts('r')).toMatchObject({ stored: 15, open: 1 });
    });

    it('lets a pagination of 60 pages come to its end, as deployed', async () => {
      await startChains(`${(await serve(60)).origin}/a/1`);
      const { rules, detection } = detected(deployed());
      expect(await play(rules)).toMatchObject({ open: 0, stored: 60, items: 60 });
      expect([detection.dropped(), detection.longest()]).toEqual([0, 61]);
    });

    it('lets ten chains that share their events come to their ends, as deployed', async () => {
      const sites = await Promise.all(Array.from({ length: 10 }, () => serve(18)));
      await startChains(...sites.map(({ origin }) => `${origin}/a/1`));
      const { rules, detection } = detected(deployed());
      expect(await play(rules)).toMatchObject({ open: 0, stored: 180 });
      expect([detection.dropped(), detection.longest()]).toEqual([0, 19]);
    });

    it('lets a URL file of 40 chunks be read to its end, as deployed', async () => {
      const { origin } = await serve(1);
      await putList(connection, account, fileOfChunks(origin, 40));
      await startJob(
        { urls: { file: 'list.txt', label: 'page' } },
        { page: { match: '/*/*', fields: { title: 'h1' } } },
      );
      const { rules, detection } = detected(deployed());
      expect(await play(rules)).toMatchObject({ open: 0, stored: 40 });
      expect(detection.dropped()).toBe(0);
      expect(detection.longest()).toBeGreaterThan(40);
    });
  });

  describe('deliveries that are throttled', () => {
    it.each([1, workDeliveries, 3 * workDeliveries + 4])(
      'are no crashes, though each message is refused %i times first',
      async (times) => {
        const { origin } = await serve(2);
        await startChains(`${origin}/a/1`, `${origin}/b/1`);
        const rules = throttleEach(times);
        expect(await play(rules)).toMatchObject({ open: 0, stored: 4 });
        expect(rules.refused()).toBeGreaterThan(times);
        expect(await account.ledger.readCounts('r')).not.toHaveProperty('crashes');
      },
    );

    it('are none where an account runs two functions at once, and six are wanted', async () => {
      const sites = await Promise.all(Array.from({ length: 6 }, () => serve(3)));
      await startChains(...sites.map(({ origin }) => `${origin}/a/1`));
      const rules = concurrency({ free: 2, wanted: 6 });
      const counts = await play(rules);
      expect(counts).toMatchObject({ open: 0, stored: 18 });
      expect(counts).not.toHaveProperty('crashes');
      expect(rules.refused()).toBeGreaterThan(10);
    });
  });

  describe('a standard queue', () => {
    it('may deliver each message twice and in any order: each page is stored once', async () => {
      const sites = await Promise.all(Array.from({ length: 4 }, () => serve(6)));
      await startChains(...sites.map(({ origin }) => `${origin}/a/1`));
      const counts = await play(deliverTwice());
      expect(counts).toMatchObject({ open: 0, stored: 24, items: 24, admitted: 24 });
      expect(sites.flatMap(({ asked }) => [...asked.values()]).every((times) => times === 1)).toBe(true);
    });
  });

  describe('a batching window', () => {
    it.each([
      [{ MaximumBatchingWindowInSeconds: 2 }, 1, 20],
      [{ MaximumBatchingWindowInSeconds: 60 }, 3, 60],
      [{ MaximumBatchingWindowInSeconds: 2 }, 10, 0],
      [{}, 1, 0],
    ])('of %j holds %i waiting messages back for %i s', (mapping, waiting, seconds) => {
      expect(heldBackSeconds(mapping, waiting)).toBe(seconds);
    });

    it('holds up no message of a mapping but that of the worker, whose setting may be 0', () => {
      const { batchingWindowMs } = settingsSchema.parse({}).aws;
      expect(assembly.mappingOf(descriptions.deadLetter)).not.toHaveProperty(
        'MaximumBatchingWindowInSeconds',
      );
      expect(assembly.mappingOf(descriptions.worker)).toMatchObject({
        MaximumBatchingWindowInSeconds: batchingWindowMs / 1_000,
      });
    });
  });
}

/** The reader takes 1,000 lines or 256 KiB at once; comments fill them up, so that one chunk holds one URL. */
function fileOfChunks(origin: string, chunks: number): string {
  const filler = `# ${'x'.repeat(1_000)}\n`.repeat(262);
  return Array.from({ length: chunks }, (_, chunk) => `${origin}/p/${chunk}\n${filler}`).join('');
}

async function putList(connection: AwsConnection, { env }: BareAccount, Body: string): Promise<void> {
  const s3 = new S3Client({ ...connection, forcePathStyle: true });
  const Key = objectKeys.file('r', 'list.txt');
  await s3.send(new PutObjectCommand({ Bucket: env[functionEnv.bucket], Key, Body }));
  s3.destroy();
}
