import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteObjectsCommand,
  ListBucketsCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoShop, serveDemoShop } from '../../testing/demo-shop/server.ts';
import { parseLines } from '../cli/call-cli.ts';
import { serveSmallSite } from '../cli/small-site.ts';
import { readWarc, urlsOf } from '../cli/warc-records.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { deployQuickstart, sortedLines, startedRuns } from './quickstart.ts';
import { readAssembly } from './synth-app.ts';

const opened = await openDeployment();
interface Doctor {
  checks: { id: string; state: string }[];
}

if ('skipped' in opened) describe('cdk deploy', () => it.skip(`skipped: ${opened.skipped}`, () => {}));
else describe('cdk deploy', () => tellDeploy(opened));

function tellDeploy(deployment: Deployment): void {
  let shop: DemoShop;
  let run: string;

  beforeAll(async () => {
    shop = await serveDemoShop();
    await deployQuickstart(deployment, shop.origin);
  }, awsTimeoutMs);

  afterAll(async () => {
    await shop?.close();
    await deployment.close();
  });

  it(
    'scrapes a job that was enqueued, to the same items as a run on this machine',
    async () => {
      const started = await deployment.call('enqueue', 'books.yaml', '--json', '--watch');
      expect(started).toMatchObject({ code: 0 });
      [run = ''] = startedRuns(started.stdout);

      const exported = await deployment.call('export', run, '--aws', '--output', 'aws.jsonl');
      expect(exported).toMatchObject({ code: 0 });
      const local = await deployment.call('run', 'books.yaml', '--json');
      expect(local).toMatchObject({ code: 0 });
      await deployment.call('export', '--last', '--output', 'local.jsonl');
      expect(sortedLines(deployment.read('aws.jsonl'))).toEqual(sortedLines(deployment.read('local.jsonl')));
    },
    awsTimeoutMs,
  );

  it(
    'is found in order by the doctor, whose canary comes to its end',
    async () => {
      const canary = `${shop.origin}/`;
      const { stdout } = await deployment.call('doctor', 'books.yaml', '--aws', '--json', '--canary', canary);
      const report = parseLines(stdout).find((line) => 'checks' in line) as unknown as Doctor;
      const states = Object.fromEntries(report.checks.map(({ id, state }) => [id, state]));
      const ids = [
        'credentials',
        'stack',
        'concurrency',
        'functions',
        'mappings',
        'queues',
        'table',
        'alarms',
      ];
      expect(states).toMatchObject(Object.fromEntries([...ids, 'canary'].map((id) => [id, 'ok'])));
    },
    awsTimeoutMs,
  );

  const assembly = () => readAssembly(join(deployment.path, 'cdk.out'), 'Books');
  // All check expressions, so that they carry RE2 and XPath, which load when a job has some. The two that read pages carry
  // the standard's parser, the web's encodings, dates, what finds articles, lists of suffixes and numbering plans, and the client of KMS too.
  it.each([
    ['Starts a run', 1_800_000],
    ['Scrapes batches', 4_650_000],
    ['Ends a run', 2_100_000],
    ['Splits batches', 4_650_000],
  ])('makes functions small: "%s"', (description, bytes) => {
    expect(statSync(join(assembly().codeOf(description), 'index.mjs')).size).toBeLessThanOrEqual(bytes);
  });

  it.each(['Scrapes batches', 'Splits batches'])('brings what tells languages apart: "%s"', (description) => {
    expect(existsSync(join(assembly().codeOf(description), 'node_modules/eld/package.json'))).toBe(true);
  });

  // It makes trees of pages by the pass, and by the standard's parser those of odd ones.
  it.each(['Scrapes batches', 'Splits batches'])('brings what runs handler files: "%s"', (description) => {
    expect(statSync(join(assembly().codeOf(description), 'handler-thread.mjs')).size).toBeLessThanOrEqual(
      1_180_000,
    );
  });

  it('accounts for every page, and tells what it cost', async () => {
    const { stdout } = await deployment.call('status', run, '--aws', '--json');
    const [status] = parseLines(stdout);
    expect(status).toMatchObject({ state: 'finished', pages: { stored: 233, failed: 5, skipped: 37 } });
  });

  it(
    'keeps pages and files in its bucket, which are brought here, taken items from, and forgotten',
    async () => {
      const manual = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(6_000_000)]);
      const page = (name: string, file: string) => ({
        type: 'text/html',
        body: Buffer.from(`<h1>${name}</h1><a href=${file}>manual</a>`),
      });
      await using site = await serveSmallSite(0, {
        '/m/1': page('One', '/manual.pdf'),
        '/m/2': page('Two', '/copy.pdf'),
        '/manual.pdf': { type: 'application/pdf', body: manual },
        '/copy.pdf': { type: 'application/pdf', body: manual },
      });
      deployment.write('kept.yaml', keptJob(site.origin, 'title: h1'));
      const started = await deployment.call('enqueue', 'kept.yaml', '--json', '--watch');
      expect(started).toMatchObject({ code: 0 });
      const [kept = ''] = startedRuns(started.stdout);

      const files = await deployment.call('export', kept, '--aws', '--what', 'files', '--output', 'manuals');
      expect(files).toMatchObject({ code: 0, stdout: '2 files: manuals\n' });
      const names = readdirSync(join(deployment.path, 'manuals')).sort();
      expect(names.map((name) => name.replace(/-[0-9a-f]{16}/, ''))).toEqual(['copy.pdf', 'manual.pdf']);
      for (const name of names)
        expect(readFileSync(join(deployment.path, 'manuals', name)).equals(manual)).toBe(true);

      deployment.write('again.yaml', keptJob(site.origin, 'name: h1'));
      const asked = site.seen.length;
      const again = await deployment.call('extract', kept, '--aws', '--job', 'again.yaml', '--json');
      expect(again).toMatchObject({ code: 0 });
      const [own = ''] = startedRuns(again.stdout);
      const items = parseLines(deployment.read(`output/${own}/items.jsonl`));
      expect(items.map(({ name }) => name).sort()).toEqual(['One', 'Two']);
      expect(site.seen.length).toBe(asked);
      expect(
        urlsOf(await readWarc(join(deployment.path, 'output', kept, 'pages-00001.warc.gz')), 'response'),
      ).toEqual([`${site.origin}/m/1`, `${site.origin}/m/2`]);

      const asFiles = ['--what', 'archive', '--format', 'html', '--output', 'pages'];
      expect(await deployment.call('export', kept, '--aws', ...asFiles)).toMatchObject({
        code: 0,
        stdout: '2 pages: pages\n',
      });
      // In the order in which they were answered.
      const urls = parseLines(deployment.read('pages/pages.jsonl')).map(({ url }) => String(url));
      expect(urls.toSorted()).toEqual([...[`${site.origin}/m/1`, `${site.origin}/m/2`]]);

      const gone = await deployment.call('forget', kept, '--aws');
      expect(gone).toMatchObject({ code: 0, stdout: expect.stringContaining('1 file of kept deleted') });
      expect(await keysIn(deployment.endpoint, /^(files|uploads|runs\/kept)/)).toEqual([]);
    },
    awsTimeoutMs,
  );

  it(
    'is destroyed, once its bucket is empty, and says so to whoever still asks',
    async () => {
      await emptyBuckets(deployment.endpoint);
      await deployment.cdk('destroy', '--force');
      const { code, stderr } = await deployment.call('status', '--aws');
      expect(code).toBe(1);
      expect(stderr).toContain('STACK_MISSING');
    },
    awsTimeoutMs,
  );
}

function keptJob(origin: string, title: string): string {
  return `name: kept
keep: warc
sources: [{ urls: { list: ["${origin}/m/1", "${origin}/m/2"] } }]
network: allowPrivate
politeness: { gapMs: 0 }
fetch: { timeoutMs: 10000 }
pages:
  manual: { match: /m/*, fields: { ${title}, manual: { select: a, attr: href, type: url, download: true } } }
`;
}

function openS3(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
}

/** Of the bucket of results. */
async function keysIn(endpoint: string, pattern: RegExp): Promise<string[]> {
  const s3 = openS3(endpoint);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  const Bucket = Buckets.find(({ Name = '' }) => Name.includes('results'))?.Name ?? '';
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket }))
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
  s3.destroy();
  return keys.filter((key) => pattern.test(key));
}

/** CloudFormation deletes no bucket that holds something. */
async function emptyBuckets(endpoint: string): Promise<void> {
  const s3 = openS3(endpoint);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  for (const { Name: Bucket = '' } of Buckets.filter(({ Name = '' }) => Name.includes('results'))) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    }
  }
  s3.destroy();
}
