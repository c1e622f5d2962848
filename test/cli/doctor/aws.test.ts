import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionRecursionConfigCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
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
import { deploymentVersion, secretPath } from '../../../shared/deployment/names.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import type { Counts } from '../../../shared/model.ts';
import { plain } from '../../../shared/observe/paint.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { type Fault, openFaultProxy } from '../../aws/fault-proxy.ts';
import { deployStack, envOf, serveStartFunction } from '../aws/deployed-stack.ts';
import { type CliFolder, openCliFolder } from '../call-cli.ts';

const role = {
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
};
const workerOf = (name: string) => ({
  Role: role,
  Worker: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: 'exports.handler = async () => ({});' },
    },
  },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] }, FunctionName: { Ref: 'Worker' } },
  },
  MissedStartsQueue01234567: { Type: 'AWS::SQS::Queue' },
  Alarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `${name}-Faults`,
      AlarmDescription: 'It failed. What to do: docs/operations.md#a-fault-lasts',
      Namespace: 'Spinneret',
      MetricName: 'Faults',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      Period: 60,
      Statistic: 'Sum',
    },
  },
});

const job = `name: books
sources: [{ crawl: { start: https://books.example.com/ } }]
pages: { default: { fields: { title: h1 } } }
fetch: { headers: { a: '\${env:KEY}' } }
`;

describe('canaryJob', () => {
  it('fits a stack whose workers have little time', () => {
    const { aws } = settingsSchema.parse({
      aws: { workerTimeoutMs: 30_000, leaseMs: 20_000, visibilityMs: 180_000 },
    });
    expect(() => checkFit(canaryJob('https://books.example.com/', aws), aws)).not.toThrow();
  });
});

await describeWith('ministack', 'spinneret doctor --aws', (connection) => {
  let folder: CliFolder;
  let stack: string;
  let worker: string;
  let queueUrl: string;
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
    queueUrl = await missedStarts();
    await setRecursion('Allow');
  });
  afterAll(() => {
    folder[Symbol.dispose]();
    vi.unstubAllEnvs();
  });

  const missedStarts = async () => {
    const { ListQueuesCommand } = await import('@aws-sdk/client-sqs');
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: stack }));
    return QueueUrls.find((url) => url.includes('MissedStarts')) ?? '';
  };
  const setRecursion = (RecursiveLoop: 'Allow' | 'Terminate') =>
    lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName: worker, RecursiveLoop }));
  /** Findings by id. */
  const look = async (files = ['books.yaml']) => {
    const place = { projectDir: folder.path, files, aws: {} };
    const checked = await runChecks(checksOnAws, place, 15_000);
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
      functions: { state: 'ok', says: '1 function active' },
      mappings: { state: 'ok' },
      recursion: { state: 'ok' },
      queues: { state: 'ok' },
      table: { state: 'ok' },
      alarms: { state: 'ok' },
      secrets: { state: 'ok', says: '1 secret of the jobs are there' },
    });
  });

  it('finds all that is wrong at once, with what to do', async () => {
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: worker }),
    );
    const UUID = EventSourceMappings[0]?.UUID;
    const cloudwatch = new CloudWatchClient(connection);
    const alarm = { AlarmName: `${worker}-Faults`, StateReason: 'tested' };
    folder.write('other.yaml', job.replace('KEY', 'LACKING'));
    await Promise.all([
      lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false })),
      setRecursion('Terminate'),
      sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'x' })),
      cloudwatch.send(new SetAlarmStateCommand({ ...alarm, StateValue: 'ALARM' })),
    ]);
    expect(await look(['books.yaml', 'other.yaml'])).toMatchObject({
      mappings: { state: 'wrong', remedy: expect.stringContaining(`--uuid ${UUID} --enabled`) },
      recursion: {
        state: 'wrong',
        remedy: expect.stringContaining(`--function-name ${worker} --recursive-loop Allow`),
      },
      queues: { state: 'wrong', says: '1 message in MissedStarts, which nothing reads' },
      alarms: {
        state: 'wrong',
        says: `raised: ${worker}-Faults`,
        remedy: expect.stringContaining('#a-fault-lasts'),
      },
      secrets: { state: 'wrong', remedy: expect.stringContaining(`--name ${secretPath(stack)}LACKING`) },
    });
    await Promise.all([
      lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true })),
      setRecursion('Allow'),
      sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl })),
      cloudwatch.send(new SetAlarmStateCommand({ ...alarm, StateValue: 'OK' })),
    ]);
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
      ['tells nothing', { status: 200, body: '{}' }, 'unchecked', 'tells no quota'],
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
        if (state === 'paused') await ledger.moveRun(run, ['running'], state, 'BLOCKED: no');
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
      const lease = await ledger.lease({ run, batch: 'seed', owner: 'test', claim: 'c', leaseMs: 60_000 });
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
