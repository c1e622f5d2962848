import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsStore, openAwsStore } from '../../../cli/aws/aws-store.ts';
import { connect } from '../../../cli/aws/connect.ts';
import { sharedLines } from '../../../docs/json-guide.ts';
import { objectKeys } from '../../../shared/deployment/object-keys.ts';
import { secretPath } from '../../../shared/deployment/stack.ts';
import { countShards, shardsOfChildren } from '../../../shared/engine/shards.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import type { CellFact, Outcome, PageRequest, Run } from '../../../shared/model.ts';
import { writeMessage } from '../../../shared/stores/aws/batch-message.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { openFaultProxy } from '../../aws/fault-proxy.ts';
import { fact, outcomesOf } from '../../export/outcomes-of.ts';
import { type CliFolder, openCliFolder, parseLines } from '../call-cli.ts';
import { expectDescribed, keysOfCall } from '../described.ts';
import { deployStack, envOf, serveStartFunction } from './deployed-stack.ts';

const job = `name: books
sources:
  - crawl: { start: https://books.example.com/ }
pages:
  default: { fields: { title: h1 } }
`;

/** Of a batch call that succeeds although its first entry was not taken. */
const refusedEntry = {
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({
    Successful: [],
    Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }],
  }),
};

await describeWith('ministack', 'the command line on AWS', (connection) => {
  let folder: CliFolder;
  let stack: Awaited<ReturnType<typeof deployStack>>;
  let found: Awaited<ReturnType<typeof stack.find>>;
  let store: AwsStore;

  beforeAll(async () => {
    stack = await deployStack(connection);
    found = await stack.find();
    store = openAwsStore(connect({}).config, found, settingsSchema.parse({}).aws);
    folder = openCliFolder(envOf(connection));
    folder.write('config/settings.yaml', `aws: { stack: ${stack.name} }\n`);
  });
  afterAll(() => {
    folder[Symbol.dispose]();
    store[Symbol.dispose]();
  });

  const startRun = async (id: string, changes: Partial<Run> = {}) => {
    const run = {
      id,
      job: { name: 'books', sources: [] },
      baseDir: '',
      state: 'running' as const,
      startedAt: Date.now(),
    };
    await store.ledger.createRun({ ...run, ...changes });
    return id;
  };
  const commit = async (run: string, batch: string, counts: Record<string, number>) => {
    const lease = await store.ledger.lease({ run, batch, owner: 'test', leaseMs: 60_000 });
    if (lease.state !== 'mine') throw new Error(lease.state);
    const open = { shard: 0, added: {} };
    await store.ledger.commit({ run, batch, fence: lease.fence, counts, open });
  };

  const putManifest = (run: string) =>
    store.s3.send(new PutObjectCommand({ Bucket: found.bucket, Key: objectKeys.manifest(run), Body: '{}' }));

  describe('spinneret enqueue', () => {
    it('starts a job and says how to follow it', async () => {
      await using start = await serveStartFunction(({ run = '' }) => ({ run, state: 'created' }));
      using own = openCliFolder({ ...envOf(connection), AWS_ENDPOINT_URL_LAMBDA: start.endpoint });
      own.write('books.yaml', job);
      const { code, stdout, stderr } = await own.call('enqueue', 'books.yaml', '--stack', stack.name);
      const [event] = start.events;
      expect({ code, stderr }).toEqual({ code: 0, stderr: `started ${event?.run}\n` });
      expect(event?.job).toMatchObject({ name: 'books', limits: { maxPages: 10_000 } });
      expect(stdout).toContain(`npx spinneret status ${event?.run} --aws --stack ${stack.name} --watch`);
      expect(stdout).toContain('https://example.com/dashboard');
    });

    it.each([
      [
        'says before the run that the account lets fewer workers run',
        { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 },
        'AWS_QUOTA',
        'this account allows 10 functions at once in us-east-1; the stack asks for 100: deliveries will be throttled. Set aws.maxConcurrency to 8',
      ],
      [
        'counts what others have reserved',
        { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 90 },
        'AWS_QUOTA',
        'allows 90 functions at once in us-east-1 (of 1,000; the others have reserved the rest)',
      ],
      ['says that the quota may not be read', 403, 'AWS_DENIED', 'lambda:GetAccountSettings'],
    ])('%s, and starts it', async (_, limit, code, text) => {
      await using start = await serveStartFunction(({ run = '' }) => ({ run, state: 'created' }), limit);
      using own = openCliFolder({ ...envOf(connection), AWS_ENDPOINT_URL_LAMBDA: start.endpoint });
      own.write('books.yaml', job);
      const answer = await own.call('enqueue', 'books.yaml', '--stack', stack.name, '--json');
      expect(answer.code).toBe(0);
      const message = expect.stringContaining(text);
      expect(parseLines(answer.stderr)).toEqual([{ warning: { code, message } }]);
      expect(parseLines(answer.stdout)).toContainEqual(
        expect.objectContaining({
          type: 'started',
          pool: expect.objectContaining({ asked: 100, warning: { code, message } }),
        }),
      );
      expect(start.events).toHaveLength(1);
      const started = parseLines(answer.stdout).find(({ type }) => type === 'started');
      expectDescribed(started ?? {}, sharedLines['started']?.keys ?? {});
    });

    it('brings along the files that the job names, handlers bundled', async () => {
      await using start = await serveStartFunction(({ run = '' }) => ({ run, state: 'created' }));
      using own = openCliFolder({ ...envOf(connection), AWS_ENDPOINT_URL_LAMBDA: start.endpoint });
      own.write('jobs/lists/books.txt', 'https://books.example.com/1\n');
      own.write('jobs/name.ts', "export const name: string = 'bundled';\n");
      own.write(
        'jobs/book.ts',
        "import { name } from './name.ts';\nexport default () => ({ items: [{ name }] });\n",
      );
      own.write(
        'jobs/books.yaml',
        'name: books\nsources: [{ urls: { file: lists/books.txt } }]\npages: { default: { handler: book.ts, fields: { title: h1 } } }\n',
      );
      const { code, stderr } = await own.call('enqueue', 'jobs/books.yaml', '--stack', stack.name);
      const run = start.events[0]?.run ?? '';
      expect({ code, stderr }).toEqual({ code: 0, stderr: `started ${run}\n` });
      const read = async (path: string) => {
        const object = { Bucket: found.bucket, Key: objectKeys.file(run, path) };
        return (await store.s3.send(new GetObjectCommand(object))).Body?.transformToString();
      };
      expect(await read('lists/books.txt')).toBe('https://books.example.com/1\n');
      const handler = await read('book.ts');
      expect(handler).toContain('bundled');
      expect(handler).not.toContain('./name.ts');
    });

    it('tells which secrets are in neither store, and how to put them there', async () => {
      const ssm = new SSMClient(connection);
      const path = secretPath(stack.name);
      await ssm.send(new PutParameterCommand({ Name: `${path}THERE`, Type: 'SecureString', Value: 'x' }));
      ssm.destroy();
      folder.write('secret.yaml', `${job}fetch: { headers: { a: '\${env:THERE}', b: '\${env:LACKING}' } }\n`);
      const { code, stderr } = await folder.call('enqueue', 'secret.yaml');
      expect(code).toBe(1);
      expect(stderr).toContain('error ENV_MISSING: 1 secret is neither in');
      expect(stderr).toContain(
        `aws ssm put-parameter --region us-east-1 --type SecureString --name ${path}LACKING --value …`,
      );
      expect(stderr).not.toContain('THERE');
    });

    it.each([
      [
        'a fetch that outlasts its function',
        'fetch: { timeoutMs: 110000 }',
        'JOB_UNFIT',
        'aws.workerTimeoutMs',
      ],
      ['private addresses', 'network: allowPrivate', 'JOB_UNFIT', 'aws.allowPrivate'],
    ])('refuses %s', async (what, line, error, text) => {
      const file = `${what.replaceAll(' ', '-')}.yaml`;
      folder.write(file, `${job}${line}\n`);
      const { code, stderr } = await folder.call('enqueue', file);
      expect(code).toBe(1);
      expect(stderr).toContain(`error ${error}: `);
      expect(stderr).toContain(text);
    });

    it('refuses a name of the stack’s own jobs, and starts nothing', async () => {
      folder.write('canary.yaml', job.replace('name: books', 'name: spinneret-canary'));
      const { code, stderr } = await folder.call('enqueue', 'canary.yaml');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('error JOB_UNFIT') });
    });

    it('warns of the secret that telemetry lacks, and starts the run', async () => {
      await using start = await serveStartFunction(({ run = '' }) => ({ run, state: 'created' }));
      using own = openCliFolder({ ...envOf(connection), AWS_ENDPOINT_URL_LAMBDA: start.endpoint });
      own.write('books.yaml', job);
      const telemetry = "telemetry: { otlpEndpoint: 'https://otel.example.com', headersSecret: OTLP }";
      own.write('config/settings.yaml', `aws: { stack: ${stack.name}, ${telemetry} }\n`);
      const { code, stderr } = await own.call('enqueue', 'books.yaml');
      expect({ code, started: start.events.length }).toEqual({ code: 0, started: 1 });
      expect(stderr).toContain(
        'warning TELEMETRY_FAILED: telemetry.headersSecret is neither in the Parameter Store nor in Secrets Manager',
      );
      expect(stderr).toContain(`--name ${secretPath(stack.name)}OTLP --value`);
    });

    it.each([
      ['outside of the job’s folder', '../books.txt', 'JOB_UNFIT'],
      ['that is not there', 'none.txt', 'SOURCE_MISSING'],
    ])('refuses a URL list %s', async (_what, file, error) => {
      folder.write('books.txt', 'https://books.example.com/1\n');
      folder.write(
        'sub/list.yaml',
        `name: a\nsources: [{ urls: { file: ${file} } }]\npages: { default: {} }\n`,
      );
      const { code, stderr } = await folder.call('enqueue', 'sub/list.yaml');
      expect(code).toBe(1);
      expect(stderr).toContain(`error ${error}: ${file}`);
    });

    it('passes on what the start function refuses, and what it fails of', async () => {
      const answers = [
        { code: 'JOB_INVALID', message: 'limits: expected less' },
        { errorType: 'TypeError', errorMessage: 'no table' },
      ];
      await using start = await serveStartFunction(() => answers.shift() ?? { run: '', state: 'exists' });
      using own = openCliFolder({ ...envOf(connection), AWS_ENDPOINT_URL_LAMBDA: start.endpoint });
      own.write('books.yaml', job);
      const refused = await own.call('enqueue', 'books.yaml', '--stack', stack.name);
      expect(refused.stderr).toContain('error JOB_INVALID: limits: expected less');
      const failed = await own.call('enqueue', 'books.yaml', '--stack', stack.name);
      expect(failed.stderr).toContain('error AWS_FAILED: the start function failed: TypeError: no table');
    });

    it('watches a run until it is over, and says what it cost', async () => {
      await using start = await serveStartFunction(async ({ run = '' }) => {
        await startRun(run);
        return { run, state: 'created' };
      });
      using own = openCliFolder({ ...envOf(connection), AWS_ENDPOINT_URL_LAMBDA: start.endpoint });
      own.write('books.yaml', job);
      const call = own.start(['enqueue', 'books.yaml', '--watch', '--stack', stack.name]);
      await call.said('0 pages stored');
      const run = start.events[0]?.run ?? '';
      const used = { 'used:writeUnits': 3, 'used:lambdaMbMs': 1e12 };
      await commit(run, 'seed', { admitted: 2, stored: 2, items: 2, ...used });
      await store.ledger.moveRun(run, ['running'], 'finished');
      const { code, stdout } = await call.done;
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`${run}  finished`) });
      expect(stdout).toContain('  pages   2 stored\n');
      expect(stdout).toContain('  cost    $13.02: Lambda $13.02, DynamoDB $0.0000019\n');
      expect(stdout).toContain('1.50 write units per page');
    });
  });

  describe('spinneret status --aws', () => {
    it('shows one run with counts, fleet, cost and dashboard', async () => {
      const id = await startRun('shown-1');
      const { code, stdout } = await folder.call('status', 'shown', '--aws');
      expect(code).toBe(0);
      expect(stdout).toContain(`${id}  running, not over yet`);
      expect(stdout).toContain('  open    1 batch\n');
      expect(stdout).toMatch(
        / {2}fleet {3}(\d+ workers?|workers not known: CloudWatch has no figure of the last two minutes) · \d+ batch/,
      );
      expect(stdout).toContain('  cost    $0.00 so far\n');
      expect(stdout).toContain('https://example.com/dashboard');
    });

    it('says which host that its sources name is left alone, until when and why', async () => {
      const job = { sources: [{ crawl: { start: ['https://down.example/a', 'https://up.example/'] } }] };
      await store.ledger.createRun({ id: 'waits-1', job, baseDir: '/', state: 'running', startedAt: 0 });
      const until = Date.now() + 600_000;
      await store.ledger.delayHost('down.example', until);
      await store.ledger.updateHost('down.example', { breaker: { opens: 2, at: Date.now() } });
      const { stdout } = await folder.call('status', 'waits-1', '--aws', '--json');
      const waits = [{ host: 'down.example', until, why: 'unanswered', pauses: 2 }];
      expect(parseLines(stdout)).toMatchObject([{ waits }]);
    });

    it('lists runs', async () => {
      await startRun('listed-1');
      const { stdout } = await folder.call('status', '--aws', '--json');
      const [{ runs = [], fleet } = {}] = parseLines(stdout) as {
        runs?: { run: string }[];
        fleet?: object;
      }[];
      expect(runs.map(({ run }) => run)).toContain('listed-1');
      expect(fleet).toMatchObject({ queue: { due: expect.any(Number) } });
      expectDescribed(JSON.parse(stdout), keysOfCall('status'));
    });

    it('ends watching a run that a fault has paused, with the reason and the way on', async () => {
      const id = await startRun('halted-1');
      await store.ledger.moveRun(id, ['running'], 'paused', {
        code: 'ENV_MISSING',
        message: '1 secret is not set',
      });
      const { code, stdout } = await folder.call('status', id, '--aws', '--watch');
      expect(code).toBe(1);
      expect(stdout).toContain(
        `paused by ENV_MISSING: 1 secret is not set; when that is mended: npx spinneret resume ${id} --aws`,
      );
    });
  });

  describe('spinneret pause, resume and cancel --aws', () => {
    it('move a run, and return at once', async () => {
      const id = await startRun('moved-1');
      const stateOf = async () => (await store.ledger.readRun(id))?.state;
      const { stdout } = await folder.call('pause', id, '--aws', '--json');
      expectDescribed(JSON.parse(stdout), keysOfCall('pause --last'));
      expect(await stateOf()).toBe('paused');
      expect(await folder.call('resume', id, '--aws')).toMatchObject({ code: 0 });
      expect(await stateOf()).toBe('running');
      const seeds = await store.queue.receive({ max: 10 });
      expect(seeds.map(({ batch }) => [batch.run, batch.id])).toContainEqual([id, 'seed']);
      expect(await folder.call('cancel', id, '--aws')).toMatchObject({ code: 0 });
      expect(await stateOf()).toBe('cancelled');
    });

    it('refuse a run that has ended', async () => {
      const id = await startRun('ended-1');
      await commit(id, 'seed', {});
      await store.ledger.moveRun(id, ['running'], 'finished');
      await putManifest(id);
      for (const command of ['pause', 'resume', 'cancel']) {
        const { code, stderr } = await folder.call(command, id, '--aws');
        expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('error RUN_ENDED') });
      }
    });
  });

  describe('spinneret export --aws', () => {
    it('streams the items of a run from S3', async () => {
      const id = await startRun('exported-1');
      const outcome = (batch: string, title: string): Outcome => ({
        run: id,
        batch,
        pages: [],
        items: [{ item: 'book', url: 'https://books.example.com/', fields: { title } }],
        links: [],
        retries: [],
        counts: {},
        batchSizes: { own: 1, other: 1 },
      });
      await store.outcomes.write(outcome('a', 'One'));
      await store.outcomes.write(outcome('b', 'Two'));
      const { stdout } = await folder.call('export', id, '--aws');
      expect(parseLines(stdout).map(({ title }) => title)).toEqual(['One', 'Two']);
      expect(await folder.call('export', id, '--aws', '--output', 'items.csv')).toMatchObject({ code: 0 });
      expect(folder.read('items.csv')).toContain('book,https://books.example.com/,One\r\n');

      const written = await folder.call('export', id, '--aws', '--output', 'items.jsonl', '--json');
      const [note, line] = parseLines(written.stdout);
      expect(note).toMatchObject({ type: 'note', message: expect.stringContaining('is not over') });
      expect(line).toMatchObject({ run: id, what: 'items', format: 'jsonl', records: 2 });
      expectDescribed(line ?? {}, keysOfCall('export --last --output books.jsonl'));
    });
  });

  describe('spinneret coverage --aws', () => {
    it('reads the cells of a run from S3', async () => {
      const box = { west: 0, south: 0, east: 1, north: 1 };
      const places = { source: 'google-maps', queries: ['dentist'], areas: [{ name: 'square', box }] };
      const id = await startRun('covered-1', { job: { name: 'dentists', sources: [{ places }] } });
      const halves: [west: number, end: CellFact['end']][] = [
        [0, 'whole'],
        [0.5, 'failed'],
      ];
      const cells = halves.map(([west, end]) =>
        fact('stored', {
          kind: 'cell',
          source: 0,
          cell: {
            query: 'dentist',
            area: 'square',
            box: { ...box, west, east: west + 0.5 },
            level: 0,
            found: 3,
            end,
            named: [],
          },
        }),
      );
      for await (const outcome of outcomesOf({ pages: cells }).list())
        await store.outcomes.write({ ...outcome, run: id });

      const { stdout } = await folder.call('coverage', id, '--aws', '--output', 'report', '--json');
      expect(parseLines(stdout)).toMatchObject([
        { run: id, sources: [{ total: { cells: 2, byEnd: { whole: 1, failed: 1 } } }] },
      ]);
      expectDescribed(JSON.parse(stdout), keysOfCall('coverage --last'));
      expect(JSON.parse(folder.read('report/coverage.json'))).toMatchObject([{ total: { found: 6 } }]);
    });
  });

  describe('spinneret redrive', () => {
    const bury = (body: string) =>
      store.sqs.send(new SendMessageCommand({ QueueUrl: stack.graveyardUrl, MessageBody: body }));
    const batch = (run: string, id: string) => ({ run, id, host: 'a', requests: [] });
    const buried = async () => {
      const command = new ReceiveMessageCommand({ QueueUrl: stack.graveyardUrl, MaxNumberOfMessages: 10 });
      return (await store.sqs.send(command)).Messages?.map(({ Body }) => Body) ?? [];
    };

    it('sends the batches of one run back to the work queue, and leaves the rest', async () => {
      await startRun('buried-1');
      await Promise.all(
        Array.from({ length: 12 }, (_, at) => bury(writeMessage(batch('buried-1', `b${at}`)))),
      );
      await Promise.all([bury(writeMessage(batch('other-1', 'x'))), bury('no batch')]);
      const { stdout } = await folder.call('redrive', 'buried-1', '--json');
      expect(parseLines(stdout)).toEqual([{ run: 'buried-1', moved: 12, others: 1, unreadable: 1 }]);
      expectDescribed(JSON.parse(stdout), keysOfCall('redrive'));
      const back = await store.queue.receive({ max: 50 });
      const ids = back.filter(({ batch: { run } }) => run === 'buried-1').map(({ batch: { id } }) => id);
      expect(new Set(ids).size).toBe(12);
      expect((await buried()).sort()).toEqual(['no batch', writeMessage(batch('other-1', 'x'))].sort());
    });

    it('deletes anew what SQS would not delete', async () => {
      const proxy = await openFaultProxy();
      proxy.forwardTo(connection.endpoint);
      let deletes = 0;
      proxy.intercept(({ operation }) => {
        if (operation !== 'AmazonSQS.DeleteMessageBatch') return undefined;
        deletes += 1;
        return deletes === 1 ? refusedEntry : undefined;
      });
      await startRun('buried-2');
      await bury(writeMessage(batch('buried-2', 'b')));
      using own = openCliFolder({ ...envOf(connection), AWS_ENDPOINT_URL_SQS: proxy.endpoint });
      const { stdout } = await own.call('redrive', 'buried-2', '--stack', stack.name, '--json');
      await proxy.close();
      expect(parseLines(stdout)).toMatchObject([{ run: 'buried-2', moved: 1 }]);
      expect(deletes).toBe(2);
    });
  });

  describe('a run whose messages are lost', () => {
    /** Its seed is done, and has left two batches, to which nothing points but its outcome. */
    const startLost = async (id: string, startedAt = Date.now()) => {
      await startRun(id, { startedAt });
      const request = (host: string): PageRequest => {
        return { kind: 'page', url: `https://${host}/`, label: 'default', depth: 0, attempt: 0 };
      };
      const outcome: Outcome = {
        run: id,
        batch: 'seed',
        host: '',
        pages: [],
        items: [],
        links: [],
        retries: [request('a.example'), request('b.example')],
        counts: {},
        batchSizes: { own: 9, other: 9 },
      };
      await store.outcomes.write(outcome);
      const lease = await store.ledger.lease({ run: id, batch: 'seed', owner: 'test', leaseMs: 60_000 });
      if (lease.state !== 'mine') throw new Error(lease.state);
      const added = countShards(shardsOfChildren({ id: 'seed' }, 2));
      const open = { shard: 0, added };
      await store.ledger.commit({ run: id, batch: 'seed', fence: lease.fence, counts: {}, open });
      return id;
    };
    const hostsOf = async (run: string) => {
      const received = await store.queue.receive({ max: 50 });
      await store.queue.acknowledge(received);
      return received.flatMap(({ batch }) => (batch.run === run ? [batch.host] : [])).sort();
    };
    const tasks = async () => {
      const { finishQueueUrl: QueueUrl } = found;
      const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
      return (await store.sqs.send(command)).Messages?.map(({ Body = '' }) => JSON.parse(Body)) ?? [];
    };

    it('is sent again by resume, which says how much of it', async () => {
      const id = await startLost('lost-1');
      await store.ledger.moveRun(id, ['running'], 'paused');
      await hostsOf(id);
      const { code, stdout } = await folder.call('resume', id, '--aws');
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('2 batches were open') });
      expect(stdout).toContain('nobody worked on them: sent again');
      expect(await hostsOf(id)).toEqual(['a.example', 'b.example']);
      expect((await store.ledger.readRun(id))?.state).toBe('running');
    });

    it('is what the line of resume says with --json', async () => {
      const id = await startLost('lost-json');
      await store.ledger.moveRun(id, ['running'], 'paused');
      await hostsOf(id);
      const { stdout } = await folder.call('resume', id, '--aws', '--json');
      expect(parseLines(stdout)).toMatchObject([
        { type: 'resumed', runs: [id], swept: { [id]: { open: 2 } } },
      ]);
      expectDescribed(JSON.parse(stdout), sharedLines['resumed']?.keys ?? {});
      expect(await hostsOf(id)).toEqual(['a.example', 'b.example']);
    });

    it('is sent again by cancel, for the workers to count it', async () => {
      const id = await startLost('lost-2');
      const { stdout } = await folder.call('cancel', id, '--aws', '--json');
      expect(parseLines(stdout)).toMatchObject([
        { state: 'cancelled', open: 2, swept: { state: 'swept', sentAgain: 2 } },
      ]);
      expectDescribed(JSON.parse(stdout), keysOfCall('cancel --last --aws'));
      expect(await hostsOf(id)).toEqual(['a.example', 'b.example']);
    });

    it('is named by redrive, with what helps, when nothing is left to send back', async () => {
      const id = await startLost('lost-3');
      const { stdout } = await folder.call('redrive', '--last');
      expect(stdout).toContain('0 batches sent back to the work queue');
      expect(stdout).toContain(`npx spinneret resume ${id} --aws`);
    });

    it('is brought to its end when it was only its end that was lost', async () => {
      const id = await startRun('lost-4');
      await commit(id, 'seed', {});
      const { stdout } = await folder.call('resume', id, '--aws');
      expect(stdout).toContain('every batch is done: it is brought to its end');
      expect((await store.ledger.readRun(id))?.state).toBe('finished');
      expect(await tasks()).toContainEqual({ v: 1, task: 'finish', run: id });
    });

    it('is finished again by resume when all but its manifest is there', async () => {
      const id = await startRun('lost-6');
      await commit(id, 'seed', {});
      await store.ledger.moveRun(id, ['running'], 'finished');
      const { code, stdout } = await folder.call('resume', id, '--aws');
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringContaining(`${id} is finished, and has no manifest\n  every batch is done`),
      });
      expect(await tasks()).toContainEqual({ v: 1, task: 'finish', run: id });
      expect((await store.ledger.readRun(id))?.state).toBe('finished');
    });

    it('is not finished again when its manifest may be deleted for its age', async () => {
      const days = settingsSchema.parse({}).aws.keepDays;
      const id = await startRun('lost-7', { startedAt: Date.now() - (days * 24 + 1) * 3_600_000 });
      await commit(id, 'seed', {});
      await store.ledger.moveRun(id, ['running'], 'finished');
      expect((await folder.call('resume', id, '--aws')).stderr).toContain('error RUN_ENDED');
      expect(await tasks()).not.toContainEqual(expect.objectContaining({ run: id }));
    });

    it('speaks of no pause where there was none, and of one batch as of one', async () => {
      const id = await startRun('lost-8');
      const { stdout } = await folder.call('resume', id, '--aws');
      expect(stdout).toContain(
        `${id} was not paused: it goes on\n  1 batch was open, and nobody worked on it: sent again\n`,
      );
      await hostsOf(id);
    });

    it('is given up when the table may have forgotten its URLs', async () => {
      const days = settingsSchema.parse({}).aws.keepDays;
      const id = await startLost('lost-5', Date.now() - (days * 24 + 1) * 3_600_000);
      const { code, stderr } = await folder.call('resume', id, '--aws');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('error RUN_EXPIRED') });
      expect(await hostsOf(id)).toEqual([]);
    });
  });

  it('leaves nothing in the bucket beside the runs’ own prefixes', async () => {
    const { Contents = [] } = await store.s3.send(new ListObjectsV2Command({ Bucket: found.bucket }));
    expect(Contents.filter(({ Key = '' }) => !Key.startsWith('runs/'))).toEqual([]);
  });
});
