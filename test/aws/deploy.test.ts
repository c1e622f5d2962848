import { existsSync, statSync } from 'node:fs';
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
    ['Starts a run', 1_780_000],
    ['Scrapes batches', 4_400_000],
    ['Ends a run', 2_100_000],
    ['Splits batches', 4_400_000],
  ])('makes functions small: "%s"', (description, bytes) => {
    expect(statSync(join(assembly().codeOf(description), 'index.mjs')).size).toBeLessThanOrEqual(bytes);
  });

  it.each(['Scrapes batches', 'Splits batches'])('brings what tells languages apart: "%s"', (description) => {
    expect(existsSync(join(assembly().codeOf(description), 'node_modules/eld/package.json'))).toBe(true);
  });

  it.each(['Scrapes batches', 'Splits batches'])('brings what runs handler files: "%s"', (description) => {
    expect(statSync(join(assembly().codeOf(description), 'handler-thread.mjs')).size).toBeLessThanOrEqual(
      1_100_000,
    );
  });

  it('accounts for every page, and tells what it cost', async () => {
    const { stdout } = await deployment.call('status', run, '--aws', '--json');
    const [status] = parseLines(stdout);
    expect(status).toMatchObject({ state: 'finished', pages: { stored: 233, failed: 5, skipped: 37 } });
  });

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

/** CloudFormation deletes no bucket that holds something. */
async function emptyBuckets(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  for (const { Name: Bucket = '' } of Buckets.filter(({ Name = '' }) => Name.includes('results'))) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    }
  }
  s3.destroy();
}
