import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionRecursionConfigCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { ListQueuesCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openAwsStore } from '../../../cli/aws/aws-store.ts';
import { connect } from '../../../cli/aws/connect.ts';
import { findStack } from '../../../cli/aws/find-stack.ts';
import { canaryJob, runCanary } from '../../../cli/doctor/aws/canary.ts';
import { checksOnAws } from '../../../cli/doctor/aws/checks.ts';
import { runChecks } from '../../../cli/doctor/run-checks.ts';
import type { Ledger } from '../../../shared/coordination/ports.ts';
import { checkFit } from '../../../shared/deployment/fit.ts';
import { deploymentVersion, secretPath } from '../../../shared/deployment/stack.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import type { Counts } from '../../../shared/model.ts';
import { plain } from '../../../shared/text/paint.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { type Fault, openFaultProxy } from '../../aws/fault-proxy.ts';
import { deployStack, envOf, serveStartFunction } from '../aws/deployed-stack.ts';
import { type CliFolder, openCliFolder } from '../call-cli.ts';

const role = {
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
};
const functionOf = (name: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { ZipFile: 'exports.handler = async () => ({});' },
  },
});
const mappingOf = (queue: string, worker: string) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] }, FunctionName: { Ref: worker } },
});
const alarmOf = (name: string, article: string) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: name,
    AlarmDescription: `It failed. What to do: docs/operations.md#${article}`,
    Namespace: 'Spinneret',
    MetricName: 'Faults',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    Period: 60,
    Statistic: 'Sum',
  },
});
const workerOf = (name: string) => ({
  Role: role,
  Worker: functionOf(name),
  Dead: functionOf(`${name}-dead`),
  Mapping: mappingOf('Work', 'Worker'),
  DeadMapping: mappingOf('DeadLetters', 'Dead'),
  GraveyardQueue01234567: { Type: 'AWS::SQS::Queue' },
  MissedStartsQueue01234567: { Type: 'AWS::SQS::Queue' },
  Alarm: alarmOf(`${name}-Faults`, 'a-fault-lasts'),
  OtherAlarm: alarmOf(`${name}-StartsMissed`, 'starts-missed'),
});

const job = `name: books
sources: [{ crawl: { start: https://books.example.com/ } }]
pages: { default: { fields: { title: h1 } } }
fetch: { headers: { a: '\${env:KEY}' } }
`;

describe('canaryJob', () => {
  it('fits a stack whose workers have little time', () => {
    const { aws } = settingsSchema.parse({
      aws: { workerTimeoutMs: 30_000 },
    });
    expect(() => checkFit(canaryJob('https://books.example.com/', aws), aws)).not.toThrow();
  });
});

await describeWith('ministack', 'spinneret doctor --aws', (connection) => {
  let folder: CliFolder;
  let stack: string;
  let worker: string;
  let ends: string[];
  const lambda = new LambdaClient(connection);
  const sqs = new SQSClient(connection);

  beforeAll(async () => {
    for (const [name, value] of Object.entries(envOf(connection))) vi.stubEnv(name, value);
    worker = `w${Date.now()}`;
    stack = (await deployStack(connection, deploymentVersion, workerOf(worker))).name;
    folder = openCliFolder(envOf(connection));
    folder.write('config/settings.yaml', `aws: { stack: ${stack}, maxConcurrency: 9 }\n`);
    folder.write('books.yaml', job);
    const ssm = new SSMClient(connection);
    const name = `${secretPath(stack)}KEY`;
    await ssm.send(new PutParameterCommand({ Name: name, Type: 'SecureString', Value: 'secret' }));
    ends = await Promise.all(['MissedStarts', 'GraveyardQueue'].map(queueOf));
    await setRecursion('Allow');
  });
  afterAll(() => {
    folder[Symbol.dispose]();
    vi.unstubAllEnvs();
  });

  const queueOf = async (name: string) => {
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: stack }));
    return QueueUrls.find((url) => url.includes(name)) ?? '';
  };
  const functions = () => [worker, `${worker}-dead`];
  const setRecursion = (RecursiveLoop: 'Allow' | 'Terminate') =>
    Promise.all(
      functions().map((FunctionName) =>
        lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop })),
      ),
    );
  /** Findings by id. */
  const look = async (files = ['books.yaml']) => {
    const place = { projectDir: folder.path, files, aws: {} };
    const checked = await runChecks(checksOnAws, place, 100_000);
    return Object.fromEntries(checked.map(({ id, finding }) => [id, finding]));
  };

  it('finds nothing wrong with a stack that works', async () => {
    const findings = await look();
    const bad = Object.entries(findings).filter(([, { state }]) => state !== 'ok' && state !== 'unchecked');
    expect(bad).toEqual([]);
    expect(findings).toMatchObject({
      credentials: { state: 'ok', says: expect.stringContaining('account 000000000000') },
      region: { says: 'us-east-1' },
      clock: { state: 'ok' },
      stack: { says: expect.stringContaining(`version ${deploymentVersion}`) },
      functions: { state: 'ok', says: '2 functions active' },
      mappings: { state: 'ok' },
      recursion: { state: 'ok' },
      queues: { state: 'ok' },
      table: { state: 'ok' },
      alarms: { state: 'ok' },
      secrets: { state: 'ok', says: '1 secret is there' },
      runs: { state: 'ok', says: 'no run is open' },
      fit: { state: 'ok', says: '1 job fits the settings' },
    });
  });

  it('says what a stack lacks that has no functions', async () => {
    const { name } = await deployStack(connection);
    const place = { projectDir: folder.path, files: ['books.yaml'], aws: { stack: name } };
    const wanted = checksOnAws.filter(({ id }) => ['functions', 'mappings', 'stack'].includes(id));
    const checked = await runChecks(wanted, place, 100_000);
    expect(Object.fromEntries(checked.map(({ id, finding }) => [id, finding]))).toMatchObject({
      stack: { state: 'ok' },
      functions: { state: 'unchecked', says: 'the stack has no functions' },
      mappings: { state: 'wrong', says: 'no queue feeds a function' },
    });
  });

  it('finds all that is wrong at once, with what to do', async () => {
    const listed = await Promise.all(
      functions().map((FunctionName) => lambda.send(new ListEventSourceMappingsCommand({ FunctionName }))),
    );
    const ids = listed.map(({ EventSourceMappings = [] }) => EventSourceMappings[0]?.UUID);
    const cloudwatch = new CloudWatchClient(connection);
    const raise = (StateValue: 'ALARM' | 'OK') =>
      ['Faults', 'StartsMissed'].map((name) =>
        cloudwatch.send(
          new SetAlarmStateCommand({ AlarmName: `${worker}-${name}`, StateReason: 'tested', StateValue }),
        ),
      );
    const enable = (Enabled: boolean) =>
      ids.map((UUID) => lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled })));
    folder.write('other.yaml', job.replace('KEY', 'LACKING'));
    folder.write(
      'also.yaml',
      `${job.replace('KEY', 'ALSO')}network: allowPrivate\npoliteness: { gapMs: 90000 }\n`,
    );
    await Promise.all([
      ...enable(false),
      setRecursion('Terminate'),
      ...ends.map((QueueUrl) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))),
      ...raise('ALARM'),
    ]);
    const findings = await look(['books.yaml', 'other.yaml', 'also.yaml']);
    const remedies = (id: string) => findings[id]?.remedy?.split('\n').sort();
    const wrong = ['mappings', 'recursion', 'queues', 'alarms', 'secrets'].map((id) => findings[id]?.state);
    expect(wrong).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'wrong']);
    for (const id of ids) expect(findings['mappings']?.remedy).toContain(`--uuid ${id} --enabled`);
    // What was deployed says so already: to deploy it again changes nothing.
    expect(remedies('recursion')).toEqual(
      functions().map(
        (name) =>
          `aws lambda put-function-recursion-config --region us-east-1 --function-name ${name} --recursive-loop Allow`,
      ),
    );
    expect(findings['queues']?.says).toMatch(
      /^1 message in (MissedStarts, 1 message in Graveyard|Graveyard, 1 message in MissedStarts), which nothing reads$/,
    );
    expect(findings['fit']).toMatchObject({
      state: 'wrong',
      says: expect.stringMatching(
        /^JOB_UNFIT: books: politeness\.gapMs is 90000.*; books: network: allowPrivate/,
      ),
    });
    expect(remedies('queues')).toHaveLength(2);
    expect(findings['alarms']?.says).toContain(`${worker}-StartsMissed`);
    expect(remedies('alarms')).toEqual([
      expect.stringContaining('#a-fault-lasts'),
      expect.stringContaining('#starts-missed'),
    ]);
    expect(remedies('secrets')).toEqual(
      ['ALSO', 'LACKING'].map((name) => expect.stringContaining(`--name ${secretPath(stack)}${name} `)),
    );
    await Promise.all([
      ...enable(true),
      setRecursion('Allow'),
      ...ends.map((QueueUrl) => sqs.send(new PurgeQueueCommand({ QueueUrl }))),
      ...raise('OK'),
    ]);
  });

  it('names the secret that telemetry needs', async () => {
    const settings = `aws: { stack: ${stack}, maxConcurrency: 9, telemetry: { otlpEndpoint: 'https://otel.example.com', headersSecret: OTLP } }\n`;
    folder.write('config/otlp.yaml', settings);
    const { stdout } = await folder.call('doctor', '--aws', '--settings', 'config/otlp.yaml', '--json');
    const { checks }: { checks: { id: string }[] } = JSON.parse(stdout);
    expect(checks.find(({ id }) => id === 'secrets')).toMatchObject({
      state: 'wrong',
      remedy: expect.stringContaining(`${secretPath(stack)}OTLP`),
    });
  });

  describe('of an account', () => {
    const limited = (ConcurrentExecutions: number): Fault => {
      const AccountLimit = { ConcurrentExecutions, UnreservedConcurrentExecutions: ConcurrentExecutions };
      return { status: 200, body: JSON.stringify({ AccountLimit }) };
    };
    const denied: Fault = {
      status: 403,
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
      body: JSON.stringify({ Message: 'not authorized to perform: lambda:GetAccountSettings' }),
    };

    it.each<[string, Fault, string, string]>([
      ['lets fewer workers run than are asked for', limited(5), 'wrong', 'allows 5 functions at once'],
      ['lets as many run', limited(9), 'ok', 'up to 9 workers, of 9 functions'],
      ['may not be asked', denied, 'unchecked', 'may not be asked: AccessDeniedException'],
      ['tells nothing', { status: 200, body: '{}' }, 'unchecked', 'reports no quota'],
    ])('that %s', async (_, fault, state, says) => {
      const proxy = await openFaultProxy();
      proxy.forwardTo(connection.endpoint);
      proxy.intercept(({ path }) => (path.includes('/account-settings') ? fault : undefined));
      vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', proxy.endpoint);
      const { concurrency } = await look();
      vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', undefined);
      await proxy.close();
      expect(concurrency).toMatchObject({ state, says: expect.stringContaining(says) });
    });
  });

  describe('runCanary', () => {
    const call = async (counts: Counts, state: 'finished' | 'paused') => {
      const { stack: found, store } = await openStore();
      await using start = await serveStartFunction(async ({ run = '', job: asked }) => {
        expect(asked).toMatchObject({ name: 'canary', limits: { maxPages: 1 } });
        const { ledger } = store;
        await ledger.createRun({ id: run, job: {}, baseDir: '', state: 'running', startedAt: Date.now() });
        if (state === 'paused')
          await ledger.moveRun(run, ['running'], state, { code: 'BLOCKED', message: 'no' });
        else await commitSeed(ledger, run, counts);
        return { run, state: 'created' };
      });
      vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', start.endpoint);
      const output = { isJson: true, paint: plain, line() {}, note() {}, data() {} };
      const finding = await runCanary(output, { stack: found.name }, 'https://books.example.com/');
      vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', undefined);
      store[Symbol.dispose]();
      return finding;
    };
    const openStore = async () => {
      const found = await findStack(connect({}).cloudformation, stack);
      return { stack: found, store: openAwsStore(connect({}).config, found, settingsSchema.parse({}).aws) };
    };
    const commitSeed = async (ledger: Ledger, run: string, counts: Counts) => {
      const lease = await ledger.lease({ run, batch: 'seed', owner: 'test', token: 'c', leaseMs: 60_000 });
      if (lease.state !== 'mine') throw new Error(lease.state);
      await ledger.commit({ run, batch: 'seed', fence: lease.fence, counts, open: { shard: 0, added: {} } });
      await ledger.moveRun(run, ['running'], 'finished');
    };

    it.each<[string, Counts, 'finished' | 'paused', string, string]>([
      ['its page is stored', { stored: 1 }, 'finished', 'ok', 'one page stored in'],
      ['its page failed', { failed: 1, 'failed:HTTP_404': 1 }, 'finished', 'look', 'failed:HTTP_404'],
      ['the run was paused', {}, 'paused', 'wrong', 'was paused: BLOCKED: no'],
    ])('says that %s', async (_, counts, end, state, says) => {
      expect(await call(counts, end)).toMatchObject({ state, says: expect.stringContaining(says) });
    });
  });

  it.each([
    [Number(deploymentVersion) + 1, 'look', 'reading and stopping work'],
    [Number(deploymentVersion) + 2, 'wrong', 'no command works on it'],
  ])('looks at a stack of version %i too', async (version, state, remedy) => {
    const { name } = await deployStack(connection, String(version));
    const { code, stdout } = await folder.call('doctor', '--aws', '--stack', name, '--json');
    const { checks }: { checks: { id: string }[] } = JSON.parse(stdout);
    expect(checks.find(({ id }) => id === 'stack')).toMatchObject({
      state,
      remedy: expect.stringContaining(remedy),
    });
    // It has no functions either.
    expect(code).toBe(1);
  });

  it('says where there is no stack, and asks nothing further', async () => {
    const { code, stdout } = await folder.call('doctor', '--aws', '--stack', 'None');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^wrong +stack +STACK_MISSING: no stack None in us-east-1\n +what to do: Deploy it/m,
    );
    expect(stdout).toMatch(/^not checked +queues +there is no stack to look at$/m);
  });
});
