import {
  DeleteObjectsCommand,
  ListBucketsCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoShop, serveDemoShop } from '../../testing/demo-shop/server.ts';
import { parseLines } from '../cli/call-cli.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { killFunctions } from './kill-functions.ts';
import { openTroublemaker } from './lose-messages.ts';
import { quickstartFor, sortedLines } from './quickstart.ts';
import { makeTroubles } from './troubles.ts';

const opened = await openDeployment();
const minutes = 60_000;

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
    deployment.write('books.yaml', quickstartFor(shop.origin));
    await deployment.cdk('bootstrap');
    await deployment.cdk('deploy', '--require-approval', 'never');
  }, 5 * minutes);

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
    5 * minutes,
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
    4 * minutes,
  );

  it('accounts for every page, and tells what it cost', async () => {
    const { stdout } = await deployment.call('status', run, '--aws', '--json');
    const [status] = parseLines(stdout);
    expect(status).toMatchObject({ state: 'finished', pages: { stored: 233, failed: 5, skipped: 37 } });
  });

  it(
    'comes to the same items though calls fail, answers are lost, messages double and functions are killed',
    async () => {
      const troubles = makeTroubles(() =>
        killFunctions(`AWS_ENDPOINT_URL=${deployment.faults.endpoint}`, /Worker/),
      );
      deployment.faults.intercept(troubles.decide);
      const { stdout, code } = await deployment.call('enqueue', 'books.yaml', '--json', '--watch');
      deployment.faults.intercept(() => undefined);
      expect(code).toBe(0);
      const [id = ''] = startedRuns(stdout);
      await deployment.call('export', id, '--aws', '--output', 'troubled.jsonl');
      expect(sortedLines(deployment.read('troubled.jsonl'))).toEqual(
        sortedLines(deployment.read('aws.jsonl')),
      );
      expect(Object.keys(troubles.happened()).sort()).toEqual(troubles.names.sort());
    },
    8 * minutes,
  );

  describe('a run whose messages are lost', () => {
    const trouble = openTroublemaker(deployment.endpoint);
    afterAll(() => trouble.close());
    const statusOf = async (id: string) => {
      const [status] = parseLines((await deployment.call('status', id, '--aws', '--json')).stdout);
      return status as { state: string; open: number; pages: { stored: number; cancelled: number } };
    };
    /** Begun, and then paused until all of its messages wait for their turn. */
    const startAndPause = async () => {
      // Doubled messages of runs that are over may still wait here.
      await trouble.purge();
      const { stdout } = await deployment.call('enqueue', 'books.yaml', '--json');
      const [id = ''] = startedRuns(stdout);
      await expect
        .poll(async () => (await statusOf(id)).pages.stored, { timeout: minutes })
        .toBeGreaterThan(20);
      await deployment.call('pause', id, '--aws');
      await expect
        .poll(async () => (await statusOf(id)).open - (await trouble.messages()), { timeout: minutes })
        .toBe(0);
      return id;
    };
    const expectWhole = async (id: string) => {
      expect(await deployment.call('status', id, '--aws', '--watch')).toMatchObject({ code: 0 });
      await deployment.call('export', id, '--aws', '--output', `${id}.jsonl`);
      expect(sortedLines(deployment.read(`${id}.jsonl`))).toEqual(sortedLines(deployment.read('aws.jsonl')));
    };

    it(
      'comes to the same items by resume',
      async () => {
        const id = await startAndPause();
        await trouble.purge();
        const { stdout } = await deployment.call('resume', id, '--aws');
        expect(stdout).toMatch(/open, and nobody worked on (?:it|them): sent again/);
        await expectWhole(id);
      },
      3 * minutes,
    );

    it(
      'comes to the same items by the watchdog, though its queue was made anew',
      async () => {
        const id = await startAndPause();
        await trouble.replaceQueue();
        await trouble.goOn(id);
        await trouble.callWatchdog();
        await trouble.callWatchdog();
        await expectWhole(id);
      },
      3 * minutes,
    );

    it(
      'ends when it is cancelled, with a manifest',
      async () => {
        const id = await startAndPause();
        await trouble.purge();
        await deployment.call('cancel', id, '--aws');
        await expect.poll(async () => (await statusOf(id)).open, { timeout: minutes }).toBe(0);
        expect(await statusOf(id)).toMatchObject({
          state: 'cancelled',
          pages: { cancelled: expect.any(Number) },
        });
      },
      3 * minutes,
    );
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
    2 * minutes,
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

function startedRuns(stdout: string): string[] {
  return parseLines(stdout).flatMap(({ type, runs }) => (type === 'started' ? (runs as string[]) : []));
}
