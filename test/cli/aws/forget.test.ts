import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AwsStore, openAwsStore } from '../../../cli/aws/aws-store.ts';
import { connect } from '../../../cli/aws/connect.ts';
import type { Receipt } from '../../../cli/aws/receipts.ts';
import { objectKeys } from '../../../shared/deployment/object-keys.ts';
import { digestOf } from '../../../shared/engine/ids.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import type { Outcome } from '../../../shared/model.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { type FaultProxy, openFaultProxy } from '../../aws/fault-proxy.ts';
import { pageRecord } from '../../contracts/page-contract.ts';
import { type CliFolder, openCliFolder, parseLines } from '../call-cli.ts';
import { expectDescribed, keysOfCall } from '../described.ts';
import { deployStack, envOf } from './deployed-stack.ts';

const host = 'secret-shop.example';

await describeWith('ministack', 'spinneret forget --aws', (connection) => {
  let folder: CliFolder;
  let proxy: FaultProxy;
  let found: Awaited<ReturnType<Awaited<ReturnType<typeof deployStack>>['find']>>;
  let store: AwsStore;

  beforeAll(async () => {
    const stack = await deployStack(connection);
    found = await stack.find();
    store = openAwsStore(connect({}).config, found, settingsSchema.parse({}).aws);
    proxy = await openFaultProxy();
    proxy.forwardTo(connection.endpoint);
    folder = openCliFolder(envOf({ ...connection, endpoint: proxy.endpoint }));
    folder.write('config/settings.yaml', `aws: { stack: ${stack.name} }\n`);
  });
  afterAll(async () => {
    folder[Symbol.dispose]();
    store[Symbol.dispose]();
    await proxy.close();
  });

  const put = (Key: string, Body = `${host} ${Key}`) =>
    store.s3.send(new PutObjectCommand({ Bucket: found.bucket, Key, Body }));

  /** A run with something of every kind that a run leaves. */
  const makeRun = async (id: string, { isOver = true, isExported = true, name = 'shop' } = {}) => {
    const { ledger, outcomes } = store;
    const job = { name, start: `https://${host}/` };
    await ledger.createRun({ id, job, baseDir: '', state: 'running', startedAt: Date.now() });
    const lease = await ledger.lease({ run: id, batch: 'seed', owner: 'test', token: 'c', leaseMs: 60_000 });
    if (lease.state !== 'mine') throw new Error(lease.state);
    const urls = Array.from({ length: 60 }, (_, index) => digestOf(`https://${host}/${id}/${index}`));
    await ledger.admit(
      id,
      'seed',
      urls.map((key) => ({ key })),
    );
    await ledger.reserve(id, 'seed', 'pages', 60, 10_000);
    await ledger.claim('places shop', id, [`${id}-place-1`, `${id}-place-2`]);
    await ledger.reserveSlots({
      ...{ host: `${id}.${host}`, count: 1, gapMs: 60_000, slackMs: 0, horizonMs: 1_000_000 },
      line: { run: id },
    });
    const line = {
      host: `${id}.${host}`,
      count: 1,
      gapMs: 60_000,
      slackMs: 0,
      horizonMs: 1,
      line: { run: id },
    };
    await ledger.reserveSlots(line);
    const nothing = { pages: [], items: [], links: [], retries: [], counts: {} };
    const batchSizes = { own: 1, other: 1 };
    await outcomes.write({ run: id, batch: 'seed', ...nothing, batchSizes });
    // A process that died between its lease and its outcome: no outcome names this batch.
    await ledger.lease({ run: id, batch: 'lost', owner: 'test', token: 'd', leaseMs: 60_000 });
    await put(objectKeys.file(id, 'urls.txt'));
    await put(objectKeys.report(id, 'items.csv.gz'));
    await put(objectKeys.items(id));
    await put(objectKeys.itemsPart(id, 3));
    await put(objectKeys.part(id, 'lines-00003.json'));
    if (isExported) await put(objectKeys.manifest(id));
    const part = { Bucket: found.bucket, Key: objectKeys.report(id, 'items.json.gz') };
    await store.s3.send(new CreateMultipartUploadCommand(part));
    if (!isOver) return;
    const open = { shard: 0, added: {} };
    await ledger.commit({ run: id, batch: 'seed', fence: lease.fence, counts: { stored: 60 }, open });
    await ledger.moveRun(id, ['running'], 'finished');
  };

  /** Everything there is, as text, but for receipts. */
  const everything = async (): Promise<string[]> => {
    const { Items = [] } = await dynamodbOf(store).send(
      new ScanCommand({ TableName: found.table, ConsistentRead: true }),
    );
    const { Versions = [], DeleteMarkers = [] } = await store.s3.send(
      new ListObjectVersionsCommand({ Bucket: found.bucket }),
    );
    const objects = [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
    return [
      ...Items.map((record) => JSON.stringify(record)),
      ...objects.filter((key) => !/^receipts\//.test(key)),
    ];
  };
  const tracesOf = async (run: string) => (await everything()).filter((text) => text.includes(run));
  const receiptOf = async (run: string): Promise<Receipt> => {
    const object = { Bucket: found.bucket, Key: objectKeys.receipt(run) };
    return JSON.parse(
      (await (await store.s3.send(new GetObjectCommand(object))).Body?.transformToString()) ?? '',
    );
  };

  it('leaves nothing of a run but its receipt, and others as they are', async () => {
    await makeRun('neighbour');
    const before = await tracesOf('neighbour');
    await makeRun('gone-1');
    const { code, stdout, stderr } = await folder.call('forget', 'gone-1', '--aws', '--json');
    expectDescribed(parseLines(stdout).at(-1) ?? {}, keysOfCall('forget --last --aws'));
    // How far it is, it says where that takes longer than a few seconds.
    expect({ code, stderr: stderr.replaceAll(/^1 run: \d+ pages? of keys deleted\n/gm, '') }).toEqual({
      code: 0,
      stderr: '',
    });
    // What onlyNew knows a place by names no run any more.
    expect(await tracesOf('gone-1')).toEqual([
      expect.stringMatching(/CLAIM#places shop#gone-1-place-\d.*forgotten/),
      expect.stringMatching(/CLAIM#places shop#gone-1-place-\d.*forgotten/),
      expect.stringMatching(/HOST#gone-1/),
    ]);
    expect((await tracesOf('gone-1')).join()).not.toContain('"lineRun"');
    expect(await tracesOf('neighbour')).toEqual(before);
    const receipt = await receiptOf('gone-1');
    expect(receipt).toMatchObject({
      run: 'gone-1',
      state: 'finished',
      records: { runs: 1, jobs: 1, batches: 2, urls: 60, hosts: 1, claims: 2 },
      objects: {
        outcomes: 1,
        files: 1,
        exports: 1,
        items: 2,
        pages: 0,
        parts: 1,
        manifests: 1,
        deleteMarkers: 0,
      },
    });
    expect(JSON.stringify(receipt)).not.toContain(host);
    expect(await folder.call('forget', 'gone-1', '--aws')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('gone-1 is gone already: it was forgotten on 20'),
    });
    expect(await receiptOf('gone-1')).toEqual(receipt);
    expect(parseLines(stdout).at(-1)).toEqual({ forgotten: [receipt] });
    expect(await store.ledger.claimants('places shop', ['gone-1-place-1'])).toEqual(['forgotten']);
  });

  it('forgets the last one, and words its receipt by the number', async () => {
    await makeRun('gone-last');
    const { code, stdout } = await folder.call('forget', '--last', '--aws');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('forgot gone-last\n') });
    expect(stdout).toMatch(/table {4}1 run, 1 job, \d+ counters?, 2 batches, 60 urls\n/);
    expect(stdout).toMatch(/bucket {3}1 outcome, 1 file, 1 export, 2 items, 1 part, 1 manifest,/);
  });

  it('deletes what a job knows of its pages and its sessions with the last of its runs, and of no other job', async () => {
    const { ledger } = store;
    for (const id of ['recrawl-1', 'recrawl-2']) await makeRun(id, { name: 're-shop' });
    await ledger.writePages('re-shop', [pageRecord('key-1', 1), pageRecord('key-2', 1)]);
    await ledger.writePages('re-shop-2', [pageRecord('key-1', 1)]);
    const traces = async () =>
      (await everything()).filter((text) => text.includes('URL#')).map((text) => /URL#[^"]*/.exec(text)?.[0]);
    await folder.call('forget', 'recrawl-1', '--aws');
    expect((await traces()).sort()).toEqual(
      ['URL#re-shop#key-1', 'URL#re-shop#key-2', 'URL#re-shop-2#key-1'].sort(),
    );
    expect(await receiptOf('recrawl-1')).toMatchObject({ records: { pages: 0 } });
    await folder.call('forget', 'recrawl-2', '--aws');
    expect(await traces()).toEqual(['URL#re-shop-2#key-1']);
    expect(await receiptOf('recrawl-2')).toMatchObject({ isLastOfJob: true, records: { pages: 2 } });
  });

  it('deletes files that no other run of the job names, and none while one goes on', async () => {
    const file = (name: string) => ({ sha256: name.repeat(64), bytes: 3, type: 'text/plain', name });
    const keep = async (run: string, ...names: string[]) => {
      for (const name of names) await put(objectKeys.stored('shop', file(name).sha256), 'abc');
      const pages = names.map((name) => ({ kind: 'download', url: name, end: 'stored', file: file(name) }));
      const batchSizes = { own: 1, other: 1 };
      const rest = { items: [], links: [], retries: [], counts: {}, batchSizes };
      await store.outcomes.write({ run, batch: 'files', pages, ...rest } as unknown as Outcome);
    };
    await makeRun('files-1');
    await keep('files-1', 'a', 'b');
    await makeRun('files-2');
    await keep('files-2', 'b', 'c');
    await put(objectKeys.upload('files-1', 'part'), 'abc');
    await put(objectKeys.pages('files-1', 'b0-1'), 'abc');
    const stored = async () => {
      const { Versions = [] } = await store.s3.send(
        new ListObjectVersionsCommand({ Bucket: found.bucket, Prefix: 'files/' }),
      );
      return Versions.map(({ Key = '' }) => Key.at(-1)).sort();
    };
    const { stdout } = await folder.call('forget', 'files-1', '--aws');
    expect(stdout).toContain('1 file of shop deleted that no other run names: 3 B freed');
    expect(await stored()).toEqual(['b', 'c']);
    expect((await tracesOf('files-1')).filter((text) => !/CLAIM#|HOST#/.test(text))).toEqual([]);
    await makeRun('files-3', { isOver: false });
    const held = parseLines((await folder.call('forget', 'files-2', '--aws', '--json')).stdout).at(-1);
    expect(held?.['downloads']).toMatchObject([{ job: 'shop', files: 0, heldBy: 'files-3' }]);
    expect(await stored()).toEqual(['b', 'c']);
  });

  it('deletes what onlyNew knows by it when asked to', async () => {
    await makeRun('gone-2');
    const { code, stdout } = await folder.call('forget', 'gone-2', '--aws', '--claims');
    expect(code).toBe(0);
    expect(stdout).toContain('2 that onlyNew knew by it: later runs give them again');
    expect((await tracesOf('gone-2')).filter((text) => !text.includes('HOST#'))).toEqual([]);
  });

  it.each([3, 6, 9])(
    'comes to the same receipt when its %sth deletion fails and it is called again',
    async (at) => {
      const run = `killed-${at}`;
      await makeRun(run);
      let deletions = 0;
      proxy.intercept(({ operation, path }) => {
        const isDeletion =
          operation.endsWith('BatchWriteItem') || (operation === 'POST' && path.includes('delete'));
        if (!isDeletion || ++deletions < at) return undefined;
        return { status: 400, body: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' };
      });
      expect((await folder.call('forget', run, '--aws')).code).not.toBe(0);
      proxy.intercept(() => undefined);
      const { code, stderr } = await folder.call('forget', run, '--aws');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(await receiptOf(run)).toMatchObject({
        records: { runs: 1, jobs: 1, batches: 2, urls: 60, hosts: 1, claims: 2 },
        objects: { outcomes: 1, files: 1, exports: 1, items: 2, parts: 1, manifests: 1 },
      });
      expect((await tracesOf(run)).filter((text) => !/CLAIM#|HOST#/.test(text))).toEqual([]);
    },
  );

  it.each([
    ['is not over', 'open-0', { isOver: false }, 'npx spinneret cancel open-0 --aws'],
    ['is still being exported', 'open-1', { isExported: false }, 'wait for its manifest'],
  ])('refuses a run that %s', async (_, run, how, message) => {
    await makeRun(run, how);
    const before = await tracesOf(run);
    const { code, stderr } = await folder.call('forget', run, '--aws');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(await tracesOf(run)).toEqual(before);
  });

  it('takes every version of a bucket that keeps them', async () => {
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await store.s3.send(new PutBucketVersioningCommand({ Bucket: found.bucket, VersioningConfiguration }));
    await makeRun('versions-1');
    await put(objectKeys.report('versions-1', 'items.csv.gz'), 'a second version');
    await store.s3.send(
      new DeleteObjectCommand({ Bucket: found.bucket, Key: objectKeys.items('versions-1') }),
    );
    expect((await folder.call('forget', 'versions-1', '--aws')).code).toBe(0);
    expect((await tracesOf('versions-1')).filter((text) => !/CLAIM#|HOST#/.test(text))).toEqual([]);
    expect(await receiptOf('versions-1')).toMatchObject({
      objects: { exports: 2, items: 2, deleteMarkers: 1 },
    });
  });

  it('forgets runs that have been over for so many days, and no others', async () => {
    await makeRun('young-1');
    const { stdout } = await folder.call('forget', '--older-than', '30', '--aws');
    expect(stdout).toContain('no run is that old and over');
    expect(await store.ledger.readRun('young-1')).toMatchObject({ state: 'finished' });
    const { stdout: all } = await folder.call('forget', '--older-than', '0', '--yes', '--aws', '--json');
    const { forgotten } = parseLines(all).at(-1) as unknown as { forgotten: Receipt[] };
    const runs = forgotten.map(({ run }) => run);
    expect(runs.sort()).toEqual(['neighbour', 'young-1']);
  });
});

function dynamodbOf({ dynamodb }: AwsStore): DynamoDBClient {
  return dynamodb;
}
