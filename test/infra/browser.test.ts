import { describe, expect, it } from 'vitest';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { outputs } from '../../shared/deployment/stack.ts';
import { browserTimeoutMs } from '../../shared/deployment/worker-times.ts';
import { everySetting, resourceOf, resourcesOf, templateOf } from './synthesise.ts';

const plain = templateOf();
const template = templateOf({ aws: 'browser: { memoryMb: 3008, maxConcurrency: 7 }\n' });
const functionType = 'AWS::Lambda::Function';
const made = resourceOf(template, functionType, 'Browser').Properties;
const mapping = [...resourcesOf(template, 'AWS::Lambda::EventSourceMapping').values()].find(
  ({ Properties }) => Properties['EventSourceArn']['Fn::GetAtt'][0].startsWith('BrowserQueue'),
)?.Properties;
const statements: { Action: string | string[]; Resource: unknown }[] = resourceOf(
  template,
  'AWS::IAM::Policy',
  'BrowserRoleDefaultPolicy',
).Properties['PolicyDocument'].Statement;
const actions = statements.flatMap(({ Action }) => Action);

describe('a stack without a browser', () => {
  it('has nothing of one', () => {
    expect(JSON.stringify(plain.toJSON())).not.toMatch(/browser/i);
  });
});

describe('a stack with a browser', () => {
  it('has one function and one queue more, and what watches and lets them', () => {
    const count = (of: typeof plain, type: string) => resourcesOf(of, type).size;
    for (const type of [
      functionType,
      'AWS::SQS::Queue',
      'AWS::Lambda::EventSourceMapping',
      'AWS::IAM::Role',
    ]) {
      expect([type, count(template, type)]).toEqual([type, count(plain, type) + 1]);
    }
  });

  it('has its memory, its time, room for Chromium, and the processor that Chromium is built for', () => {
    expect(made).toMatchObject({
      MemorySize: 3008,
      Timeout: browserTimeoutMs(120_000) / 1_000,
      Architectures: ['x86_64'],
      RecursiveLoop: 'Allow',
    });
    // 209 MB of Chromium, its fonts and libraries, and a profile for each page.
    expect(made['EphemeralStorage'].Size).toBeGreaterThanOrEqual(1_024);
  });

  it('is called with few batches, by as many functions as the settings say', () => {
    expect(mapping).toMatchObject({
      BatchSize: 2,
      ScalingConfig: { MaximumConcurrency: 7 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it.each([
    ['', 300],
    ['workerTimeoutMs: 600000\n', 600],
  ])(
    'has messages that stay invisible for six calls, with dead letters where those of others are (%j)',
    (aws, seconds) => {
      const of = templateOf({ aws: `browser: {}\n${aws}` });
      const queue = resourceOf(of, 'AWS::SQS::Queue', 'BrowserQueue').Properties;
      expect(resourceOf(of, functionType, 'Browser').Properties['Timeout']).toBe(seconds);
      expect(queue['VisibilityTimeout']).toBe(6 * seconds);
      expect(queue['RedrivePolicy']).toEqual(
        resourceOf(of, 'AWS::SQS::Queue', 'WorkQueue').Properties['RedrivePolicy'],
      );
    },
  );

  it('reads no secret, and opens of what is sealed the sessions of pages in a browser alone', () => {
    expect(actions.filter((action) => /^(ssm|secretsmanager|kms):/.test(action))).toEqual(['kms:Decrypt']);
    const [decrypt] = statements.filter(({ Action }) => [Action].flat().includes('kms:Decrypt'));
    expect(decrypt).toMatchObject({
      Condition: {
        StringEquals: {
          'kms:EncryptionContext:spinneret': ['sessionsInBrowser'],
          'kms:EncryptionContext:stack': ['Spinneret'],
        },
      },
    });
    expect(JSON.stringify(decrypt?.Resource)).toContain('NewsKey');
    expect(actions).toContain('dynamodb:UpdateItem');
  });

  it.each(['WorkerRole', 'DeadLetterRole'])('lets %s open those sessions too, and make their key', (id) => {
    const policy = resourceOf(template, 'AWS::IAM::Policy', `${id}DefaultPolicy`).Properties;
    const uses = (action: string) =>
      policy['PolicyDocument'].Statement.filter(({ Action }: { Action: string | string[] }) =>
        [Action].flat().includes(action),
      ).map((one: { Condition?: { StringEquals?: object } }) => one.Condition?.StringEquals);
    const key = 'kms:EncryptionContext:spinneret';
    expect(uses('kms:Decrypt')).toContainEqual(
      expect.objectContaining({ [key]: ['sessions', 'sessionsInBrowser', 'files'] }),
    );
    expect(uses('kms:GenerateDataKey')).toContainEqual(
      expect.objectContaining({ [key]: ['sessions', 'sessionsInBrowser'] }),
    );
  });

  it('reads none of the receiver of telemetry either, and is refused what else a customer’s key wraps', () => {
    const { PolicyDocument } = resourceOf(
      templateOf({ aws: everySetting }),
      'AWS::IAM::Policy',
      'BrowserRoleDefaultPolicy',
    ).Properties;
    expect(JSON.stringify(PolicyDocument)).not.toMatch(/ssm:|secretsmanager:/);
    expect(PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Condition: {
          Null: { 'kms:EncryptionContext:spinneret': 'false' },
          StringNotEquals: { 'kms:EncryptionContext:spinneret': 'sessionsInBrowser' },
        },
      }),
    );
  });

  it.each(['WorkerRole', 'DeadLetterRole', 'FinishRole', 'BrowserRole'])(
    'lets %s send to its queue',
    (id) => {
      const policy = resourceOf(template, 'AWS::IAM::Policy', `${id}DefaultPolicy`).Properties;
      const sends = policy['PolicyDocument'].Statement.filter(({ Action }: { Action: string | string[] }) =>
        [Action].flat().includes('sqs:SendMessage'),
      );
      expect(JSON.stringify(sends)).toContain('BrowserQueue');
      expect(JSON.stringify(sends)).toContain('WorkQueue');
    },
  );

  it('lets the watchdog count its messages, and operators read and send them', () => {
    for (const [type, id] of [
      ['AWS::IAM::Policy', 'WatchdogRoleDefaultPolicy'],
      ['AWS::IAM::ManagedPolicy', 'Operators'],
    ] as const) {
      expect(JSON.stringify(resourceOf(template, type, id).Properties)).toContain('BrowserQueue');
    }
  });

  it('tells all functions and the command line where its queue is', () => {
    for (const id of ['Start', 'Worker', 'Finish', 'DeadLetter', 'Watchdog', 'Browser']) {
      const { Variables } = resourceOf(template, functionType, id).Properties['Environment'];
      expect(JSON.stringify(Variables[functionEnv.browserQueueUrl])).toMatch(/BrowserQueue/);
    }
    expect(Object.keys(template.findOutputs('*'))).toEqual(
      expect.arrayContaining([outputs.browserQueueUrl, outputs.browserFunction]),
    );
  });

  it('is watched, and shown on the dashboard', () => {
    const names = [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].map(({ Properties }) =>
      String(Properties['AlarmName']).replace('Spinneret-', ''),
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'OldestBrowserMessage',
        'BrowserErrors',
        'BrowserThrottles',
        'BrowserStoppedAsLoop',
        'BrowserDuration',
      ]),
    );
    expect(JSON.stringify(resourcesOf(template, 'AWS::CloudWatch::Dashboard').values().next().value)).toMatch(
      /in a browser/,
    );
  });
});
